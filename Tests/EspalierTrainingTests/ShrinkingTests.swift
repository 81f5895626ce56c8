import EspalierNN
import EspalierTensor
import Foundation
import Testing

@testable import EspalierTraining

struct ShrinkingTests {
  /// Sets rows and columns of a parameter to pruned zeros.
  private func cut(_ saved: SavedModel, _ name: String, rows: [Int] = [], columns: [Int] = []) throws {
    let parameter = try #require(saved.model.parameters.first { $0.name == name })
    let width = parameter.shape[1]
    var mask = parameter.mask ?? Array(repeating: 1, count: parameter.count)
    for index in mask.indices where rows.contains(index / width) || columns.contains(index % width) { mask[index] = 0 }
    try parameter.loadMask(mask)
  }

  /// Shrinks, and holds forecasts, file and report against the model before.
  private func shrink(_ saved: SavedModel) throws -> (model: SavedModel, report: ShrinkReport) {
    let before = try saved.check()
    let (small, report) = try saved.shrunk()
    let scale = before.reduce(0) { max($0, abs($1)) }
    func worst(_ model: SavedModel) throws -> Double {
      zip(try model.check(), before).reduce(0) { max($0, abs($1.0 - $1.1)) } / scale
    }
    #expect(try worst(small) <= 2e-6)
    let again = try SavedModel.reading(try small.data())
    #expect(again.run == small.run)
    #expect(try again.check() == small.check())
    let whole = try SavedModel.reading(try again.denseData())
    #expect(try worst(whole) <= 2e-6)
    #expect(report.weightsBefore == saved.model.parameterCount && report.weightsAfter == small.model.parameterCount)
    #expect(try saved.check() == before, "the model that was shrunk is as it was")
    return (small, report)
  }

  private func gateRows(_ kind: ModelKind, _ units: [Int], hidden: Int) -> [Int] {
    let gates = [ModelKind.rnn: 1, .gru: 3, .lstm: 4][kind] ?? 1
    return (0..<gates).flatMap { gate in units.map { gate * hidden + $0 } }
  }

  @Test(arguments: [ModelKind.rnn, .lstm, .gru])
  func unitsThatNothingReadsGo(kind: ModelKind) throws {
    let saved = try Untrained.saved(kind, sparsity: 0.5) { $0.hidden = 20 }
    // 3 and 7 are read by each other only, 11 by nobody.
    try cut(saved, "head.weight", columns: [3, 7, 11])
    let others = (0..<20).filter { ![3, 7, 11].contains($0) }
    let weight = try #require(saved.model.parameters.first { $0.name == "cell.weight_hh_l0" })
    var mask = try #require(weight.mask)
    for row in gateRows(kind, others, hidden: 20) { for unit in [3, 7, 11] { mask[row * 20 + unit] = 0 } }
    try weight.loadMask(mask)
    let (small, report) = try shrink(saved)
    #expect(small.run.model.hidden == 17)
    #expect(report.layers.map { [$0.before, $0.after] } == [[20, 17]])
  }

  @Test(arguments: [ModelKind.rnn, .lstm, .gru])
  func unitsThatOnlyTheStepMovesBecomeABias(kind: ModelKind) throws {
    let saved = try Untrained.saved(kind, sparsity: 0.3) { $0.hidden = 20 }
    // 2 and 5 read each other and nothing else, and only the head reads them; 9 reads nothing, but others read it.
    try cut(saved, "cell.weight_ih_l0", rows: gateRows(kind, [2, 5, 9], hidden: 20))
    let weight = try #require(saved.model.parameters.first { $0.name == "cell.weight_hh_l0" })
    var mask = try #require(weight.mask)
    for row in 0..<weight.shape[0] {
      for unit in 0..<20 {
        let (reader, own) = (row % 20, [2, 5])
        if own.contains(reader) != own.contains(unit) || reader == 9 { mask[row * 20 + unit] = 0 }
      }
    }
    try weight.loadMask(mask)
    let (small, _) = try shrink(saved)
    #expect(small.run.model.hidden == 18)
  }

  @Test(arguments: [ModelKind.rnn, .lstm, .gru])
  func oneUnitStays(kind: ModelKind) throws {
    let saved = try Untrained.saved(kind, sparsity: 0.3) { $0.hidden = 20 }
    try cut(saved, "cell.weight_ih_l0", rows: Array(0..<gateRows(kind, Array(0..<20), hidden: 20).count))
    let (small, _) = try shrink(saved)
    #expect(small.run.model.hidden == 1)
  }

  @Test func feedForwardUnitsGo() throws {
    let saved = try Untrained.saved(.patchtst, sparsity: 0.5)
    try cut(saved, "blocks.0.ff2.weight", columns: [0, 100])
    try cut(saved, "blocks.0.ff1.weight", rows: [1, 2, 3, 255])
    try cut(saved, "blocks.1.ff1.weight", rows: Array(0..<256))
    let (small, report) = try shrink(saved)
    #expect(small.run.model.blocks?.map(\.feedForward) == [250, 1])
    #expect(report.layers.filter { $0.name.hasSuffix("ff1") }.map(\.after) == [250, 1])
  }

  @Test func attentionGetsNarrower() throws {
    let saved = try Untrained.saved(.patchtst, sparsity: 0.5)
    // Head 0 loses values both ways, head 1 keys and silent queries, head 2 everything that is read of it.
    let name = "blocks.0.attention"
    try cut(saved, "\(name).out.weight", columns: [0, 1] + Array(32..<48))
    try cut(saved, "\(name).v.weight", rows: [2, 3, 17, 18, 19, 20, 50, 51, 52, 53])
    try cut(saved, "\(name).k.weight", rows: [0, 1, 2, 16, 17, 18, 60, 61, 62])
    let bias = try #require(saved.model.parameters.first { $0.name == "\(name).q.bias" })
    bias.withValues {
      $0[3] = 0; $0[19] = 0; $0[63] = 0
    }
    // A silent query with a bias stays: 5.
    try cut(saved, "\(name).q.weight", rows: [3, 5, 19, 63])
    let (small, _) = try shrink(saved)
    #expect(small.run.model.block(0) == BlockSize(heads: 3, headWidth: 12, feedForward: 256))
    #expect(small.run.model.block(1) == BlockSize(heads: 4, headWidth: 16, feedForward: 256))
  }

  @Test func attentionMayVanish() throws {
    let saved = try Untrained.saved(.patchtst, sparsity: 0.5)
    try cut(saved, "blocks.1.attention.v.weight", rows: Array(0..<64))
    let (small, _) = try shrink(saved)
    #expect(small.run.model.block(1) == BlockSize(heads: 1, headWidth: 1, feedForward: 256))
  }

  @Test(arguments: ModelKind.allCases)
  func whatHasAnEffectStays(kind: ModelKind) throws {
    let (small, report) = try shrink(try Untrained.saved(kind, sparsity: 0.2))
    #expect(report.isUnchanged && small.run.model.blocks == nil)
  }

  @Test(arguments: ModelKind.allCases, [0.9, 0.97, 0.99, 0.998])
  func whateverPruningLeavesShrinksExactly(kind: ModelKind, sparsity: Double) throws {
    _ = try shrink(try Untrained.saved(kind, sparsity: sparsity))
  }

  @Test func modelsThatDrawUnitsAreRefused() throws {
    let error = #expect(throws: SavedModelError.self) {
      try Untrained.saved(.rnn, regularizer: .monteCarloDropout).shrunk()
    }
    #expect(error?.description.contains("mc-dropout") == true)
  }
}
