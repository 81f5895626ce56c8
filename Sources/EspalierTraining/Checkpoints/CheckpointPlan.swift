/// When a training is written down, and by whom.
///
/// Beside these moments it is written down when its last epoch ends and when it is cancelled, then to the very step.
public struct CheckpointPlan {
  /// How often a training is written down.
  public enum Interval: Equatable, Sendable {
    /// At the end of every so many epochs, at least 1.
    case epochs(Int)
    /// Before the first step that begins so many minutes after the last time, at least 0.
    case minutes(Double)

    /// Checks the number.
    ///
    /// - Throws: ``TrainingError/notPositive(name:value:)`` or ``TrainingError/checkpointMinutes(_:)``.
    public func validate() throws(TrainingError) {
      switch self {
      case .epochs(let number):
        if number < 1 { throw .notPositive(name: "number of epochs between checkpoints", value: number) }
      case .minutes(let minutes):
        guard minutes >= 0 else { throw .checkpointMinutes(minutes) }
      }
    }
  }

  /// How often.
  public let interval: Interval
  /// Takes a checkpoint; what it throws ends the training.
  public let write: (TrainingCheckpoint) throws -> Void
  private let clock = ContinuousClock()
  private var last: ContinuousClock.Instant

  /// Hands checkpoints to a closure.
  public init(every interval: Interval = .epochs(1), write: @escaping (TrainingCheckpoint) throws -> Void) {
    self.interval = interval
    self.write = write
    last = clock.now
  }

  /// Writes checkpoints to a file, always the same: a kill at any moment leaves the last good one.
  public init(path: String, every interval: Interval = .epochs(1)) {
    self.init(every: interval) { try $0.write(path: path) }
  }

  /// Whether the time has come between two steps.
  var isDueBetweenSteps: Bool {
    guard case .minutes(let minutes) = interval else { return false }
    // No training takes longer than a thousand years, and no clock counts much further.
    return clock.now - last >= .seconds(60 * min(minutes, 5e8))
  }

  /// Whether the time has come when an epoch is over.
  ///
  /// - Parameter epochs: How many are over.
  /// - Returns: Whether to write.
  func isDue(after epochs: Int) -> Bool {
    guard case .epochs(let number) = interval else { return isDueBetweenSteps }
    return epochs % max(1, number) == 0
  }

  /// Hands over a checkpoint and notes the time.
  mutating func take(_ checkpoint: TrainingCheckpoint) throws {
    try write(checkpoint)
    last = clock.now
  }
}
