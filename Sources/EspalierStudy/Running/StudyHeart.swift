import Foundation
import Synchronization

/// Claims runs for this process, and tells other machines now and then that it is still at them.
final class StudyHeart: Sendable {
  /// Seconds between two beats.
  private static let interval = 60

  private let store: StudyStore
  private let owner = ProcessIdentity.current
  private let last = Mutex(0)

  init(store: StudyStore) {
    self.store = store
  }

  /// Asks for a run.
  func claim(_ key: String, retryingFailed: Bool) throws -> StudyStore.Claim {
    try store.claim(key, owner: owner, now: Self.now, retryingFailed: retryingFailed)
  }

  /// Whether another process is at a run.
  func isTaken(_ key: String) throws -> Bool { try store.isTaken(key, from: owner, now: Self.now) }

  /// Renews the claims when that is due; called often.
  func beat() {
    let now = Self.now
    let isDue = last.withLock { last in
      guard now - last >= Self.interval else { return false }
      last = now
      return true
    }
    // A claim that could not be renewed costs another machine a run at worst; the next beat tries again.
    if isDue { try? store.renewClaims(of: owner, now: now) }
  }

  /// Seconds since 1970: for claims alone, no result depends on it.
  private static var now: Int { Int(Date().timeIntervalSince1970) }
}
