import EspalierData
import EspalierNN
import EspalierTestSupport
import EspalierTraining
import Foundation
import Synchronization
import Testing

@testable import EspalierStudy

@Suite struct StudyJobTests {
  private let folder: StudyFolder

  init() throws { folder = try StudyFolder() }

  @Test func threadsPartsAndOrderDoNotMatter() throws {
    try SIMDTargetLock.holding {
      let whole = try SmallStudy.run(SmallStudy.text(), into: folder.path("a.sqlite"), threads: 1)
      #expect(whole.outcome == StudyJob.Outcome(finished: 12))
      let parallel = try SmallStudy.run(SmallStudy.text(), into: folder.path("b.sqlite"), threads: 3)
      let numbers = try SmallStudy.numbers(whole.store)
      #expect(numbers.allSatisfy { !$0.rows.isEmpty })
      #expect(try SmallStudy.numbers(parallel.store) == numbers)
      let merged = try StudyStore.open(folder.path("merged.sqlite"))
      for part in 1...3 {
        let path = folder.path("part\(part).sqlite")
        let piece = try SmallStudy.run(SmallStudy.text(), into: path, part: { try $0.shard(part, of: 3) })
        #expect(piece.outcome.finished == 4)
        #expect(try merged.merge(path) == StudyStore.Merged(copied: 4))
      }
      #expect(try SmallStudy.numbers(merged) == numbers)
      #expect(try merged.merge(whole.store.path) == StudyStore.Merged(equal: 12))
      #expect(try merged.records().cells.map(\.setting) == whole.store.records().cells.map(\.setting))
    }
  }

  @Test func aRunIsThatOfTheLibrary() throws {
    try SIMDTargetLock.holding {
      let (store, _) = try SmallStudy.run(SmallStudy.text(), into: folder.path("a.sqlite"))
      let records = try store.records()
      for cell in records.cells {
        let plan = try SmallStudy.plan(SmallStudy.text())
        let entry = try #require(plan.entries.first { $0.setting == cell.setting && $0.seed == 43 })
        let data = try DataSource(kind: .named, place: "synthetic").load().prepare(plan.runs[entry.run].run.task)
        let trial = try runTrial(plan.runs[entry.run].run.configuration(inputs: data.inputCount), data: data)
        let record = try #require(cell.runs.first { $0.seed == 43 })
        #expect(record.metrics == trial.metrics && record.spread == trial.spread)
        #expect(record.training.history == trial.training.history)
        #expect(record.training.selectedEpoch == trial.training.selectedEpoch)
        #expect(record.firstSelectedEpoch == 3)
        #expect(record.training.sparsity == trial.training.sparsity && record.training.steps == trial.training.steps)
        #expect(record.parameters > 0 && record.memoryBytes > 12 * record.parameters)
        let naive = try #require(records.naive.first { $0.lookback == cell.setting.lookback })
        #expect(try naive.metrics == data.naiveMetrics(of: data.test))
      }
    }
  }

