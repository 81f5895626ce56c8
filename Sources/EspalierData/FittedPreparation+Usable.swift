extension FittedPreparation {
  /// Whether the fitted numbers can be computed with: a file that somebody has edited may hold any.
  ///
  /// The step between rows is at most a thousand years, scales are positive, and nothing comes near the limits of a
  /// number.
  public var isUsable: Bool {
    let hasStep = step.map { (1...Self.longestStep).contains($0) } ?? true
    return hasStep
      && (columns + [target]).allSatisfy { column in
        (1e-200...1e200).contains(column.scaler.scale) && abs(column.scaler.offset) <= 1e200
          && abs(column.mean) <= 1e200
      }
  }

  /// A thousand years, in milliseconds.
  private static let longestStep: Int64 = 1000 * 366 * CivilTime.day
}
