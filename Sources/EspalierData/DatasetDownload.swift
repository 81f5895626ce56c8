import Foundation

/// A file to download: from where, to where, and what it must be.
///
/// Bytes go to `DESTINATION.partial`, which the next attempt goes on from, and get their name only when size and hash
/// are those that are meant.
public struct DatasetDownload: Equatable, Sendable {
  /// Begins with `http://` or `https://`.
  public let address: String
  /// Bytes; nil when it is not known beforehand.
  public let size: Int?
  /// 64 hexadecimal digits in lower case.
  public let sha256: String
  /// The file's path; missing folders are made.
  public let destination: String
  /// Seconds for which nothing may arrive before the attempt ends, at least 1.
  public var stallSeconds = 30

  /// Where the bytes go until they are complete and verified.
  public var partialPath: String { destination + ".partial" }

  /// Describes a download; nothing is fetched yet.
  ///
  /// - Parameters:
  ///   - address: An address of HTTP without user and password.
  ///   - size: Bytes of the file, if known.
  ///   - sha256: The file's SHA-256 as 64 hexadecimal digits.
  ///   - destination: Where the file goes.
  /// - Throws: ``DownloadError/badAddress(_:)``, ``DownloadError/badHash(_:)`` or ``DownloadError/badSize(_:)``.
  public init(address: String, size: Int? = nil, sha256: String, destination: String) throws(DownloadError) {
    guard Self.host(of: address) != nil else { throw .badAddress(address) }
    guard FileHash.isSHA256(sha256) else { throw .badHash(sha256) }
    if let size, size < 0 { throw .badSize(size) }
    self.address = address
    self.size = size
    self.sha256 = sha256.lowercased()
    self.destination = destination
  }

  /// The server's name in an address of HTTP; nil when it is none, or holds a user or password, which would be shown.
  static func host(of address: String) -> String? {
    guard address.utf8.allSatisfy({ $0 > 0x20 && $0 < 0x7F }), let parts = URLComponents(string: address),
      let scheme = parts.scheme?.lowercased(), scheme == "http" || scheme == "https", parts.user == nil,
      parts.password == nil, let host = parts.host, !host.isEmpty
    else { return nil }
    return host
  }

  /// Whether the server is this machine, which is asked without a proxy.
  var isLocal: Bool {
    guard let host = Self.host(of: address)?.lowercased() else { return false }
    return host == "localhost" || host.hasPrefix("127.") || host == "::1" || host == "[::1]"
  }
}

/// How far a download has come.
public struct DownloadProgress: Equatable, Sendable {
  /// Bytes of the file that are here.
  public let received: Int
  /// Bytes that were here before, from an earlier attempt.
  public let resumed: Int
  /// Bytes of the whole file; nil when neither the caller nor the server says.
  public let total: Int?
}

/// How a download ended well.
public enum DownloadOutcome: Equatable, Sendable {
  /// The file was there and is the one that is meant; nothing was asked of the server.
  case alreadyThere(bytes: Int)
  /// The file is there now; `resumed` of its bytes came from an earlier attempt.
  case fetched(bytes: Int, resumed: Int)
}
