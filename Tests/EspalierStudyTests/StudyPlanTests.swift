import EspalierData
import EspalierNN
import EspalierTraining
import Foundation
import Testing

@testable import EspalierStudy

@Suite struct StudyPlanTests {
  @Test func everySettingAndSeedIsAPlace() throws {
    let plan = try SmallStudy.plan(SmallStudy.text("evaluations: ['strict', 'paper'],"))
    #expect(plan.entries.count == 2 * 1 * 2 * 3 * 2)
    #expect(plan.runs.count == plan.entries.count)
    #expect(plan.tasks.count == 4)
    #expect(Set(plan.runs.map(\.key)).count == plan.runs.count)
    #expect(plan.entries.prefix(2).map(\.seed) == [42, 43])
    #expect(
      plan.entries.prefix(6).map(\.setting.method) == ["none", "none"] + ["mc-dropout", "mc-dropout"]
        + ["synaptic-pruning", "synaptic-pruning"])
  }

  @Test func aDataSetCanHaveFewerSeedsButNotMore() throws {
    let plan = try SmallStudy.plan(
      """
      { name: "a", models: ["rnn"], lookbacks: [3], seeds: 3, methods: ["none"], datasets: ["synthetic",
        { name: "fewer", catalogue: "synthetic", seeds: 2 }, { name: "more", catalogue: "synthetic", seeds: 4 }],
        grids: [{ name: "g" }, { name: "h", seeds: 1 }] }
      """)
    func seeds(_ grid: String, _ dataset: String) -> [UInt64] {
      plan.entries.filter { $0.setting.grid == grid && $0.setting.dataset == dataset }.map(\.seed)
    }
    #expect(["synthetic", "fewer", "more"].map { seeds("g", $0) } == [[42, 43, 44], [42, 43], [42, 43, 44]])
    #expect(["synthetic", "fewer", "more"].map { seeds("h", $0) } == [[42], [42], [42]])
    let apart = try SmallStudy.plan(
      """
      { name: "a", models: ["rnn"], lookbacks: [3], seeds: 3, methods: ["none"], grids: [
        { name: "g", datasets: [{ name: "synthetic", seeds: 1 }] }, { name: "h", datasets: ["synthetic"] }] }
      """)
    #expect(apart.entries.map(\.setting.grid) == ["g", "h", "h", "h"])
  }

  @Test func thePublishedComparisonHasItsRuns() throws {
    let plan = try SmallStudy.plan(StudyPreset.paper.text)
    func count(_ labels: KeyValuePairs<String, String>) throws -> Int {
      try plan.runs(where: labels.map { StudyCondition(column: $0.key, value: $0.value) }).count
    }
    let published = 4 * 3 * 6 * 4 * 10
    #expect(try count(["grid": "paper"]) == published && count(["grid": "strict"]) == published)
    #expect(try count(["grid": "paper", "dataset": "air-quality"]) == 720)
    // What the other grids add, in methods: 4 rates of dropout besides the published one, 4 of weight decay, and 3 more
    // in the controls; another schedule; 5 sparsities besides the usual one; a grid that selects from another epoch on.
    let method = 4 * 3 * 2 * 3
    #expect(plan.runs.count == 2 * published + (11 + 1 + 5 + 4) * method + 2 * method / 3 * 2 + 2 * method / 3)
    #expect(plan.twins.isEmpty)
  }

  @Test func methodsThatAreTheSameForAModelAreFound() throws {
    let plan = try SmallStudy.plan(
      """
      { name: "a", datasets: "synthetic", models: ["rnn", "patchtst"], lookbacks: [3], seeds: 1,
        evaluations: ["strict", "paper"], methods: ["none", "paper-pruning", "pruning-without-dropout",
        "synaptic-pruning", { regularizer: "none", name: "nothing" }] }
      """)
    #expect(
      plan.twins == [
        .init(grid: "a", evaluation: .strict, model: .rnn, methods: ["none", "nothing"]),
        .init(grid: "a", evaluation: .strict, model: .rnn, methods: ["pruning-without-dropout", "synaptic-pruning"]),
        .init(grid: "a", evaluation: .strict, model: .patchtst, methods: ["none", "nothing"]),
        .init(
          grid: "a", evaluation: .strict, model: .patchtst, methods: ["pruning-without-dropout", "synaptic-pruning"]),
        .init(grid: "a", evaluation: .paper, model: .rnn, methods: ["none", "nothing"]),
        .init(
          grid: "a", evaluation: .paper, model: .rnn,
          methods: ["paper-pruning", "pruning-without-dropout", "synaptic-pruning"]),
        .init(grid: "a", evaluation: .paper, model: .patchtst, methods: ["none", "nothing"]),
        .init(grid: "a", evaluation: .paper, model: .patchtst, methods: ["paper-pruning", "synaptic-pruning"]),
      ])
  }

  @Test func whatTwoGridsAskForIsDoneOnce() throws {
    let plan = try SmallStudy.plan(
      SmallStudy.text("grids: [{ name: 'a' }, { name: 'b', lookbacks: [5, 7] }, { name: 'c', methods: ['none'] }],"))
    #expect(plan.entries.count == 12 + 12 + 4)
    #expect(plan.runs.count == 12 + 6)
    let labels = Set(plan.entries.map(\.setting.grid))
    #expect(labels == ["a", "b", "c"])
  }

  /// A store of today must be known tomorrow: when this key changes, all finished runs are lost.
  @Test func theKeyOfARunNeverChanges() throws {
    let plan = try SmallStudy.plan(SmallStudy.text())
    #expect(
      plan.runs[0].configuration
        == #"{"data":{"drifting":[],"features":["temperature","wind"],"fingerprint":"#
        + #""8790792bfa112f3358c069a849cbedb57a170f8d85e6a388da6e1e9e57807977","season":24,"steps":[],"target":"load"},"#
        + #""model":{"features":1,"feedForward":256,"heads":4,"hidden":4,"horizon":1,"kind":"rnn","layers":2,"#
        + #""lookback":3},"regularizer":{"dropoutRate":0.3,"kind":"none"},"seed":42,"task":{"calendar":false,"#
        + #""evaluation":"strict","horizon":1,"lookback":3,"normalization":"last-value","scaler":"standard"},"#
        + #""training":{"batchSize":256,"epochs":4,"firstSelectedEpoch":3,"learningRateSchedule":{"kind":"constant"},"#
        + #""loss":{"meanSquaredError":{}},"optimizer":{"beta2":0.999,"epsilon":1e-08,"isNesterov":false,"kind":"adam","#
        + #""learningRate":0.001,"momentum":0.9,"weightDecay":0},"patience":5}}"#)
    #expect(plan.runs[0].key == "6939a554c74a9474e0884532d59651757168f3acc07b1e1e13e0cd048a14c8c1")
  }

  @Test func everyRunHasTheKeyOfItsOwnText() throws {
    for run in try SmallStudy.plan(SmallStudy.text("evaluations: ['strict', 'paper'],")).runs {
      #expect(try run.configuration == CanonicalJSON.text(of: run.run))
      #expect(try run.configuration == run.run.canonicalJSON)
    }
  }

  @Test func keysDoNotKnowNamesAndPaths() throws {
    let folder = try StudyFolder()
    let rows = (0..<60).map { "2020-01-01 \($0 / 60):\($0),\($0 % 7),\($0 % 5)" }
    let table = (["date,a,b"] + rows).joined(separator: "\n")
    try folder.write("one.csv", table)
    try folder.write("two.csv", table)
    try folder.write("three.csv", table + "\n2020-01-02,1,2")
    func keys(_ name: String, _ file: String, grid: String, method: String) throws -> [String] {
      let text = """
        { name: "\(name)", description: "d", datasets: [{ name: "\(name)", file: "\(file)", target: "a", unit: "m" }],
          models: "rnn", lookbacks: [3], seeds: 2, predictions: \(name == "x"),
          grids: [{ name: "\(grid)", methods: [{ regularizer: "none", name: "\(method)" }] }] }
        """
      let study = try StudySpecification.read(Data(text.utf8), dataFolder: nil)
      return try StudyPlan(study, dataFolder: nil, folder: folder.path("")).runs.map(\.key)
    }
    let first = try keys("x", "one.csv", grid: "g", method: "m")
    #expect(try first == keys("y", "two.csv", grid: "h", method: "n"))
    #expect(try first != keys("y", "three.csv", grid: "h", method: "n"))
  }

  /// Of 12 epochs, the last quarter begins at epoch 9, where pruning ends by default; the published rule never ends.
  @Test(arguments: [
    ("'none', 'dropout'", 9), ("'none', 'synaptic-pruning', 'one-shot'", 9),
    ("'none', 'one-shot', { preset: 'synaptic-pruning', pruning: { end: 11 } }", 11),
    ("'none', { preset: 'one-shot', pruning: { end: 10 } }, 'synaptic-pruning'", 10),
    ("'none', 'paper-pruning'", 11),
    ("'none', { preset: 'synaptic-pruning', pruning: { end: 10 }, tune: { sparsity: [0.3, 0.6] } }", 10),
  ])
  func methodsStopAndSelectFromTheSameEpochOn(methods: String, first: Int) throws {
    let plan = try SmallStudy.plan(
      """
      { name: "a", datasets: "synthetic", models: ["rnn", "patchtst"], lookbacks: [3], seeds: 1,
        evaluations: ["strict", "paper"], training: { epochs: 12 }, methods: [\(methods)] }
      """)
    for model in [ModelKind.rnn, .patchtst] {
      for evaluation in [Evaluation.strict, .paper] {
        let runs = plan.entries.filter { $0.setting.model == model && $0.setting.evaluation == evaluation }
          .map { plan.runs[$0.run].run }
        #expect(runs.count >= 2 && runs.contains { $0.regularizer.kind == .none })
        let expected = evaluation == .strict ? first : nil
        #expect(runs.allSatisfy { $0.training.firstSelectedEpoch == expected }, "\(model) \(evaluation)")
      }
    }
  }

  @Test func oneShotPrunesInTheMiddle() throws {
    let plan = try SmallStudy.plan(
      "{ name: 'a', datasets: 'synthetic', methods: 'one-shot', training: { epochs: 12 } }")
    #expect(plan.runs.allSatisfy { $0.run.regularizer.pruning?.timing.end == 6 })
  }

  @Test func partsAreDisjointAndWhole() throws {
    let plan = try SmallStudy.plan(SmallStudy.text())
    for count in 1...5 {
      let parts = try (1...count).map { try plan.shard($0, of: count) }
      #expect(parts.joined().sorted() == Array(plan.runs.indices))
      #expect((parts.map(\.count).max() ?? 0) - (parts.map(\.count).min() ?? 0) <= 1)
    }
    #expect(throws: StudyError.shardOutOfRange(index: 3, count: 2)) { try plan.shard(3, of: 2) }
    #expect(throws: StudyError.shardOutOfRange(index: 0, count: 2)) { try plan.shard(0, of: 2) }
  }

  @Test func labelsChooseRuns() throws {
    let plan = try SmallStudy.plan(SmallStudy.text())
    func count(_ labels: KeyValuePairs<String, String>) throws -> Int {
      try plan.runs(where: labels.map { StudyCondition(column: $0.key, value: $0.value) }).count
    }
    #expect(try count(["method": "none"]) == 4)
    #expect(try count(["method": "none", "lookback": "3", "seed": "42"]) == 1)
    #expect(try count(["lookback": "3", "lookback": "5"]) == 12)
    #expect(throws: StudyError.unknownLabel("modell")) { try count(["modell": "rnn"]) }
    #expect(throws: StudyError.nothingSelected) { try count(["model": "lstm"]) }
  }

  @Test func aStudyThatNobodyCanWaitForIsRefused() throws {
    let settings = "seeds: 100000, lookbacks: [1, 2, 3, 4]"
    #expect(throws: StudyError.tooManyRuns) { try SmallStudy.plan("{ name: 'a', datasets: 'synthetic', \(settings) }") }
    let few = try SmallStudy.plan("{ name: 'a', datasets: { name: 'synthetic', seeds: 1 }, \(settings) }")
    #expect(few.runs.count == 3 * 4 * 4)
  }

  /// Nothing in a linear model drops out, so that dropout is no method of its own there.
  @Test func dropoutIsNothingForLinearModels() throws {
    let plan = try SmallStudy.plan(
      """
      { name: "a", datasets: "synthetic", models: ["dlinear", "rnn"], lookbacks: [3], seeds: 1,
        methods: ["none", "dropout", "mc-dropout", "synaptic-pruning", "pruning-and-dropout"] }
      """)
    #expect(plan.entries.count == 10 && plan.runs.count == 2 + 5)
    #expect(
      plan.twins.map(\.methods) == [["none", "dropout", "mc-dropout"], ["synaptic-pruning", "pruning-and-dropout"]])
  }

  /// The published loop has a patience of its own.
  @Test func onlyWhatDecidesIsPartOfAKey() throws {
    func keys(_ evaluation: String, patience: Int) throws -> [String] {
      try SmallStudy.plan(
        "{ name: 'a', datasets: 'synthetic', evaluations: '\(evaluation)', training: { patience: \(patience) } }"
      ).runs.map(\.key)
    }
    #expect(try keys("paper", patience: 2) == keys("paper", patience: 5))
    #expect(try keys("strict", patience: 2) != keys("strict", patience: 5))
  }

  @Test(arguments: [
    (
      #"{"b":1.0,"a":[1e3,0.1,-0.0,1e-8,18446744073709551615],"c":"\u00e4\"\n/"}"#,
      #"{"a":[1000,0.1,0,1e-08,18446744073709551615],"b":1,"c":"ä\"\u000a/"}"#
    )
  ])
  func canonicalTextSortsKeysAndShortensNumbers(text: String, canonical: String) throws {
    #expect(try CanonicalJSON.text(of: JSON5Parser.parse(text)) == canonical)
  }
}