  @Test func recordsHoldTheStudy() throws {
    try SIMDTargetLock.holding {
      let text = SmallStudy.text(
        "description: 'why', grids: [{ name: 'g', description: 'what' }, { name: 'h', seeds: 1 }],")
      let (store, _) = try SmallStudy.run(text, into: folder.path("a.sqlite"))
      let records = try store.records(sampleLength: 10)
      #expect(records.name == "small" && records.description == "why" && records.specification == text)
      #expect(records.grids.map(\.name) == ["g", "h"] && records.grids.map(\.seeds) == [2, 1])
      #expect(records.grids[0].methods == ["none", "mc-dropout", "synaptic-pruning"])
      #expect(records.datasets.map(\.name) == ["synthetic"] && records.datasets[0].rows == 2400)
      #expect(records.cells.count == 12 && records.cells.map(\.planned) == [2, 2, 2, 2, 2, 2, 1, 1, 1, 1, 1, 1])
      #expect(records.cells.allSatisfy { $0.runs.map(\.seed) == Array([42, 43].prefix($0.planned)) })
      #expect(records.environments.map(\.simdTarget) == ["one"] && records.failures.isEmpty)
      #expect(records.samples.count == 6, "one look-back of both grids")
      for sample in records.samples {
        #expect(sample.times.count == 10 && sample.mean.count == 10)
        #expect(sample.deviation?.count == (sample.setting.method == "mc-dropout" ? 10 : nil))
        #expect(zip(sample.lowest, sample.highest).allSatisfy { $0 <= $1 })
        #expect(
          sample.truth.dropLast() == sample.lastValue.dropFirst(), "one step ahead, the last value is the truth before")
      }
    }
  }

  @Test func samplesAreOfTheBestLookbackThatHasForecasts() throws {
    try SIMDTargetLock.holding {
      let store = try SmallStudy.run(SmallStudy.text(), into: folder.path("a.sqlite")).store
      let ofThree = "json_extract(configuration, '$.task.lookback') = 3"
      for (three, five, best) in [(1, 2, 3), (2, 1, 5), (1, 1, 3)] {
        try store.withDatabase { database in
          try database.execute("UPDATE run SET mae = CASE WHEN \(ofThree) THEN \(three) ELSE \(five) END")
        }
        let settings = try store.records().samples.map(\.setting)
        #expect(settings.map(\.lookback) == [best, best, best])
        #expect(settings.map(\.method) == ["none", "mc-dropout", "synaptic-pruning"])
      }
      try store.withDatabase { database in
        try database.execute("DELETE FROM prediction WHERE run IN (SELECT id FROM run WHERE \(ofThree))")
      }
      #expect(try store.records().samples.map(\.setting.lookback) == [5, 5, 5])
    }
  }

  @Test func aTunedMethodIsPickedByValidationAlone() throws {
    try SIMDTargetLock.holding {
      let text = """
        { name: "t", datasets: "synthetic", models: "rnn", lookbacks: 3, seeds: 2, sizes: { hidden: 4 },
          training: { epochs: 3, batchSize: 256 },
          methods: [{ regularizer: "dropout", name: "tuned", tune: { dropout: [0.6, 0.1, 0.3] } }] }
        """
      let half = try SmallStudy.run(text, into: folder.path("a.sqlite"), part: { _ in [0, 1, 2, 3, 4] })
      #expect(try half.store.records().cells[0].runs.isEmpty, "not all values have been tried")
      let (store, _) = try SmallStudy.run(text, into: folder.path("a.sqlite"))
      let cell = try store.records().cells[0]
      #expect(cell.planned == 2 && cell.runs.count == 2)
      let losses = try store.query(
        "SELECT candidate, avg(validation_loss) AS loss FROM result GROUP BY candidate ORDER BY loss LIMIT 1")
      #expect(losses.rows[0][0] == .text(try #require(cell.candidate)))
      // The test part says the opposite of validation, whichever value that prefers.
      for best in [0.6, 0.1, 0.3] {
        let isBest = "json_extract(configuration, '$.regularizer.dropoutRate') = \(best)"
        try store.withDatabase { database in
          try database.execute("UPDATE run SET validation_loss = CASE WHEN \(isBest) THEN 1 ELSE 2 END")
          try database.execute("UPDATE run SET mae = 3 - validation_loss, rmse = 3 - validation_loss")
        }
        #expect(try store.records().cells[0].candidate == "dropout \(best)")
      }
    }
  }

  @Test func aFailingRunIsWrittenDownAndTheOthersGoOn() throws {
    try SIMDTargetLock.holding {
      let text = SmallStudy.text().replacing(
        "\"none\"", with: "\"none\", { regularizer: 'none', name: 'wild', optimizer: { learningRate: 1e38 } }")
      let (store, outcome) = try SmallStudy.run(text, into: folder.path("a.sqlite"))
      #expect(outcome.finished == 12 && outcome.failed == 4)
      #expect(outcome.firstFailure?.contains("finite") == true)
      let failures = try store.records().failures
      #expect(failures.count == 4 && failures.allSatisfy { $0.setting.method == "wild" })
      #expect(try SmallStudy.run(text, into: folder.path("a.sqlite")).outcome == StudyJob.Outcome())
      #expect(try SmallStudy.run(text, into: folder.path("a.sqlite"), retriesFailed: true).outcome.failed == 4)
      #expect(try store.status().grids[0].failed == 4)
    }
  }

  @Test func aStoppedStudyGoesOn() throws {
    try SIMDTargetLock.holding {
      let whole = try SmallStudy.run(SmallStudy.text(), into: folder.path("a.sqlite")).store
      let plan = try SmallStudy.plan(SmallStudy.text())
      let store = try StudyStore.open(folder.path("b.sqlite"))
      // The longest runs come first and ask 432 times each: the first job finishes none of them, the second some.
      for limit in [300, 1500] {
        let asked = Atomic(0)
        let job = try StudyJob(plan, store: store, environment: SmallStudy.environment)
        #expect(throws: TrainingError.cancelled) {
          try job.run(threads: 2, isCancelled: { asked.add(1, ordering: .relaxed).newValue > limit })
        }
        #expect(try store.query("SELECT * FROM claim").rows.isEmpty)
      }
      let done = try store.settledKeys().finished.count
      #expect(done > 0 && done < 12)
      let rest = try StudyJob(plan, store: store, environment: SmallStudy.environment)
      #expect(rest.finishedBefore == done)
      #expect(try rest.run(threads: 2).finished == 12 - done)
      #expect(try SmallStudy.numbers(store) == SmallStudy.numbers(whole))
    }
  }

  @Test func aStudyMayGrow() throws {
    let path = folder.path("a.sqlite")
    try SmallStudy.run(SmallStudy.text(), into: path)
    let (store, outcome) = try SmallStudy.run(SmallStudy.text(seeds: 3), into: path)
    #expect(outcome.finished == 6)
    #expect(try store.records().cells.allSatisfy { $0.runs.count == 3 })
    let fewer = try SmallStudy.run(SmallStudy.text(seeds: 1), into: path)
    #expect(fewer.outcome.finished == 0)
    #expect(try fewer.store.records().cells.allSatisfy { $0.runs.count == 1 })
    #expect(try fewer.store.query("SELECT * FROM run").rows.count == 18, "old runs stay")
  }

  @Test func dataThatCannotBePreparedStopsBeforeAnyTraining() throws {
    let text = SmallStudy.text().replacing("[3, 5]", with: "[3, 5000]")
    let path = folder.path("a.sqlite")
    #expect(throws: StudyError.self) { try SmallStudy.run(text, into: path) }
    #expect(try StudyStore.open(path).query("SELECT * FROM run").rows.isEmpty)
    let missing = SmallStudy.text().replacing("\"synthetic\"", with: "\"bitcoin\"")
    let error = #expect(throws: CatalogueError.self) { try SmallStudy.run(missing, into: path) }
    #expect(try #require(error).description.contains("nowhere/bitcoin_yahoo.csv, which is not there"))
  }

  @Test func aFileThatChangesBehindThePlanIsRefused() throws {
    let rows = (0..<90).map { "2020-01-01 \($0 / 60):\($0 % 60),\($0 % 7),\($0 % 5)\n" }.joined()
    let file = try folder.write("rows.csv", "date,a,b\n" + rows)
    let text = "{ name: 'a', datasets: { name: 'd', file: '\(file)', target: 'a' }, models: 'rnn', lookbacks: [3] }"
    let plan = try SmallStudy.plan(text)
    let store = try StudyStore.open(folder.path("a.sqlite"))
    #expect(try StudyJob(plan, store: store, environment: SmallStudy.environment).pending.count == plan.runs.count)
    try folder.write("rows.csv", "date,a,b\n" + rows.replacing(",6,", with: ",5,"))
    #expect(throws: ReadError.changed(file)) {
      try StudyJob(plan, store: store, environment: SmallStudy.environment)
    }
  }

  @Test func theEnvironmentNamesTheProcessor() {
    let here = StudyEnvironment.current(version: "1")
    #expect(here.processor.contains(" core") && !here.processor.contains("\n"))
    let words = here.processor.components(separatedBy: ", ")
    #if os(macOS) || arch(x86_64)
      #expect(words.count >= 3 && words.allSatisfy { !$0.isEmpty })
    #else
      #expect(words.count >= 2 && words.allSatisfy { !$0.isEmpty })
    #endif
  }

  @Test func aSurveyCountsAndTimes() throws {
    let text = SmallStudy.text("grids: [{ name: 'a' }, { name: 'b', lookbacks: [5, 7] }],")
    let plan = try SmallStudy.plan(text)
    let survey = try StudySurvey(plan, finished: [plan.runs[0].key])
    #expect(survey.runs == 18 && survey.finished == 1 && survey.seconds > 0)
    #expect(survey.grids.map(\.places) == [12, 12] && survey.grids.map(\.shared) == [0, 6])
    let selection = StudySurvey.Selection(model: .rnn, firstEpoch: 3, epochs: 4)
    #expect(survey.grids.map(\.selections) == [[selection], [selection]])
    let done = try StudySurvey(plan, finished: Set(plan.runs.map(\.key)))
    #expect(done.seconds == 0)
    #expect(throws: TrainingError.cancelled) { try StudySurvey(plan, finished: [], isCancelled: { true }) }
  }
}
