/// How sure intervals and tests of a report are.
public struct ReportConfiguration: Codable, Equatable, Sendable {
  /// The level of intervals over seeds, strictly between 0 and 1.
  public var level: Double = 0.95
  /// The significance level of the comparison of ranks, strictly between 0 and 1.
  public var alpha: Double = 0.05
  /// The store as it should stand in the commands that print stored rows.
  public var store: String

  /// A report with the usual levels.
  ///
  /// - Parameter store: The store's file as a reader of the report can type it.
  public init(store: String) {
    self.store = store
  }

  /// Checks that intervals and tests can be computed.
  ///
  /// - Throws: ``ReportError/level(name:value:)``.
  public func validate() throws(ReportError) {
    for (name, value) in [("level of intervals", level), ("significance level", alpha)] where !(value > 0 && value < 1)
    {
      throw .level(name: name, value: value)
    }
  }
}

/// Why a report can't be made.
public enum ReportError: Error, Equatable, Sendable, CustomStringConvertible {
  /// A level is not strictly between 0 and 1.
  case level(name: String, value: Double)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .level(let name, let value): "The \(name) must lie between 0 and 1, not at \(value); 0.95 and 0.05 are usual."
    }
  }
}
