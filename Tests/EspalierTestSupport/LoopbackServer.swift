import Foundation
import Synchronization

/// A small HTTP server on 127.0.0.1, which answers as a test wants and ends with its owner.
public final class LoopbackServer: Sendable {
  /// What a client asked.
  public struct Request: Sendable, Equatable {
    /// Path and query.
    public let path: String
    /// Header values by their names in lower case.
    public let headers: [String: String]
  }

  /// What a client gets.
  public struct Reply: Sendable {
    /// The status of its first line.
    public var status = 200
    /// Headers by name; the connection always closes behind the body.
    public var headers: [String: String] = [:]
    /// What follows the head.
    public var body: [UInt8] = []
    /// Bytes of the body after which the server goes silent or hangs up; nil sends all.
    public var limit: Int?
    /// Whether the connection stays open in silence behind the body.
    public var stalls = false

    /// A reply that is sent whole.
    public init(status: Int = 200, headers: [String: String] = [:], body: [UInt8] = []) {
      self.status = status
      self.headers = headers
      self.body = body
    }
  }

  private let socket: Int32
  private let port: UInt16
  private let state = State()

  /// Starts a server on a port that is free.
  public init(_ answer: @escaping @Sendable (Request) -> Reply) throws {
    socket = try Sockets.listen()
    port = Sockets.port(of: socket)
    let (socket, state) = (socket, state)
    Thread.detachNewThread {
      while !state.isStopped {
        guard let client = Sockets.accept(on: socket) else { continue }
        Thread.detachNewThread { Connection(client: client, state: state).serve(answer) }
      }
      close(socket)
    }
  }

  deinit { state.stop() }

  /// The address of a path, which begins with `/`.
  public func address(_ path: String) -> String { "http://127.0.0.1:\(port)\(path)" }

  /// What was asked so far.
  public var requests: [Request] { state.requests }

  /// An address that no server listens to.
  public static func closedAddress() throws -> String {
    let socket = try Sockets.listen()
    defer { close(socket) }
    return "http://127.0.0.1:\(Sockets.port(of: socket))/"
  }
}

/// What the threads of a server share.
private final class State: Sendable {
  private let values = Mutex((isStopped: false, requests: [LoopbackServer.Request]()))

  var isStopped: Bool { values.withLock { $0.isStopped } }
  var requests: [LoopbackServer.Request] { values.withLock { $0.requests } }

  func stop() { values.withLock { $0.isStopped = true } }
  func add(_ request: LoopbackServer.Request) { values.withLock { $0.requests.append(request) } }
}

/// One client, which asks one thing.
private struct Connection {
  let client: Int32
  let state: State

  func serve(_ answer: (LoopbackServer.Request) -> LoopbackServer.Reply) {
    defer { close(client) }
    guard let request = readRequest() else { return }
    state.add(request)
    let reply = answer(request)
    var head = "HTTP/1.1 \(reply.status) Test\r\nConnection: close\r\n"
    for (name, value) in reply.headers.sorted(by: { $0.key < $1.key }) { head += "\(name): \(value)\r\n" }
    guard Sockets.send(Array((head + "\r\n").utf8), to: client) else { return }
    guard Sockets.send(Array(reply.body.prefix(reply.limit ?? .max)), to: client) else { return }
    // Half a minute at most, should the client wait for ever.
    var waits = 0
    while reply.stalls, !state.isStopped, waits < 600, !Sockets.isReadable(client) { waits += 1 }
  }

  private func readRequest() -> LoopbackServer.Request? {
    var bytes: [UInt8] = []
    while !bytes.suffix(4).elementsEqual([13, 10, 13, 10]) {
      guard bytes.count < 1 << 16, !state.isStopped else { return nil }
      guard Sockets.isReadable(client) else { continue }
      var byte: UInt8 = 0
      guard recv(client, &byte, 1, 0) == 1 else { return nil }
      bytes.append(byte)
    }
    let lines = String(decoding: bytes, as: UTF8.self).split(whereSeparator: \.isNewline)
    guard let words = lines.first?.split(separator: " "), words.count == 3 else { return nil }
    var headers: [String: String] = [:]
    for line in lines.dropFirst() {
      let pieces = line.split(separator: ":", maxSplits: 1).map { $0.trimmingCharacters(in: .whitespaces) }
      if pieces.count == 2 { headers[pieces[0].lowercased()] = pieces[1] }
    }
    return LoopbackServer.Request(path: String(words[1]), headers: headers)
  }
}

/// The system's sockets, as far as a server of tests needs them.
private enum Sockets {
  static func listen() throws -> Int32 {
    #if canImport(Darwin)
      let kind = SOCK_STREAM
    #else
      let kind = Int32(SOCK_STREAM.rawValue)
    #endif
    let socket = socket(AF_INET, kind, 0)
    var address = sockaddr_in()
    address.sin_family = sa_family_t(AF_INET)
    address.sin_addr.s_addr = UInt32(0x7F00_0001).bigEndian
    let isBound = withUnsafePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) {
        bind(socket, $0, socklen_t(MemoryLayout<sockaddr_in>.size)) == 0
      }
    }
    #if canImport(Darwin)
      let isListening = isBound && Darwin.listen(socket, 16) == 0
    #else
      let isListening = isBound && Glibc.listen(socket, 16) == 0
    #endif
    guard socket >= 0, isListening else { throw POSIXError(POSIXErrorCode(rawValue: errno) ?? .EIO) }
    return socket
  }

  static func port(of socket: Int32) -> UInt16 {
    var address = sockaddr_in()
    var size = socklen_t(MemoryLayout<sockaddr_in>.size)
    _ = withUnsafeMutablePointer(to: &address) { pointer in
      pointer.withMemoryRebound(to: sockaddr.self, capacity: 1) { getsockname(socket, $0, &size) }
    }
    return UInt16(bigEndian: address.sin_port)
  }

  /// Waits for a twentieth of a second.
  static func isReadable(_ socket: Int32) -> Bool {
    var entry = pollfd(fd: socket, events: Int16(POLLIN), revents: 0)
    return poll(&entry, 1, 50) > 0
  }

  static func accept(on socket: Int32) -> Int32? {
    guard isReadable(socket) else { return nil }
    #if canImport(Darwin)
      let client = Darwin.accept(socket, nil, nil)
    #else
      let client = Glibc.accept(socket, nil, nil)
    #endif
    return client >= 0 ? client : nil
  }

  static func send(_ bytes: [UInt8], to socket: Int32) -> Bool {
    #if canImport(Darwin)
      var on: Int32 = 1
      setsockopt(socket, SOL_SOCKET, SO_NOSIGPIPE, &on, socklen_t(MemoryLayout<Int32>.size))
      let flags: Int32 = 0
    #else
      let flags = Int32(MSG_NOSIGNAL)
    #endif
    var start = 0
    while start < bytes.count {
      let sent = bytes.withUnsafeBytes { buffer in
        #if canImport(Darwin)
          Darwin.send(socket, buffer.baseAddress.map { $0 + start }, bytes.count - start, flags)
        #else
          Glibc.send(socket, buffer.baseAddress.map { $0 + start }, bytes.count - start, flags)
        #endif
      }
      guard sent > 0 else { return false }
      start += sent
    }
    return true
  }
}
