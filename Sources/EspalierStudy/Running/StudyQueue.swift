import Synchronization

/// Hands out the runs of a job one by one, to any thread, and adds up what came of them.
final class StudyQueue: Sendable {
  private let runs: [Int]
  private let state = Mutex(State())

  private struct State {
    var next = 0
    var outcome = StudyJob.Outcome()
    var error: (any Error)?
  }

  /// A queue of runs in the order in which they are to be begun.
  init(_ runs: [Int]) {
    self.runs = runs
  }

  /// The next run; nil when all have been handed out.
  func next() -> Int? {
    state.withLock { state in
      guard state.next < runs.count else { return nil }
      defer { state.next += 1 }
      return runs[state.next]
    }
  }

  /// Takes note of what came of a run.
  func add(_ outcome: StudyJob.Outcome) { state.withLock { $0.outcome.add(outcome) } }

  /// Takes note of an error that ends the job: the others then end too, and theirs would hide the first.
  func fail(_ error: any Error) { state.withLock { $0.error = $0.error ?? error } }

  /// Whether an error has ended the job.
  var hasFailed: Bool { state.withLock { $0.error != nil } }
  /// The error that has ended the job.
  var error: (any Error)? { state.withLock { $0.error } }
  /// What came of the runs so far.
  var outcome: StudyJob.Outcome { state.withLock { $0.outcome } }
}
