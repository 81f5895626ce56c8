import EspalierData
import EspalierNN
import EspalierTensor
import EspalierTraining
import Foundation
import Testing

@testable import EspalierStudy

@Suite struct StudySpecificationTests {
  private func read(_ text: String) throws -> StudySpecification {
    try StudySpecification.read(Data(text.utf8), dataFolder: nil)
  }

  @Test func whatIsLeftOutHasTheDefault() throws {
    let study = try read("{ name: 'a', datasets: 'synthetic' }")
    var grid = StudyGrid()
    grid.name = "a"
    grid.datasets = [StudyDataset(named: "synthetic")]
    #expect(study.grids == [grid])
    #expect(study.text == "{ name: 'a', datasets: 'synthetic' }")
    #expect(grid.methods.map(\.name) == ["none", "dropout", "mc-dropout", "synaptic-pruning"])
  }

  @Test func gridsChangeWhatStandsAtTheTop() throws {
    let study = try read(
      """
      { name: "a", datasets: ["synthetic"], seeds: 3, training: { epochs: 5, optimizer: { kind: "adamw" } },
        grids: [
          { name: "one", lookbacks: 7, training: { patience: 2 } },
          { name: "two", seeds: 4, models: "gru", sizes: { hidden: 8 }, evaluations: ["strict", "paper"] },
        ] }
      """)
    let (one, two) = (study.grids[0], study.grids[1])
    #expect(one.seeds == 3 && one.lookbacks == [7] && one.training.epochs == 5 && one.training.patience == 2)
    #expect(one.training.optimizer.kind == .adamW && one.training.optimizer.weightDecay == 0.01)
    #expect(two.seeds == 4 && two.models == [.gru] && two.sizes.hidden == 8 && two.training.patience == 5)
    #expect(two.evaluations == [.strict, .paper] && two.lookbacks == [1, 7, 30])
  }

  @Test(arguments: [
    ("'mae'", LossKind.meanAbsoluteError), ("'normal'", .normal), ("'student-t'", .studentT),
    ("{ huber: 0.5 }", .huber(delta: 0.5)), ("{ quantiles: [0.1, 0.5, 0.9] }", .quantiles([0.1, 0.5, 0.9])),
  ])
  func lossesAreNamesOrObjects(text: String, loss: LossKind) throws {
    let study = try read("{ name: 'a', datasets: 'synthetic', training: { loss: \(text) } }")
    #expect(study.grids[0].training.loss == loss)
  }

  @Test func methodsAreNamesOrObjects() throws {
    let methods = try read(
      """
      { name: "a", datasets: "synthetic", methods: [
        "one-shot",
        { preset: "synaptic-pruning", name: "pruning", sparsities: [0.5, 0.9], pruning: { schedule: "linear" } },
        { regularizer: "dropout", name: "tuned", tune: { dropout: [0.1, 0.2] } },
        { preset: "weight-decay", optimizer: { weightDecay: 0.1 } },
      ] }
      """
    ).grids[0].methods
    #expect(methods.map(\.name) == ["one-shot", "pruning 0.5", "pruning 0.9", "tuned", "weight-decay"])
    #expect(methods[2].pruning.sparsity == 0.9 && methods[2].pruning.schedule == "linear")
    #expect(methods[3].candidates.map(\.label) == ["dropout 0.1", "dropout 0.2"])
    #expect(methods[3].candidates.map(\.method.dropout) == [0.1, 0.2])
    #expect(methods[4].optimizer.kind == .adamW && methods[4].optimizer.weightDecay == 0.1)
  }

  @Test func filesAndCatalogueNamesAreDataSets() throws {
    let datasets = try read(
      """
      { name: "a", datasets: [
        { name: "mine", file: "x/y.csv", target: "v", exclude: ["w"], reading: { missing: ["-1"], decimal: "comma" } },
        { name: "short", catalogue: "bitcoin", features: ["Open"], unit: "USD" },
      ] }
      """
    ).datasets
    #expect(datasets[0].source(dataFolder: "data", folder: "/there").place == "/there/x/y.csv")
    #expect(datasets[0].source.reading.missingMarkers == ["-1"] && datasets[0].source.reading.decimalComma == true)
    #expect(datasets[1].source.kind == .named && datasets[1].source.place == "bitcoin" && datasets[1].unit == "USD")
  }

