import EspalierData
import EspalierNN
import EspalierTestSupport
import Foundation
import Synchronization
import Testing

@testable import EspalierStudy

/// Searches that share a store, and look-backs that share validation windows.
@Suite struct TuneSharingTests {
  private let folder: StudyFolder

  init() throws { folder = try StudyFolder() }

  /// A search that takes no time: 4 candidates for a rung of 2 epochs, then some for 4 epochs.
  private func search(seed: UInt64 = 42, dataset: StudyDataset = StudyDataset(named: "synthetic")) -> TuneConfiguration
  {
    var result = TuneConfiguration(dataset: dataset)
    result.space = TuneSpace(
      models: [.rnn], lookbacks: [2, 10], widths: [3, 4], schedules: ["linear"], sparsities: [0, 0.5])
    result.training.epochs = 4
    result.training.batchSize = 512
    result.candidates = 4
    result.reduction = 2
    result.leastEpochs = 2
    result.finalists = 2
    result.seeds = 1
    result.firstSeed = seed
    return result
  }

  @Test func searchesOnOneStoreDoNotMeet() throws {
    try SIMDTargetLock.holding {
      let (one, other) = (search(), search(seed: 7))
      let alone = try SmallTune.numbers(folder.tuneJob(one, "one.sqlite").run(threads: 1))
      let otherAlone = try SmallTune.numbers(folder.tuneJob(other, "other.sqlite").run(threads: 1))
      #expect(alone != otherAlone)
      // The second search comes in between when the first has written its places down and goes to train.
      let second = Mutex<[TuneResult]>([])
      let first = try folder.tuneJob(one, "both.sqlite").run(
        threads: 1,
        progress: { progress in
          guard progress.advance == 0, progress.rung == 1 || progress.rung == 2 else { return }
          guard let result = try? folder.tuneJob(other, "both.sqlite").run(threads: 1) else { return }
          second.withLock { $0.append(result) }
        })
      #expect(SmallTune.numbers(first) == alone)
      #expect(second.withLock { $0.map(SmallTune.numbers) } == [otherAlone, otherAlone])
      #expect(second.withLock { $0.map(\.trained) } == [first.trained, 0])
      let again = try folder.tuneJob(one, "both.sqlite").run(threads: 1)
      #expect(again.trained == 0 && SmallTune.numbers(again) == alone)
    }
  }

  @Test func waitsForAnotherProcessAndDoesWhatThatGivesUp() throws {
    try SIMDTargetLock.holding {
      let alone = try folder.tuneJob(search(), "a.sqlite").run(threads: 1)
      let a = try StudyStore.open(folder.path("a.sqlite"))
      let key = try #require(
        try a.withDatabase { try $0.first("SELECT key FROM run WHERE epochs = 2 ORDER BY key") { $0.text(0) } })
      let store = try StudyStore.open(folder.path("b.sqlite"))
      let far = ProcessIdentity(host: "elsewhere.example", process: 1, started: "1")
      let claim = try store.claim(
        key, owner: far, now: Int(Date().timeIntervalSince1970), retryingFailed: false)
      #expect(claim == .granted)
      let awaited = Mutex<[Int]>([])
      let result = try folder.tuneJob(search(), "b.sqlite").run(
        threads: 2,
        progress: { progress in
          guard progress.awaited > 0 else { return }
          awaited.withLock { $0.append(progress.awaited) }
          try? store.release(key)
        })
      #expect(awaited.withLock { $0 } == [1])
      #expect(result.trained == alone.trained && SmallTune.numbers(result) == SmallTune.numbers(alone))
    }
  }

  /// Two series over 200 days, and one that begins 2 days before validation, which are days 140 to 159.
  private func panel() throws -> StudyDataset {
    var lines = ["unique_id,ds,y"]
    let begin = Date(timeIntervalSince1970: 0)
    for (name, days) in [("a", 0..<200), ("b", 0..<200), ("c", 138..<200)] {
      for day in days {
        let date = begin.addingTimeInterval(Double(day) * 86_400).formatted(.iso8601.year().month().day())
        lines.append("\(name),\(date),\((day * 37 + day * day * 11) % 101)")
      }
    }
    let path = try folder.write("panel.csv", lines.joined(separator: "\n") + "\n")
    var source = DataSource(kind: .file, place: path)
    source.target = "y"
    return StudyDataset(name: "panel", source: source)
  }

  @Test func allLookbacksAreJudgedByTheSameWindows() throws {
    try SIMDTargetLock.holding {
      var search = search(dataset: try panel())
      search.candidates = 8
      let result = try folder.tuneJob(search, "a.sqlite").run(threads: 2)
      #expect(
        result.notes == [
          "Some series begin late, so that shorter look-backs have more validation windows: all are judged by the 52 "
            + "that look-back 10 has, too."
        ])
      let store = try StudyStore.open(folder.path("a.sqlite"))
      let windows = try store.query("SELECT validation_windows, count(*) FROM task GROUP BY 1")
      #expect(windows.rows == [[.integer(52), .integer(2)]])
      // The chosen model is trained on the same windows again.
      let score = try #require(result.finalists.first { $0.candidate.lookback == 2 } ?? result.choice)
      let report = try folder.tuneJob(search, "a.sqlite").training(of: score).prepare().run()
      #expect(report.windows.validation == 52 && report.trial.metrics.mae == score.testErrors[0])
      // It does not matter whether the longest look-back is drawn, so that a wider search finds its trainings done.
      let space = search.space
      search.firstSeed = try #require((1...).first { space.candidates(1, seed: $0)[0].lookback == 2 })
      search.candidates = 1
      #expect(try folder.tuneJob(search, "a.sqlite").run(threads: 1).notes == result.notes)
      search.space.lookbacks = [10]
      #expect(try folder.tuneJob(search, "a.sqlite").run(threads: 1).notes.isEmpty)
    }
  }
}
