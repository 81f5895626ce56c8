import Foundation

/// Why the registry of data sets could not be read or changed.
public enum RegistryError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The file was written by a later version.
  case newerFormat(path: String, found: Int)
  /// The file is not what a registry looks like; the fault says where.
  case damaged(path: String, fault: String)
  /// The file can't be read or written, for the system's reason.
  case file(path: String, reason: String)
  /// Another process holds the registry.
  case busy(path: String)
  /// A text can't be a name.
  case badName(String)
  /// The catalogue has that name.
  case inCatalogue(String)
  /// The catalogue has a file of the name that the download would get.
  case fileTaken(name: String, file: String)
  /// The registry has that name.
  case taken(String)
  /// The registry does not have that name.
  case unknown(String, nearest: String?)
  /// A drifting column is no feature.
  case noFeature(String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .newerFormat(let path, let found):
      "\(path) was written by a later version of this program (format \(found)): use that version, or another folder."
    case .damaged(let path, let fault): "\(path) is no registry of data sets, \(fault): correct it or move it away."
    case .file(let path, let reason): "\(path) can't be used (\(reason)): choose another folder."
    case .busy(let path): "Another process holds \(path): wait for it, or end it."
    case .badName(let name):
      "\"\(name)\" can't be the name of a data set: take letters, digits, - and _, at most 64, no dash first."
    case .inCatalogue(let name):
      "\"\(name)\" is a data set of the catalogue, which can't be changed: take another name."
    case .fileTaken(let name, let file):
      "\"\(name)\" would be downloaded to the file \(file), which another data set has: take another name."
    case .taken(let name):
      "\"\(name)\" is registered already: take another name, or add it with --replace."
    case .unknown(let name, let nearest):
      "No data set \"\(name)\" was registered"
        + (nearest.map { ": the nearest name is \"\($0)\"." } ?? ": list them with `datasets`.")
    case .noFeature(let column): "\"\(column)\" is drifting but no feature: name it among the features too."
    }
  }
}

/// The system's words for what went wrong with a file.
enum SystemReason {
  static func of(_ error: any Error) -> String {
    let cause = (error as NSError).userInfo[NSUnderlyingErrorKey] as? any Error
    if let code = (cause as? POSIXError ?? error as? POSIXError)?.code {
      return String(cString: strerror(code.rawValue))
    }
    if let cause = cause as NSError?, cause.domain == NSPOSIXErrorDomain {
      return String(cString: strerror(Int32(truncatingIfNeeded: cause.code)))
    }
    return error.localizedDescription
  }
}