  @Test(arguments: [
    ("{ datasets: ['synthetic'] }", "a study needs the key \"name\""),
    ("{ name: 'a' }", "names no data set"),
    ("{ name: 'a', datasets: ['synthetic'], sedes: 3 }", "seeds"),
    ("{ name: 'a,b', datasets: ['synthetic'] }", "The name \"a,b\" has a comma"),
    ("{ name: 'a', datasets: ['synthetic'], grids: [{ name: 'g,h' }] }", "The name \"g,h\" has a comma"),
    ("{ name: 'a', datasets: [{ name: 'd,e', catalogue: 'synthetic' }] }", "The name \"d,e\" has a comma"),
    (
      "{ name: 'a', datasets: ['synthetic'], grids: [{ name: 'g', methods: [{ preset: 'none', name: 'm,n' }] }] }",
      "grids[0]: The name \"m,n\" has a comma"
    ),
    ("{ name: 'a', datasets: ['synthetik'] }", "the nearest name is \"synthetic\""),
    ("{ name: 'a', datasets: ['synthetic', 'synthetic'] }", "two things named \"synthetic\""),
    ("{ name: 'a', datasets: ['synthetic'], seeds: 0 }", "1...100000"),
    ("{ name: 'a', datasets: [{ name: 'synthetic', seeds: 0 }] }", "1...100000"),
    (
      "{ name: 'a', datasets: ['synthetic'], training: { epochs: 3, firstSelectedEpoch: 3 } }",
      "selects from epoch 3 on, counted from 0, and its trainings have 3"
    ),
    ("{ name: 'a', datasets: ['synthetic'], lookbacks: [7, 7] }", "lookbacks[1]"),
    ("{ name: 'a', datasets: ['synthetic'], models: ['rnm'] }", "\"rnn\""),
    ("{ name: 'a', datasets: ['synthetic'], methods: ['dropuot'] }", "the nearest is \"dropout\""),
    ("{ name: 'a', datasets: ['synthetic'], methods: [{ name: 'x' }] }", "either a `preset`"),
    ("{ name: 'a', datasets: ['synthetic'], methods: [{ regularizer: 'none', dropout: 0.1 }] }", "no effect"),
    ("{ name: 'a', datasets: ['synthetic'], methods: [{ preset: 'dropout', sparsities: [0.5] }] }", "no effect"),
    (
      "{ name: 'a', datasets: ['synthetic'], methods: [{ preset: 'dropout', tune: { sparsity: [0, 1] } }] }",
      "no effect"
    ),
    ("{ name: 'a', datasets: ['synthetic'], methods: [{ preset: 'dropout', tune: {} }] }", "one of dropout"),
    (
      "{ name: 'a', datasets: ['synthetic'], methods: [{ preset: 'default-pruning', pruning: { sparsity: 1.2 } }] }",
      "1.2"
    ),
    (
      "{ name: 'a', datasets: ['synthetic'], methods: [{ preset: 'synaptic-pruning', pruning: { schedule: 'x' } }] }",
      "x"
    ),
    ("{ name: 'a', datasets: ['synthetic'], methods: [{ preset: 'synaptic-pruning', pruning: { end: 90 } }] }", "90"),
    ("{ name: 'a', datasets: [{ name: 'mine', file: 'a.csv' }] }", "\"target\""),
    ("{ name: 'a', datasets: [{ name: 'm', file: 'a', target: 't', features: ['b'], exclude: ['c'] }] }", "no effect"),
    ("{ name: 'a', datasets: ['synthetic'], sizes: { hidden: 6 }, models: ['patchtst'] }", "heads"),
    ("{ name: 'a', datasets: ['synthetic'], normalization: 'mean-and-deviation', lookbacks: [1] }", "look-back"),
    ("{ name: 'a', datasets: ['synthetic'], training: { optimizer: { learningRate: 0 } } }", "above 0"),
    ("{ name: 'a', datasets: ['synthetic'], training: { loss: 'msee' } }", "\"mse\""),
    ("{ name: 'a', datasets: ['synthetic'], training: { loss: { quantiles: [0.9, 0.5] } } }", "ascend"),
    ("{ name: 'a', datasets: ['synthetic'], training: { loss: { quantiles: [] } } }", "at least one level"),
    ("{ name: 'a', datasets: ['synthetic'], grids: [] }", "grids"),
    ("{ name: 'a', datasets: ['synthetic'], grids: [{ name: 'g' }, { name: 'g' }] }", "Two grids are named \"g\""),
    (
      "{ name: 'a', grids: [{ name: 'g', datasets: ['bitcoin'] }, { name: 'h', datasets: [{ name: 'bitcoin', season: 7 }] }] }",
      "different data by \"bitcoin\""
    ),
  ])
  func whatIsWrongIsSaidInOneSentence(text: String, words: String) throws {
    let error = #expect(throws: JSON5Error.self) { try read(text) }
    let sentence = try #require(error).description
    #expect(sentence.contains(words), "\(sentence)")
    #expect(sentence.hasPrefix("line ") && !sentence.contains("\n"))
  }

