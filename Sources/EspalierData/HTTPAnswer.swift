import Foundation

/// The head of an HTTP answer, as far as a download needs it.
///
/// - Source: RFC 9110, sections 8.6, 8.8 and 14.4.
struct HTTPAnswer: Equatable {
  /// The status; 0 before the first line has come.
  private(set) var status = 0
  /// `Content-Length` in bytes.
  private(set) var length: Int?
  /// The first byte's place in the whole file, of `Content-Range`.
  private(set) var rangeStart: Int?
  /// The whole file's bytes, of `Content-Range`.
  private(set) var rangeTotal: Int?
  /// `ETag`, quotes and a leading `W/` included.
  private(set) var entityTag: String?
  /// `Last-Modified` as it was sent.
  private(set) var lastModified: String?

  /// What tells this version of the file from others, for `If-Range`, which takes no weak tag.
  var validator: String? {
    if let entityTag, !entityTag.hasPrefix("W/") { return entityTag }
    return lastModified
  }

  /// The whole file's bytes, where the answer says so.
  var total: Int? { status == 206 ? rangeTotal : length }

  /// Takes the next line; a status line begins anew, as it does behind a redirect.
  mutating func take(_ line: String) {
    if line.hasPrefix("HTTP/") {
      self = HTTPAnswer()
      let words = line.split(separator: " ")
      status = words.count > 1 ? Int(words[1]) ?? 0 : 0
      return
    }
    guard let colon = line.firstIndex(of: ":") else { return }
    let value = line[line.index(after: colon)...].trimmingCharacters(in: .whitespaces)
    switch line[..<colon].lowercased() {
    case "content-length": length = Int(value).flatMap { $0 >= 0 ? $0 : nil }
    case "content-range": takeRange(value)
    case "etag": entityTag = value
    case "last-modified": lastModified = value
    default: break
    }
  }

  /// Reads `bytes 5-9/10`, `bytes 5-9/*` or `bytes */10`.
  private mutating func takeRange(_ value: String) {
    guard value.lowercased().hasPrefix("bytes ") else { return }
    let pieces = value.dropFirst(6).split(separator: "/", omittingEmptySubsequences: false)
    guard pieces.count == 2 else { return }
    rangeStart = pieces[0].split(separator: "-").first.flatMap { Int($0) }
    rangeTotal = Int(pieces[1]).flatMap { $0 >= 0 ? $0 : nil }
  }
}
