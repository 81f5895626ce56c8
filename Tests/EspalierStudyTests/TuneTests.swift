import EspalierData
import EspalierNN
import EspalierTensor
import EspalierTestSupport
import EspalierTraining
import Synchronization
import Testing

@testable import EspalierStudy

@Suite struct TuneTests {
  private let folder: StudyFolder

  init() throws { folder = try StudyFolder() }

  /// A search that takes no time: 4 candidates for 2 epochs, then 2 for 4 epochs with 2 seeds.
  private func search(candidates: Int = 4) -> TuneConfiguration {
    var result = TuneConfiguration(dataset: StudyDataset(named: "synthetic"))
    result.space = TuneSpace(
      models: [.rnn, .lstm], lookbacks: [2, 3], widths: [3, 4], schedules: ["linear", "early-cubic"],
      sparsities: [0, 0.5, 0.8])
    result.training.epochs = 4
    result.training.batchSize = 512
    result.candidates = candidates
    result.reduction = 2
    result.leastEpochs = 2
    result.finalists = 2
    result.seeds = 2
    return result
  }

  @Test func candidatesAreDifferentAndDrawnBySeed() {
    let space = TuneSpace(lookbacks: [1, 2], widths: [3, 3], schedules: ["linear", "cosine"], sparsities: [0, 0.5])
    let all = space.candidates(100, seed: 1)
    #expect(all.count == 6, "2 look-backs x (dense, or 2 schedules)")
    #expect(all.map(\.number) == Array(1...6))
    #expect(all.allSatisfy { ($0.schedule == nil) == ($0.sparsity == 0) })
    #expect(space.candidates(3, seed: 1) == Array(all.prefix(3)))
    #expect((2..<10).contains { space.candidates(6, seed: $0) != all })
  }

