/// A file as a server keeps it, with what servers do right and wrong about ranges.
public struct ServedFile: Sendable {
  /// How the server treats `Range`.
  public enum Ranges: Sendable {
    /// As RFC 9110 says, `If-Range` included.
    case supported
    /// Always sends everything.
    case ignored
    /// Sends the range, whatever `If-Range` says.
    case unconditional
    /// Sends another range than was asked for.
    case shifted
  }

  /// Its bytes.
  public var content: [UInt8]
  /// `ETag`, quotes included.
  public var entityTag: String?
  /// `Last-Modified`.
  public var lastModified: String?
  /// How the server treats `Range`.
  public var ranges = Ranges.supported
  /// Whether `Content-Length` is sent; the file then ends with the connection.
  public var hasLength = true

  /// A file that a good server keeps.
  public init(_ content: [UInt8], entityTag: String? = "\"one\"") {
    self.content = content
    self.entityTag = entityTag
  }

  /// The answer to a request.
  public func reply(to request: LoopbackServer.Request) -> LoopbackServer.Reply {
    var reply = LoopbackServer.Reply(body: content)
    reply.headers["ETag"] = entityTag
    reply.headers["Last-Modified"] = lastModified
    if let start = start(in: request) {
      let first = ranges == .shifted ? start - 1 : start
      if first >= content.count {
        reply.status = 416
        reply.headers["Content-Range"] = "bytes */\(content.count)"
        reply.body = []
      } else {
        reply.status = 206
        reply.headers["Content-Range"] = "bytes \(first)-\(content.count - 1)/\(content.count)"
        reply.body = Array(content[first...])
      }
    }
    if hasLength { reply.headers["Content-Length"] = "\(reply.body.count)" }
    return reply
  }

  /// The first byte that is asked for; nil where all are sent.
  private func start(in request: LoopbackServer.Request) -> Int? {
    guard ranges != .ignored, let range = request.headers["range"], range.hasPrefix("bytes="), range.hasSuffix("-")
    else { return nil }
    if ranges == .supported, let condition = request.headers["if-range"], condition != entityTag ?? lastModified {
      return nil
    }
    return Int(range.dropFirst(6).dropLast())
  }
}
