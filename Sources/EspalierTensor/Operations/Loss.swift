internal import CEspalierKernels

extension Tape {
  /// The mean loss over samples and horizon steps, and over the levels of a quantile loss.
  ///
  /// Padded lanes do not count.
  ///
  /// - Parameters:
  ///   - kind: The loss.
  ///   - forecast: `[1, outputs * horizon, lanes]`, row = output * horizon + step; as many outputs as the loss has.
  ///   - target: `[1, horizon, lanes]`.
  ///   - units: `[1, 1, lanes]`, by lane what 1 of its forecast and its target is worth, so that errors of lanes in different units
  ///     add up; nil for 1 each. Likelihoods ignore it: a unit adds the same to the loss of every forecast.
  ///   - samples: How many of the lanes are samples, at least 1.
  ///   - batch: The number of samples that the mean is taken over, when these lanes are a part of a batch; else `samples`.
  /// - Returns: The loss, from which ``backward(from:)`` begins.
  public func loss(
    _ kind: LossKind, forecast: Variable, target: Variable, units: Variable? = nil, samples: Int, batch: Int? = nil
  ) -> Loss {
    precondition(
      forecast.count == kind.outputsPerStep * target.count && samples <= forecast.lanes,
      "the forecast has the loss' outputs for every target")
    precondition(units.map { $0.count == target.lanes } ?? true, "every lane has one unit")
    let gradient: UnsafeMutablePointer<Float> = allocate(forecast.count)
    let rows = target.steps * target.rows, lanes = target.lanes
    let weight = 1 / Double((batch ?? samples) * rows)
    let (x, y, unit) = (forecast.values, target.values, units.map { UnsafePointer($0.values) })
    let value =
      switch kind {
      case .meanSquaredError: esp_loss(ESP_LOSS_SQUARED, rows, lanes, samples, 0, weight, unit, x, y, gradient)
      case .meanAbsoluteError: esp_loss(ESP_LOSS_ABSOLUTE, rows, lanes, samples, 0, weight, unit, x, y, gradient)
      case .huber(let delta): esp_loss(ESP_LOSS_HUBER, rows, lanes, samples, delta, weight, unit, x, y, gradient)
      case .quantiles(let levels):
        esp_quantile_loss(
          levels.count, levels, rows, lanes, samples, weight / Double(levels.count), unit, x, y, gradient)
      case .normal: esp_likelihood_loss(ESP_LIKELIHOOD_NORMAL, rows, lanes, samples, weight, x, y, gradient)
      case .studentT: esp_likelihood_loss(ESP_LIKELIHOOD_STUDENT_T, rows, lanes, samples, weight, x, y, gradient)
      }
    return Loss(value: value, forecast: forecast, gradient: gradient)
  }
}
