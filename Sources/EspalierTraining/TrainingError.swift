/// Why a training could not be done.
public enum TrainingError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A count is below 1.
  case notPositive(name: String, value: Int)
  /// A dropout rate is not in 0 ..< 1.
  case dropoutOutOfRange(Double)
  /// A Huber loss needs a positive delta.
  case deltaNotPositive(Double)
  /// There are no windows in a part of the data.
  case noWindows(part: String)
  /// The model reads another number of inputs than the data have.
  case inputsDisagree(model: Int, data: Int)
  /// The model has another number of outputs a step than the loss judges.
  case outputsDisagree(model: Int, loss: Int)
  /// NLinear adds the last value to all outputs, which only values and quantiles can bear.
  case distributionOfNLinear(loss: String)
  /// Minutes between checkpoints are negative or no number.
  case checkpointMinutes(Double)
  /// The loss is not a finite number any more.
  case lossNotFinite(epoch: Int, step: Int, settings: String)
  /// Somebody asked to stop.
  case cancelled

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notPositive(let name, let value): "The \(name) is \(value); choose a number of at least 1."
    case .dropoutOutOfRange(let rate): "A dropout rate of \(rate) is not possible; choose one from 0 to below 1."
    case .deltaNotPositive(let delta): "A Huber loss cannot turn linear at \(delta); choose a delta above 0."
    case .noWindows(let part):
      "The \(part) part of the data holds no window; use more rows, or a shorter look-back or horizon."
    case .inputsDisagree(let model, let data):
      "The model reads \(model) inputs a step and the data have \(data); prepare the data as for the model's training."
    case .outputsDisagree(let model, let loss):
      "The model has \(model) outputs a step and the loss judges \(loss); set the model's outputsPerStep to \(loss)."
    case .distributionOfNLinear(let loss):
      "NLinear adds the last value to every output, and those of the loss '\(loss)' are no values; choose quantile, or "
        + "another model."
    case .checkpointMinutes(let minutes):
      "A checkpoint can't be written every \(minutes) minutes; choose a number of at least 0."
    case .lossNotFinite(let epoch, let step, let settings):
      "The loss stopped being a finite number in epoch \(epoch + 1), step \(step + 1) (\(settings)); lower the learning "
        + "rate or clip gradients."
    case .cancelled: "The training was stopped before its end, and no model was written."
    }
  }
}
