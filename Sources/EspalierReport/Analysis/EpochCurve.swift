import EspalierStudy
import EspalierTraining

/// The epochs of a setting's runs, put together over seeds.
///
/// Runs end at different epochs, so a late one may be that of a few seeds only.
struct EpochCurve: Sendable {
  /// One epoch over the runs that reached it.
  struct Point: Sendable {
    /// Counted from 0.
    let epoch: Int
    /// Runs that reached it.
    let runs: Int
    /// Mean, lowest and highest training loss, in scaled units.
    let training: (mean: Double, low: Double, high: Double)
    /// Mean, lowest and highest validation loss, in scaled units.
    let validation: (mean: Double, low: Double, high: Double)
    /// Mean, lowest and highest fraction of pruned weights.
    let sparsity: (mean: Double, low: Double, high: Double)
  }

  /// The epochs in order.
  let points: [Point]

  init(_ runs: [StudyRunRecord]) {
    var epochs: [[EpochRecord]] = []
    for record in runs.flatMap(\.training.history) where record.epoch >= 0 && record.epoch < Self.mostEpochs {
      while epochs.count <= record.epoch { epochs.append([]) }
      epochs[record.epoch].append(record)
    }
    points = epochs.enumerated().compactMap { epoch, records in
      records.isEmpty
        ? nil
        : Point(
          epoch: epoch, runs: records.count, training: Self.spread(records.map(\.trainingLoss)),
          validation: Self.spread(records.map(\.validationLoss)), sparsity: Self.spread(records.map(\.sparsity)))
    }
  }

  /// The epochs to draw: all of a short training, else evenly spaced ones and the last.
  func thinned(to count: Int) -> [Point] {
    guard points.count > count, count >= 2 else { return points }
    return (0..<count).map { points[$0 * (points.count - 1) / (count - 1)] }
  }

  /// A row of a store that says more was not written by a training.
  private static let mostEpochs = 1_000_000

  private static func spread(_ values: [Double]) -> (mean: Double, low: Double, high: Double) {
    let sum = values.reduce(0, +)
    return (sum / Double(values.count), values.min() ?? sum, values.max() ?? sum)
  }
}
