import EspalierPruning
import EspalierTensor
import Testing

struct ExactRuleTests {
  private func ranked(_ values: [Float]) throws -> RankedWeights {
    RankedWeights(Parameter(name: "weight", initial: try Tensor(shape: [1, values.count], values: values)))
  }

  private func masks(_ list: [RankedWeights]) -> [[UInt8]] {
    list.map { $0.parameter.mask ?? [UInt8](repeating: 1, count: $0.parameter.count) }
  }

  @Test(arguments: [(0.0, 0), (0.04, 0), (0.05, 1), (0.25, 3), (0.29, 3), (0.35, 4), (0.9, 9)])
  func countIsRoundedHalfAwayFromZero(target: Double, count: Int) throws {
    let list = try [ranked([3, 1, 4, 1.5, 9, 2, 6, 5, 3.5, 8])]
    #expect(try MaskRule.exact.prune(list, to: target) == count)
    #expect(list[0].count == 10 - count)
  }

  @Test func tiesGoByParameterAndThenByIndex() throws {
    let list = try [ranked([2, 1, 2, 2]), ranked([2, 2, 0.5, 3])]
    #expect(try MaskRule.exact.prune(list, to: 0.625) == 5)
    #expect(masks(list) == [[0, 0, 0, 1], [0, 1, 0, 1]], "the first tensor keeps one, its last")
  }

  @Test func everyTensorKeepsItsLargest() throws {
    let list = try [ranked([0.1, 0.3, 0.2]), ranked([1, 2, 3, 4, 5])]
    #expect(try MaskRule.exact.prune(list, to: 0.5, minimumPerTensor: 1) == 4)
    #expect(masks(list) == [[0, 1, 0], [0, 0, 1, 1, 1]], "the shortfall comes from the next smallest elsewhere")
  }

  @Test func anImpossibleMinimumIsAnErrorAndChangesNothing() throws {
    let list = try [ranked([1, 2]), ranked([3, 4])]
    let error = #expect(throws: PruningError.self) {
      try MaskRule.exact.prune(list, to: 0.75, minimumPerTensor: 1)
    }
    #expect(error == .tooFewWeights(wanted: 3, available: 2, minimumPerTensor: 1))
    #expect(list.allSatisfy { !$0.parameter.isMasked })
    #expect(try MaskRule.exact.prune(list, to: 0.75, minimumPerTensor: 1, isCapped: true) == 2)
    #expect(masks(list) == [[0, 1], [0, 1]])
  }

  @Test func prunedWeightsStayPruned() throws {
    let list = try [ranked([1, 2, 3, 4])]
    try MaskRule.exact.prune(list, to: 0.25)
    list[0].parameter.withValues { $0[0] = 100 }
    list[0].parameter.applyMask()
    #expect(list[0].parameter.tensor.values == [0, 2, 3, 4])
    #expect(try MaskRule.exact.prune(list, to: 0.25) == 0)
    #expect(try MaskRule.exact.prune(list, to: 0.5) == 1)
    #expect(masks(list) == [[0, 0, 1, 1]])
  }

  /// Against a plain implementation that sorts: protect the largest of every tensor, then take the smallest of the rest.
  @Test(arguments: 0..<40)
  func agreesWithSorting(seed: UInt64) throws {
    var stream = RandomStream(seed: seed, purpose: .generation)
    let minimum = Int(stream.nextWord() % 4)
    let tensors = (0..<5).map { _ in
      (0..<Int(1 + stream.nextWord() % 30)).map { _ in Float(Int(stream.nextWord() % 25)) - 12 }
    }
    let list = try tensors.map { try ranked($0) }
    var mask = tensors.map { $0.map { _ in UInt8(1) } }
    let total = tensors.reduce(0) { $0 + $1.count }
    for target in [0.1, 0.3, 0.55, 0.7] {
      var order: [(size: Float, tensor: Int, index: Int)] = []
      for (tensor, values) in tensors.enumerated() {
        let active = values.indices.filter { mask[tensor][$0] == 1 }
          .sorted { (abs(values[$0]), $0) < (abs(values[$1]), $1) }
        order += active.dropLast(minimum).map { (abs(values[$0]), tensor, $0) }
      }
      order.sort { ($0.size, $0.tensor, $0.index) < ($1.size, $1.tensor, $1.index) }
      let wanted = Int((target * Double(total)).rounded(.toNearestOrAwayFromZero)) - mask.joined().count { $0 == 0 }
      guard wanted <= order.count else {
        #expect(throws: PruningError.self) { try MaskRule.exact.prune(list, to: target, minimumPerTensor: minimum) }
        break
      }
      for place in order.prefix(max(0, wanted)) { mask[place.tensor][place.index] = 0 }
      #expect(try MaskRule.exact.prune(list, to: target, minimumPerTensor: minimum) == max(0, wanted))
      #expect(masks(list) == mask, "target \(target), minimum \(minimum)")
    }
  }
}