  /// A mistyped key leaves its value out, which must not be what is complained about.
  @Test(arguments: [
    ("{ name: 'a', dataset: 'synthetic' }", "in a study; did you mean \"datasets\"?"),
    ("{ name: 'a', dataset: 'synthetic', grids: [{ name: 'g' }] }", "in a study; did you mean \"datasets\"?"),
    ("{ name: 'a', grids: [{ name: 'g', dataset: 'synthetic' }] }", "(a grid); did you mean \"datasets\"?"),
    ("{ name: 'a', datasets: 'synthetic', methods: [{ presett: 'none' }] }", "did you mean \"preset\"?"),
    ("{ name: 'a', datasets: 'synthetic', methods: [{ preset: 'none', dropout: 0.1, nam: 'x' }] }", "mean \"name\"?"),
    ("{ name: 'a', datasets: 'synthetic', methods: [{ preset: 'dropout', tune: { droput: [1] } }] }", "\"dropout\"?"),
    ("{ name: 'a', datasets: 'synthetic', training: { epochs: 3, batchsize: 5 } }", "mean \"batchSize\"?"),
  ])
  func mistypedKeysAreFoundFirst(text: String, words: String) throws {
    let error = #expect(throws: JSON5Error.self) { try read(text) }
    let sentence = try #require(error).description
    #expect(sentence.contains("there is no key") && sentence.hasSuffix(words), "\(sentence)")
  }

  /// Of two settings of one number, one would have no effect.
  @Test(arguments: [
    ("preset: 'synaptic-pruning', sparsities: [0.5], tune: { sparsity: [0.5, 0.9] }", "sparsities: has no effect"),
    ("preset: 'synaptic-pruning', pruning: { sparsity: 0.5 }, tune: { sparsity: [0, 0.9] }", "pruning: `sparsity` has"),
    ("preset: 'synaptic-pruning', pruning: { sparsity: 0.5 }, sparsities: [0.9]", "pruning: `sparsity` has no effect"),
    ("preset: 'tuned-dropout', dropout: 0.2", "dropout: has no effect beside the rates"),
    ("regularizer: 'dropout', dropout: 0.2, tune: { dropout: [0.1, 0.2] }", "dropout: has no effect beside the rates"),
    ("preset: 'weight-decay', optimizer: { weightDecay: 1 }, tune: { weightDecay: [1, 2] }", "optimizer: `weight"),
  ])
  func oneNumberIsSetOnce(method: String, words: String) throws {
    let error = #expect(throws: JSON5Error.self) {
      try read("{ name: 'a', datasets: 'synthetic', methods: [{ \(method) }] }")
    }
    #expect(try #require(error).description.contains("methods[0].\(words)"))
  }

  @Test func whatTuningLeavesAloneMayBeSet() throws {
    let methods = try read(
      """
      { name: "a", datasets: "synthetic", methods: [
        { preset: "pruning-and-dropout", name: "rates", tune: { dropout: [0.1, 0.2] } },
        { preset: "dropout", name: "decay", dropout: 0.2, optimizer: { kind: "adamw" },
          tune: { weightDecay: [0.1, 1] } },
      ] }
      """
    ).grids[0].methods
    #expect(methods[0].candidates.map(\.method.dropout) == [0.1, 0.2])
    #expect(methods[1].candidates.map(\.method.dropout) == [0.2, 0.2])
    #expect(methods[1].candidates.map(\.method.optimizer.weightDecay) == [0.1, 1])
  }

  @Test func aMissingFileIsSaidInOneSentence() {
    #expect(throws: StudyError.missingSpecification("/nowhere/a.json5")) {
      try StudySpecification.read(path: "/nowhere/a.json5", dataFolder: nil)
    }
    #expect(throws: StudyError.unreadableSpecification("/")) {
      try StudySpecification.read(path: "/", dataFolder: nil)
    }
  }

  @Test(arguments: StudyPreset.allCases)
  func presetsAreStudies(preset: StudyPreset) throws {
    let study = try read(preset.text)
    let plan = try StudyPlan(study, dataFolder: "nowhere", folder: "nowhere")
    #expect(!plan.runs.isEmpty && plan.runs.count <= plan.entries.count)
  }

  /// It may be of fewer seeds, as far as there was time.
  @Test func theStudyOfTheRepositoryIsThePreset() throws {
    let studies = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Studies")
    let names = try FileManager.default.contentsOfDirectory(atPath: studies.path).filter { $0.hasSuffix(".json5") }
    #expect(names == ["published.json5"])
    let text = try String(contentsOf: studies.appending(path: "published.json5"), encoding: .utf8)
    var (study, preset) = (try read(text), try read(StudyPreset.paper.text))
    try #require(study.grids.count == preset.grids.count)
    for index in preset.grids.indices {
      #expect(study.grids[index].seeds <= preset.grids[index].seeds)
      study.grids[index].seeds = preset.grids[index].seeds
      for dataset in study.grids[index].datasets.indices { study.grids[index].datasets[dataset].seeds = nil }
    }
    (study.text, preset.text) = ("", "")
    #expect(study == preset)
  }
}
