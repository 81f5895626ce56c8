import Dispatch
import Synchronization

/// Runs independent work side by side and returns results in order, whatever the number of threads.
///
/// - Parameters:
///   - count: How many pieces of work.
///   - threads: How many at once, at least 1.
///   - body: Does the piece with the index it is given. After a piece has failed no new ones are begun.
/// - Returns: The results in the order of their indices.
/// - Throws: The error of the first piece, in order, that failed.
public func mapInParallel<Result: Sendable>(
  count: Int, threads: Int, _ body: @Sendable (Int) throws -> Result
) throws -> [Result] {
  let state = Mutex(
    (next: 0, hasFailed: false, results: [Swift.Result<Result, any Error>?](repeating: nil, count: count)))
  DispatchQueue.concurrentPerform(iterations: max(1, min(threads, count))) { _ in
    while true {
      let index = state.withLock { state -> Int? in
        guard state.next < count, !state.hasFailed else { return nil }
        defer { state.next += 1 }
        return state.next
      }
      guard let index else { return }
      let result = Swift.Result { try body(index) }
      state.withLock { state in
        state.results[index] = result
        if case .failure = result { state.hasFailed = true }
      }
    }
  }
  let results = state.withLock { $0.results }
  if let failure = results.lazy.compactMap({ $0 }).first(where: { (try? $0.get()) == nil }) { _ = try failure.get() }
  return try results.compactMap { try $0?.get() }
}
