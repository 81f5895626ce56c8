import EspalierNN
import EspalierPruning
import EspalierTensor

/// What a search may choose: the values of every setting, all combinations equally likely.
public struct TuneSpace: Codable, Equatable, Sendable {
  /// The forecasters.
  public var models: [ModelKind]
  /// Steps of history.
  public var lookbacks: [Int]
  /// Units of a recurrent layer, or the width of a PatchTST.
  public var widths: [Int]
  /// How the sparsity rises: names of `SparsityScheduleKind`.
  public var schedules: [String]
  /// The shares of the prunable weights that are gone at the end, in 0 ..< 1; 0 is a model without pruning.
  public var sparsities: [Double]

  /// Puts values together.
  public init(
    models: [ModelKind] = [.lstm], lookbacks: [Int] = [7, 14, 30, 60], widths: [Int] = [16, 32, 64, 128],
    schedules: [String] = ["late-cubic", "early-cubic"], sparsities: [Double] = [0, 0.5, 0.7, 0.8, 0.9, 0.95]
  ) {
    self.models = models
    self.lookbacks = lookbacks
    self.widths = widths
    self.schedules = schedules
    self.sparsities = sparsities
  }

  /// The most combinations that a space may have.
  public static let mostCombinations = 1_000_000

  /// Checks that there is a choice of everything, and that the numbers can be used.
  ///
  /// - Throws: ``TuneError``.
  func validate() throws(TuneError) {
    let counts = [
      ("models", models.count), ("look-backs", lookbacks.count), ("widths", widths.count),
      ("schedules", schedules.count), ("sparsities", sparsities.count),
    ]
    if let empty = counts.first(where: { $0.1 == 0 }) { throw .nothingToChoose(empty.0) }
    for sparsity in sparsities where !(sparsity >= 0 && sparsity < 1) { throw .sparsity(sparsity) }
    for name in schedules where !SparsityScheduleKind.names.contains(name) { throw .schedule(name) }
    let combinations = counts.reduce(1.0) { $0 * Double($1.1) }
    guard combinations <= Double(Self.mostCombinations) else { throw .tooManyCombinations }
  }

  /// Different candidates in random order.
  ///
  /// - Parameters:
  ///   - count: How many are wanted; there are fewer where the space has not as many.
  ///   - seed: Equal seeds give equal candidates, and a larger number begins with those of a smaller one.
  ///   - isPossible: Whether a model of a candidate's sizes can be built.
  /// - Returns: The candidates, numbered from 1.
  func candidates(
    _ count: Int, seed: UInt64, isPossible: (TuneCandidate) -> Bool = { _ in true }
  ) -> [TuneCandidate] {
    var all: [TuneCandidate] = []
    for model in distinct(models) {
      for lookback in distinct(lookbacks) {
        // Linear models have no width.
        for width in model.isLinear ? Array(distinct(widths).prefix(1)) : distinct(widths) {
          for sparsity in distinct(sparsities) {
            // Without pruning there is no schedule to choose.
            for schedule in sparsity == 0 ? [nil] : distinct(schedules).map(Optional.some) {
              all.append(
                TuneCandidate(
                  number: 0, model: model, lookback: lookback, width: width, schedule: schedule, sparsity: sparsity))
            }
          }
        }
      }
    }
    var stream = RandomStream(seed: seed, purpose: .search)
    all.shuffle(using: &stream)
    return all.filter(isPossible).prefix(count).enumerated().map { index, candidate in
      var candidate = candidate
      candidate.number = index + 1
      return candidate
    }
  }

  private func distinct<Value: Hashable>(_ values: [Value]) -> [Value] {
    var seen: Set<Value> = []
    return values.filter { seen.insert($0).inserted }
  }
}

/// One combination of settings that a search tries.
public struct TuneCandidate: Codable, Equatable, Sendable {
  /// Its number, counted from 1 in the order of drawing.
  public internal(set) var number: Int
  /// The forecaster.
  public let model: ModelKind
  /// Steps of history.
  public let lookback: Int
  /// Units of a recurrent layer, or the width of a PatchTST.
  public let width: Int
  /// How the sparsity rises; nil without pruning.
  public let schedule: String?
  /// The share of the prunable weights that is gone at the end; 0 without pruning.
  public let sparsity: Double
}
