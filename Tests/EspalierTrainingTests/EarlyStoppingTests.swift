import Testing

@testable import EspalierTraining

@Suite struct EarlyStoppingTests {
  private func decisions(_ stopping: inout EarlyStopping, _ losses: [Double]) -> [EarlyStopping.Decision] {
    losses.enumerated().map { stopping.decide(epoch: $0, loss: $1) }
  }

  @Test(arguments: [
    ([5.0, 4, 4, 5, 5], 4), ([1, 2, 3, 4], 3), ([3, 3, 3, 3], 3), ([1, 2, 3, 2.9, 3, 3, 3], 6),
    ([4, 3, 2, 1, 0.5], nil), ([1, 2, 3], nil),
  ])
  func paperStopsAfterThreeEpochsNoBetterThanTheOneBefore(losses: [Double], stop: Int?) {
    var stopping = EarlyStopping(evaluation: .paper, patience: 1, firstEpoch: 100)
    let decisions = decisions(&stopping, losses)
    #expect(decisions.firstIndex(where: \.stops) == stop)
    #expect(decisions.allSatisfy { $0.keeps }, "the last weights are kept")
    #expect(stopping.bestEpoch == losses.count - 1)
  }

  @Test func strictSelectsAndStopsFromTheFirstEpochOn() {
    var stopping = EarlyStopping(evaluation: .strict, patience: 2, firstEpoch: 3)
    let decisions = decisions(&stopping, [1, 0.5, 0.4, 3, 2, 2.5, 2.6])
    #expect(decisions.map(\.keeps) == [false, false, false, true, true, false, false])
    #expect(decisions.map(\.stops) == [false, false, false, false, false, false, true])
    #expect(stopping.bestEpoch == 4)
  }

  @Test func strictKeepsTheFirstOfEqualEpochs() {
    var stopping = EarlyStopping(evaluation: .strict, patience: 3, firstEpoch: 0)
    #expect(decisions(&stopping, [1, 1, 1, 1]).map(\.stops) == [false, false, false, true])
    #expect(stopping.bestEpoch == 0)
  }
}
