/// A safetensors file that cannot be read or written; prints as one sentence that says what to do.
public struct SafetensorsError: Error, Equatable, Sendable, CustomStringConvertible {
  /// What is wrong.
  public enum Problem: Equatable, Sendable {
    /// The file cannot be opened, and why.
    case unreadable(String)
    /// The file cannot be written, and why.
    case unwritable(String)
    /// Fewer than the 8 bytes that every file begins with.
    case noHeader(bytes: Int)
    /// A header that is longer than any real one.
    case headerTooLong(bytes: UInt64)
    /// A header that is longer than the rest of the file.
    case headerBeyondFile(header: UInt64, available: Int)
    /// A header that is not the JSON it should be, and where.
    case malformed(byte: Int, expected: String)
    /// Two entries of the same name.
    case duplicateName(String)
    /// An entry that lacks a field or has a wrong one.
    case badEntry(name: String, reason: String)
    /// A type of elements that is not known.
    case unknownElement(name: String, element: String)
    /// A shape and type that need another number of bytes than the offsets give.
    case sizeMismatch(name: String, needed: Int?, given: Int)
    /// Offsets that leave the data.
    case beyondData(name: String, end: Int, available: Int)
    /// Offsets that don't begin where the tensor before ends.
    case notContiguous(name: String, expected: Int, actual: Int)
    /// Bytes after the last tensor.
    case unusedBytes(Int)
    /// A tensor that was asked for and is not there.
    case missing(name: String)
    /// A tensor whose elements can't be given in the type that was asked for.
    case wrongElement(name: String, element: String, wanted: String)
  }

  /// The file's path, or what was read instead.
  public let source: String
  /// What is wrong.
  public let problem: Problem

  /// Describes a problem.
  public init(source: String, problem: Problem) {
    self.source = source
    self.problem = problem
  }

  /// One sentence for a person.
  public var description: String {
    switch problem {
    case .unreadable(let reason): "Cannot read '\(source)': \(reason)."
    case .unwritable(let reason): "Cannot write '\(source)': \(reason)."
    case .missing(let name): "'\(source)' holds no tensor '\(name)'; use a file that was saved from the same model."
    case .wrongElement(let name, let element, let wanted):
      "The tensor '\(name)' of '\(source)' holds \(element), which cannot be read as \(wanted); use a file with \(wanted)."
    case .duplicateName(let name):
      "'\(source)' is damaged or not a safetensors file, get it again: '\(name)' occurs twice."
    default: "'\(source)' is damaged or not a safetensors file, get it again: \(defect)."
    }
  }

  private var defect: String {
    switch problem {
    case .noHeader(let bytes): "it has \(bytes) bytes and needs at least 8"
    case .headerTooLong(let bytes): "its header claims \(bytes) bytes, more than the 100 million allowed"
    case .headerBeyondFile(let header, let available):
      "its header claims \(header) bytes but only \(available) follow"
    case .malformed(let byte, let expected): "its header has no \(expected) at byte \(byte)"
    case .badEntry(let name, let reason): "the entry '\(name)' \(reason)"
    case .unknownElement(let name, let element): "the tensor '\(name)' has the unknown type '\(element)'"
    case .sizeMismatch(let name, let needed, let given):
      "the tensor '\(name)' needs \(needed.map(String.init) ?? "too many") bytes but has \(given)"
    case .beyondData(let name, let end, let available):
      "the tensor '\(name)' ends at byte \(end) but the data has only \(available)"
    case .notContiguous(let name, let expected, let actual):
      "the tensor '\(name)' begins at byte \(actual) instead of \(expected)"
    case .unusedBytes(let bytes): "\(bytes) bytes belong to no tensor"
    default: "it has an unknown defect"
    }
  }
}
