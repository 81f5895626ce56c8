import Espalier

extension Context {
  /// Does work of the library that polls ``Context/cancellation``, and ends as an interruption when it was that which
  /// stopped it.
  func interruptible<Result>(_ work: () throws -> Result) throws -> Result {
    do {
      return try work()
    } catch TrainingError.cancelled {
      try cancellation.check()
      throw TrainingError.cancelled
    }
  }
}
