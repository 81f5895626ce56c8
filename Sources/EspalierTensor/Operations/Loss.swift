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
  ///   - samples: How many of the lanes are samples, at least 1.
  ///   - batch: The number of samples that the mean is taken over, when these lanes are a part of a batch; else `samples`.
  /// - Returns: The loss, from which ``backward(from:)`` begins.
  public func loss(
    _ kind: LossKind, forecast: Variable, target: Variable, samples: Int, batch: Int? = nil
  ) -> Loss {
    precondition(
      forecast.count == kind.outputsPerStep * target.count && samples <= forecast.lanes,
      "the forecast has the loss' outputs for every target")
    let gradient: UnsafeMutablePointer<Float> = allocate(forecast.count)
    let rows = target.steps * target.rows, lanes = target.lanes
    let weight = 1 / Double((batch ?? samples) * rows)
    let (x, y) = (forecast.values, target.values)
    let value =
      switch kind {
      case .meanSquaredError: esp_loss(ESP_LOSS_SQUARED, rows, lanes, samples, 0, weight, x, y, gradient)
      case .meanAbsoluteError: esp_loss(ESP_LOSS_ABSOLUTE, rows, lanes, samples, 0, weight, x, y, gradient)
      case .huber(let delta): esp_loss(ESP_LOSS_HUBER, rows, lanes, samples, delta, weight, x, y, gradient)
      case .quantiles(let levels):
        esp_quantile_loss(
          levels.count, levels, rows, lanes, samples, weight / Double(levels.count), x, y, gradient)
      case .normal: esp_likelihood_loss(ESP_LIKELIHOOD_NORMAL, rows, lanes, samples, weight, x, y, gradient)
      case .studentT: esp_likelihood_loss(ESP_LIKELIHOOD_STUDENT_T, rows, lanes, samples, weight, x, y, gradient)
      }
    return Loss(value: value, forecast: forecast, gradient: gradient)
  }
}
