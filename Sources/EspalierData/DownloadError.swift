/// Why a file could not be downloaded.
public enum DownloadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// The address is none of HTTP, or holds a password.
  case badAddress(String)
  /// The hash is not 64 hexadecimal digits.
  case badHash(String)
  /// The size is negative.
  case badSize(Int)
  /// The machine has no libcurl.
  case noLibrary
  /// The name server does not know the address's server.
  case unknownHost(address: String)
  /// The server takes no connection.
  case noConnection(address: String)
  /// The server's certificate or encryption was refused; the detail is libcurl's.
  case insecure(address: String, detail: String)
  /// Nothing arrived for so many seconds.
  case stalled(address: String, seconds: Int)
  /// The answer ended too early, after so many bytes of the file.
  case cutOff(address: String, received: Int, total: Int?)
  /// The address leads to another one again and again.
  case redirects(address: String)
  /// The server answered with another status than success.
  case refused(address: String, status: Int)
  /// The server has a file of another size, in bytes.
  case otherSize(address: String, expected: Int, actual: Int)
  /// What came has another SHA-256; it was removed.
  case otherContent(address: String, expected: String, actual: String)
  /// Another file lies where the download would go; it was left alone.
  case differentFile(path: String)
  /// The file or its folder can't be written or read, for the system's reason.
  case file(path: String, reason: String)
  /// Another process is downloading the same file.
  case busy(path: String)
  /// Anything else; the detail is libcurl's.
  case failed(address: String, detail: String)
  /// The caller asked for the end after so many bytes of the file.
  case cancelled(received: Int)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .badAddress(let address):
      "\"\(address)\" is no address to download from: give one that starts with http:// or https:// "
        + "and has no password."
    case .badHash(let text): "\"\(text)\" is no SHA-256: give its 64 hexadecimal digits."
    case .badSize(let size): "A file can't have \(size) bytes: give its size or leave it out."
    case .noLibrary: "Downloads need libcurl, which was not found: install it (on Debian the package libcurl4)."
    case .unknownHost(let address):
      "The server of \(address) is not known: check the address and the connection to the network."
    case .noConnection(let address):
      "The server of \(address) takes no connection: check the address, or try again later."
    case .insecure(let address, let detail):
      "The connection to \(address) is not secure\(Self.brackets(detail)): check this machine's clock and "
        + "certificates (on Debian the package ca-certificates)."
    case .stalled(let address, let seconds):
      "\(address) sent nothing for \(seconds) s: try again later, which goes on from what has arrived."
    case .cutOff(let address, let received, let total):
      "The connection to \(address) ended after \(received)\(total.map { " of \($0)" } ?? "") bytes: "
        + "try again, which goes on from there."
    case .redirects(let address):
      "\(address) leads from address to address without end: check the address."
    case .refused(let address, let status): Self.sentence(address, status)
    case .otherSize(let address, let expected, let actual):
      "\(address) gives a file of \(actual) bytes where one of \(expected) is meant: the server has another version, "
        + "so get the file elsewhere."
    case .otherContent(let address, let expected, let actual):
      "What \(address) gives is not the file that is meant (SHA-256 \(actual.prefix(12))… instead of "
        + "\(expected.prefix(12))…) and was removed: get the file elsewhere."
    case .differentFile(let path):
      "\(path) is there but is not the file that is meant: move it away, then try again."
    case .file(let path, let reason):
      "\(path) can't be written (\(reason)): make room, or choose another folder."
    case .busy(let path): "Another process is downloading \(path): wait for it, or end it."
    case .failed(let address, let detail):
      "\(address) could not be downloaded\(Self.brackets(detail)): check the address, or try again later."
    case .cancelled(let received):
      "The download was stopped after \(received) bytes: try again, which goes on from there."
    }
  }

  private static func brackets(_ detail: String) -> String { detail.isEmpty ? "" : " (\(detail))" }

  private static func sentence(_ address: String, _ status: Int) -> String {
    switch status {
    case 401, 403, 407:
      "The server does not give \(address) to everyone (status \(status)): get the file another way "
        + "and put it in its place."
    case 404, 410: "The server has no \(address) (status \(status)): check the address."
    case 429, 500...599: "The server of \(address) can't answer now (status \(status)): try again later."
    default: "\(address) gave the answer \(status) instead of a file: check the address."
    }
  }
}
