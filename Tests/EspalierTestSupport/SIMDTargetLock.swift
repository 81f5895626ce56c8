import Foundation

/// Keeps tests that force a SIMD target apart from tests that compare bits.
///
/// Forcing acts on the whole process, and suites run side by side in one: a test that compares bits would see two targets.
public enum SIMDTargetLock {
  private static let lock = NSRecursiveLock()

  /// Runs a body while no other that holds the lock runs.
  public static func holding<Result>(_ body: () throws -> Result) rethrows -> Result {
    lock.lock()
    defer { lock.unlock() }
    return try body()
  }
}
