extension FittedPreparation {
  /// Whether the fitted numbers can be computed with: a file that somebody has edited may hold any.
  ///
  /// The step between rows is at most a thousand years, scales are positive, and nothing comes near the limits of a
  /// number. Where every series has scalers of its own, they are there.
  public var isUsable: Bool {
    let hasStep = step.map { (1...Self.longestStep).contains($0) } ?? true && grid?.isUsable ?? true
    let scales =
      (columns + [target]).map(FittedScale.init) + (series ?? []).flatMap(\.scales)
      + (statics ?? []).compactMap(\.scaler).map { FittedScale(mean: 0, scaler: $0) }
    return hasStep && (series ?? []).allSatisfy { $0.scales.count == columns.count }
      && knownPlaces.count == known?.count ?? 0
      && (series != nil) == (task.scaling == .perSeries)
      && scales.allSatisfy(\.isUsable)
  }

  /// A thousand years, in milliseconds.
  private static let longestStep: Int64 = 1000 * 366 * CivilTime.day
}
