internal import CEspalierKernels

/// How far a forecast is from the truth.
public enum LossKind: Equatable, Sendable, Codable {
  /// The squared difference.
  case meanSquaredError
  /// The absolute difference.
  case meanAbsoluteError
  /// Half the squared difference up to `delta`, linear beyond.
  case huber(delta: Double)
}

extension Tape {
  /// The mean loss over samples and horizon steps.
  ///
  /// Padded lanes do not count.
  ///
  /// - Parameters:
  ///   - kind: The loss.
  ///   - forecast: `[1, horizon, lanes]`.
  ///   - target: The same shape.
  ///   - samples: How many of the lanes are samples, at least 1.
  ///   - batch: The number of samples that the mean is taken over, when these lanes are a part of a batch; else `samples`.
  /// - Returns: The loss, from which ``backward(from:)`` begins.
  public func loss(
    _ kind: LossKind, forecast: Variable, target: Variable, samples: Int, batch: Int? = nil
  ) -> Loss {
    precondition(forecast.count == target.count && samples <= forecast.lanes, "forecast and target agree in shape")
    let gradient: UnsafeMutablePointer<Float> = allocate(forecast.count)
    let rows = forecast.steps * forecast.rows
    let weight = 1 / Double((batch ?? samples) * rows)
    let (code, delta): (esp_loss_kind, Double) =
      switch kind {
      case .meanSquaredError: (ESP_LOSS_SQUARED, 0)
      case .meanAbsoluteError: (ESP_LOSS_ABSOLUTE, 0)
      case .huber(let delta): (ESP_LOSS_HUBER, delta)
      }
    let value = esp_loss(
      code, rows, forecast.lanes, samples, delta, weight, forecast.values, target.values, gradient)
    return Loss(value: value, forecast: forecast, gradient: gradient)
  }
}