  @Test func rungsGrowAndThin() throws {
    var search = search(candidates: 27)
    search.training.epochs = 20
    search.reduction = 3
    search.leastEpochs = nil
    search.finalists = 3
    typealias Rung = TuneConfiguration.Rung
    #expect(
      try search.rungs() == [Rung(epochs: 6, candidates: 27, seeds: 1), Rung(epochs: 20, candidates: 9, seeds: 2)])
    search.leastEpochs = 2
    #expect(try search.rungs().map(\.epochs) == [2, 6, 20] && search.rungs().map(\.candidates) == [27, 9, 3])
    search.candidates = 4
    #expect(try search.rungs().map(\.candidates) == [4, 3, 3], "no rung has fewer than the finalists")
    search.candidates = 1000
    #expect(try search.rungs().map(\.candidates) == [40, 14, 5], "there are no more than 40 combinations")
    search.finalists = 50
    #expect(try search.rungs().map(\.candidates) == [40, 40, 40])
    (search.candidates, search.finalists) = (27, 1)
    search.space.sparsities = [0, 0.3, 0.5, 0.7, 0.9]
    #expect(try search.rungs().map(\.candidates) == [27, 9, 5], "every sparsity has a finalist")
    search.leastEpochs = 20
    #expect(try search.rungs() == [Rung(epochs: 20, candidates: 27, seeds: 2)])
    for reduction in [Int.min, -1, 0, 1] {
      search.reduction = reduction
      #expect(throws: TuneError.tooSmall(name: "reduction", value: reduction, least: 2)) { try search.rungs() }
    }
  }

  @Test func theBestOfEverySparsityGoOnInTurn() {
    let scores = [
      score(1, [1], sparsity: 0), score(2, [2], sparsity: 0), score(3, [3], sparsity: 0.5), score(4, [4], sparsity: 0),
      score(5, [5], sparsity: 0.9), score(6, [6], sparsity: 0.5),
    ]
    #expect(TuneResult.promoted(scores).map(\.number) == [1, 3, 5, 2, 6, 4])
    #expect(TuneResult.promoted([]).isEmpty)
  }

  @Test func keepsTheBestAndGoesOnWhereItWas() throws {
    try SIMDTargetLock.holding {
      let whole = try folder.tuneJob(search(), "a.sqlite").run(threads: 2)
      let counts = try search().rungs().map(\.candidates)
      #expect(whole.trained == 4 + 2 * counts[1] && whole.rungs.map(\.count) == counts)
      let first = whole.rungs[0]
      #expect(first.map(\.loss) == first.map(\.loss).sorted())
      let passed = TuneResult.promoted(first).prefix(counts[1]).map(\.number)
      #expect(Set(whole.finalists.map(\.candidate.number)) == Set(passed))
      #expect(Set(whole.finalists.map(\.candidate.sparsity)) == Set(first.map(\.candidate.sparsity)))
      for score in whole.finalists where score.candidate.sparsity > 0 {
        #expect(abs(score.sparsity - score.candidate.sparsity) < 0.02)
      }
      let again = try folder.tuneJob(search(), "a.sqlite").run(threads: 1)
      #expect(again.trained == 0 && SmallTune.numbers(again) == SmallTune.numbers(whole))
      // Stopped in the middle, with what was finished until then.
      let asked = Mutex(0)
      #expect(throws: TrainingError.cancelled) {
        _ = try folder.tuneJob(search(), "b.sqlite").run(
          threads: 1,
          isCancelled: {
            asked.withLock { count in
              count += 1
              return count > 40
            }
          })
      }
      let rest = try folder.tuneJob(search(), "b.sqlite").run(threads: 1)
      #expect(rest.trained > 0 && rest.trained < whole.trained && SmallTune.numbers(rest) == SmallTune.numbers(whole))
      // A wider search uses what is there: the same candidates come first.
      let wider = try folder.tuneJob(search(candidates: 6), "a.sqlite").run(threads: 1)
      #expect(wider.rungs[0].count == 6 && wider.trained < 6 + wider.finalists.count * 2)
    }
  }

  @Test func theChosenTrainingIsTheStoredOne() throws {
    try SIMDTargetLock.holding {
      let job = try folder.tuneJob(search(), "a.sqlite")
      let result = try job.run(threads: 1)
      let choice = try #require(result.choice)
      let report = try job.training(of: choice).prepare().run()
      #expect(report.trial.metrics.mae == choice.testErrors[0])
      let history = report.trial.training.history
      #expect(history.first { $0.epoch == report.trial.training.selectedEpoch }?.validationLoss == choice.losses[0])
    }
  }

  private func score(
    _ number: Int, _ losses: [Double], sparsity: Double, reached: Double? = nil, active: Double = 10
  ) -> TuneScore {
    TuneScore(
      candidate: TuneCandidate(number: number, model: .rnn, lookback: 1, width: 1, schedule: nil, sparsity: sparsity),
      losses: losses, sparsity: reached ?? sparsity, active: active, seconds: 1, testErrors: [0, 0])
  }

  @Test func theSparsestWithinOneStandardErrorIsChosen() {
    // The best has a mean of 2 and a standard error of 1.
    let best = score(1, [1, 3], sparsity: 0)
    #expect(abs(best.standardError - 1) < 1e-12)
    func chosen(_ others: TuneScore...) -> Int? {
      TuneResult(rungs: [[best] + others], trained: 0, failures: []).choice?.candidate.number
    }
    #expect(chosen(score(2, [3, 3], sparsity: 0.5), score(3, [3.1, 3.1], sparsity: 0.9)) == 2)
    #expect(chosen(score(2, [2, 3], sparsity: 0.5), score(3, [3, 3], sparsity: 0.5, active: 9)) == 3)
    #expect(chosen(score(2, [2.5, 2.5], sparsity: 0.5), score(3, [2.4, 2.4], sparsity: 0.5)) == 3)
    #expect(chosen() == 1)
    // What is reached of one target differs by fractions of a weight.
    let many = score(2, [2.5, 2.5], sparsity: 0.9, reached: 0.899829, active: 1000)
    let few = score(3, [3, 3], sparsity: 0.9, reached: 0.899390, active: 100)
    #expect(chosen(many, few) == 3)
    #expect(
      TuneResult(rungs: [[few, many]], trained: 0, failures: []).front.map(\.candidate.number) == [2])
    let others = [
      score(2, [3, 3], sparsity: 0.5), score(3, [4, 4], sparsity: 0.4), score(4, [9, 9], sparsity: 0.9),
    ]
    #expect(TuneResult(rungs: [[best] + others], trained: 0, failures: []).front.map(\.candidate.number) == [1, 2, 4])
  }

  @Test func failedCandidatesAreLeftOutAndNamed() throws {
    try SIMDTargetLock.holding {
      var search = search()
      // Of six weights 95 per cent can't go while every tensor keeps one.
      search.space = TuneSpace(
        models: [.nlinear], lookbacks: [2], widths: [1], schedules: ["linear"], sparsities: [0, 0.95])
      let result = try folder.tuneJob(search, "a.sqlite").run(threads: 1)
      #expect(result.failures.count == 1 && result.failures.first?.candidate.sparsity == 0.95)
      #expect(result.failures.first?.message.contains("lower the sparsity") == true)
      #expect(result.failures.first?.rung == 1)
      #expect(result.rungs.map(\.count) == [1, 1] && result.choice?.candidate.sparsity == 0)
    }
  }

  @Test func lookbacksThatTheDataCannotHoldAreLeftOutAndNamed() throws {
    try SIMDTargetLock.holding {
      var search = search()
      search.space = TuneSpace(
        models: [.rnn], lookbacks: [2, 60_000], widths: [3], schedules: ["linear"], sparsities: [0, 0.5])
      let result = try folder.tuneJob(search, "a.sqlite").run(threads: 1)
      #expect(result.failures.map(\.candidate.lookback) == [60_000, 60_000] && result.notes.isEmpty)
      #expect(result.failures.allSatisfy { $0.message.contains("shorten them or give more rows") })
      #expect(result.rungs.map { $0.map(\.candidate.lookback) } == [[2, 2], [2, 2]])
      search.space.lookbacks = [60_000]
      #expect(throws: StudyError.self) { try folder.tuneJob(search, "a.sqlite").run(threads: 1) }
    }
  }

  @Test func badSearchesSaySo() {
    func error(_ change: (inout TuneConfiguration) -> Void) -> TuneError? {
      var search = search()
      change(&search)
      return #expect(throws: TuneError.self) { try search.validate() }
    }
    #expect(error { $0.space.widths = [] } == .nothingToChoose("widths"))
    #expect(error { $0.space.sparsities = [1] } == .sparsity(1))
    #expect(error { $0.space.schedules = ["steep"] } == .schedule("steep"))
    #expect(error { $0.reduction = 1 } == .tooSmall(name: "reduction", value: 1, least: 2))
    #expect(error { $0.leastEpochs = 5 } == .firstEpochs(5, epochs: 4))
    #expect(
      error {
        $0.task.normalization = .meanAndDeviation
        $0.training.loss = .normal
      } == .lookbacksNotComparable(loss: "normal"))
    #expect(
      error {
        $0.space.models = [.lstm, .channelPatchTST]
        $0.space.lookbacks = [24]
        $0.training.loss = .normal
      } == .lookbacksNotComparable(loss: "normal"))
    for loss in [LossKind.meanSquaredError, .meanAbsoluteError, .huber(delta: 1)] {
      var search = search()
      search.task.normalization = .meanAndDeviation
      search.training.loss = loss
      #expect(throws: Never.self) { try search.validate() }
    }
    #expect(error { $0.space.lookbacks = Array(1...1_000_000) } == .tooManyCombinations)
  }
}
