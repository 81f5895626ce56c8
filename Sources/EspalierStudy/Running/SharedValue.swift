import Synchronization

/// Something that several users share: made by the first who asks, forgotten when the last has left.
final class SharedValue<Value: Sendable>: Sendable {
  private let state: Mutex<(value: Value?, users: Int)>

  /// A value that will have so many users.
  init(users: Int) {
    state = Mutex((nil, users))
  }

  /// The value; who asks while it is made waits.
  func value(make: () throws -> Value) throws -> Value {
    try state.withLock { state in
      if let value = state.value { return value }
      let value = try make()
      state.value = value
      return value
    }
  }

  /// Tells that a user has left.
  func release() {
    state.withLock { state in
      state.users -= 1
      if state.users <= 0 { state.value = nil }
    }
  }
}
