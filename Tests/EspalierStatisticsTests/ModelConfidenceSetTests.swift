import EspalierStatistics
import Foundation
import Testing

@Suite struct ModelConfidenceSetTests {
  @Test func setsAreThoseOfArchOnTheSameResamples() throws {
    for sample in try Comparisons.load().confidence_sets {
      let stationary = sample.bootstrap == "stationary"
      var replay = Self.replay(sample, stationary: stationary)
      let set = try ModelConfidenceSet(
        losses: sample.losses, statistic: sample.statistic == "range" ? .range : .maximum,
        bootstrap: stationary ? .stationary(meanLength: Double(sample.block)) : .movingBlock(length: sample.block),
        resamples: sample.resamples, using: &replay)
      #expect(replay.isUsedUp)
      #expect(set.pValues == sample.p, "\(sample.name)")
      #expect(set.eliminationOrder == sample.order, "\(sample.name)")
      #expect(set.members == sample.p.indices.filter { sample.p[$0] >= 0.1 })
      #expect(try JSONDecoder().decode(ModelConfidenceSet.self, from: JSONEncoder().encode(set)) == set)
    }
  }

  @Test(arguments: [ModelConfidenceSet.Statistic.maximum, .range])
  func modelsThatDoNotDifferStay(statistic: ModelConfidenceSet.Statistic) throws {
    var generator = SplitMix(seed: 5)
    let losses = (0..<50).map { _ in [Double](repeating: generator.normal() / 3, count: 3) }
    let set = try ModelConfidenceSet(
      losses: losses, statistic: statistic, bootstrap: .movingBlock(length: 5), resamples: 200, using: &generator)
    #expect(set.pValues == [1, 1, 1] && set.members == [0, 1, 2])
  }

  @Test(arguments: [ModelConfidenceSet.Statistic.maximum, .range])
  func aModelThatIsAlwaysWorseLeaves(statistic: ModelConfidenceSet.Statistic) throws {
    var generator = SplitMix(seed: 6)
    let losses = (0..<50).map { _ in
      let loss = generator.normal()
      return [loss + 0.1, loss, loss]
    }
    let set = try ModelConfidenceSet(
      losses: losses, statistic: statistic, bootstrap: .stationary(meanLength: 3), resamples: 200, using: &generator)
    #expect(set.members == [1, 2] && set.eliminationOrder.first == 0 && set.pValues == [0, 1, 1])
  }

  /// A diverged model's huge losses must not hide the differences of the others.
  @Test(arguments: [ModelConfidenceSet.Statistic.maximum, .range])
  func hugeLossesDoNotHideSmallOnes(statistic: ModelConfidenceSet.Statistic) throws {
    var generator = SplitMix(seed: 7)
    let losses = (0..<60).map { _ in
      [1 + generator.normal() / 10, 1e30 * (10 + generator.normal()), 2 + generator.normal() / 10]
    }
    let set = try ModelConfidenceSet(
      losses: losses, statistic: statistic, bootstrap: .movingBlock(length: 2), resamples: 500, using: &generator)
    #expect(set.members == [0] && set.eliminationOrder == [1, 2, 0])
  }

  /// Where all models are equally good, all of them stay in about nine tenths of repetitions.
  @Test(arguments: [ModelConfidenceSet.Statistic.maximum, .range])
  func coverage(statistic: ModelConfidenceSet.Statistic) throws {
    var generator = SplitMix(seed: 8)
    var kept = 0
    for _ in 0..<400 {
      let losses = (0..<100).map { _ in (0..<4).map { _ in generator.normal() } }
      let set = try ModelConfidenceSet(
        losses: losses, statistic: statistic, bootstrap: .movingBlock(length: 2), resamples: 300, using: &generator)
      if set.members.count == 4 { kept += 1 }
    }
    #expect((335...380).contains(kept), "\(kept)")
  }

  @Test func badArgumentsAreRefused() {
    let losses = [[1.0, 2], [2, 1], [3, 5]]
    func make(
      _ losses: [[Double]], alpha: Double = 0.1, bootstrap: BlockBootstrap = .movingBlock(length: 1),
      resamples: Int = 100
    ) throws {
      var generator = SplitMix(seed: 1)
      _ = try ModelConfidenceSet(
        losses: losses, alpha: alpha, bootstrap: bootstrap, resamples: resamples, using: &generator)
    }
    #expect(throws: ScoreTableError.tooFewRows(count: 1)) { try make([[1, 2]]) }
    #expect(throws: ScoreTableError.tooFewColumns(count: 1)) { try make([[1], [2]]) }
    #expect(throws: ScoreTableError.notFinite(row: 1, column: 1)) { try make([[1, 2], [1, .infinity]]) }
    #expect(throws: ScoreTableError.level(0)) { try make(losses, alpha: 0) }
    #expect(throws: ScoreTableError.resamples(-1)) { try make(losses, resamples: -1) }
    for length in [Int.min, 0, 4, Int.max] {
      #expect(throws: ScoreTableError.blockLength(Double(length), rows: 3)) {
        try make(losses, bootstrap: .movingBlock(length: length))
      }
    }
    for length in [0.5, 3.5, Double.nan] {
      #expect(throws: ScoreTableError.self) { try make(losses, bootstrap: .stationary(meanLength: length)) }
    }
  }

  /// The draws that lead to the positions of a resample.
  private static func replay(_ sample: Comparisons.ConfidenceSet, stationary: Bool) -> ReplayGenerator {
    var replay = ReplayGenerator()
    let rows = sample.losses.count
    for (index, position) in sample.positions.enumerated() {
      let row = index % rows
      if stationary {
        let continues = row > 0 && position == (sample.positions[index - 1] + 1) % rows
        if row > 0 { replay.append(begins: !continues) }
        if !continues { replay.append(position: position, of: rows) }
      } else if row % sample.block == 0 {
        replay.append(position: position, of: rows - sample.block + 1)
      }
    }
    return replay
  }
}
