import Foundation

/// Does work that blocks for long on a thread of its own, while the calling task is suspended.
///
/// Swift's tasks share as many threads as there are processors and must not block them; Dispatch's shared queues would
/// make room for a blocked thread, but only up to a limit that everybody shares.
///
/// - Parameters:
///   - name: The thread's name in debuggers.
///   - work: What to do; it is not cancelled with the task unless it asks.
/// - Returns: The work's result.
/// - Throws: What the work throws.
func onOwnThread<Value: Sendable>(
  named name: String, _ work: @escaping @Sendable () throws -> Value
) async throws -> Value {
  try await withCheckedThrowingContinuation { continuation in
    let thread = Thread { continuation.resume(with: Result { try work() }) }
    thread.name = name
    // As much as a program's first thread has; elsewhere than on Linux others get a sixteenth of it.
    thread.stackSize = 8 << 20
    thread.qualityOfService = .utility
    thread.start()
  }
}
