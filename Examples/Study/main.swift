// A study in a program of one's own: what `espalier study` does, and numbers that the report does not have.
import Espalier
import Foundation

let specification = try StudySpecification.read(path: "study.json5", dataFolder: nil)
let plan = try StudyPlan(specification, dataFolder: nil, folder: ".")
let store = try StudyStore.open("study.sqlite")

// Runs that the store has are not done again, whoever did them.
let environment = StudyEnvironment.current(version: EspalierVersion.current)
let job = try StudyJob(plan, store: store, environment: environment)
let outcome = try job.run(threads: 2)
print("trained \(outcome.finished), done before \(job.finishedBefore), failed \(outcome.failed)")

// A block is a data set with a model and a look-back; its score is the mean over seeds.
let records = try store.records()
let methods = records.grids[0].methods
let blocks = Dictionary(grouping: records.cells) { cell in
  "\(cell.setting.dataset), \(cell.setting.model.rawValue), look-back \(cell.setting.lookback)"
}
let scores = blocks.sorted { $0.key < $1.key }.map { block in
  methods.map { method in
    let runs = block.value.filter { $0.setting.method == method }.flatMap(\.runs)
    return runs.reduce(0) { $0 + $1.metrics.mae } / Double(runs.count)
  }
}

let friedman = try FriedmanTest(scores: scores)
print("Friedman's test over \(scores.count) blocks: p = \(friedman.imanDavenportPValue)")
for (method, rank) in zip(methods, friedman.averageRanks) { print("rank of \(method): \(rank)") }

let report = try StudyReport(records, ReportConfiguration(store: "study.sqlite"))
try report.html(script: nil).write(toFile: "own.html", atomically: true, encoding: .utf8)
print("the report has \(report.csv().split(separator: "\n").count - 1) rows of results")
