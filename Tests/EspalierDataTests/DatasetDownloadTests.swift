import EspalierTestSupport
import Foundation
import Synchronization
import Testing

@testable import EspalierData

@Suite struct DatasetDownloadTests {
  private let folder = TemporaryFolder()
  private let content = (0..<300_000).map { UInt8(truncatingIfNeeded: $0 * $0 / 7) }
  private var hash: String { SHA256.hex(content) }
  private var file: String { folder.path("sub/file.csv") }

  private func download(_ address: String, size: Int? = nil, sha256: String? = nil) throws -> DatasetDownload {
    var download = try DatasetDownload(
      address: address, size: size, sha256: sha256 ?? hash, destination: file)
    download.stallSeconds = 1
    return download
  }

  /// Serves a file, and the first time only so many bytes of it.
  private func server(_ file: ServedFile, cutAfter limit: Int? = nil, then later: ServedFile? = nil) throws
    -> LoopbackServer
  {
    let count = Counter()
    return try LoopbackServer { request in
      let isFirst = count.next() == 0
      var reply = (isFirst ? file : later ?? file).reply(to: request)
      if isFirst { reply.limit = limit }
      return reply
    }
  }

  private func error(_ download: DatasetDownload, isCancelled: @escaping () -> Bool = { false }) -> DownloadError? {
    do throws(DownloadError) {
      _ = try download.run(isCancelled: isCancelled)
      return nil
    } catch {
      return error
    }
  }

  /// Nothing but the verified file lies in the folder.
  private func expectWhole(_ place: SourceLocation = #_sourceLocation) throws {
    #expect(try folder.bytes("sub/file.csv") == content, sourceLocation: place)
    #expect(folder.names("sub") == ["file.csv"], sourceLocation: place)
  }

  @Test(arguments: [true, false], [nil, 300_000])
  func fetchesAndVerifies(hasLength: Bool, size: Int?) throws {
    var served = ServedFile(content)
    served.hasLength = hasLength
    let server = try server(served)
    let log = Log<DownloadProgress>()
    let download = try download(server.address("/file.csv"), size: size, sha256: hash.uppercased())
    #expect(try download.run(progress: log.add) == .fetched(bytes: 300_000, resumed: 0))
    try expectWhole()
    let total = hasLength ? 300_000 : size
    #expect(log.all.last == DownloadProgress(received: 300_000, resumed: 0, total: total))
    #expect(log.all.map(\.received) == log.all.map(\.received).sorted())
    #expect(try download.run() == .alreadyThere(bytes: 300_000))
    #expect(server.requests.count == 1)
  }

  @Test func anEmptyFileIsAFile() throws {
    let server = try server(ServedFile([]))
    let download = try download(server.address("/e"), size: 0, sha256: SHA256.hex([]))
    #expect(try download.run() == .fetched(bytes: 0, resumed: 0))
    #expect(try folder.bytes("sub/file.csv").isEmpty)
  }

  @Test(arguments: [("\"one\"", nil), (nil, "Tue, 15 Nov 1994 12:45:26 GMT"), ("W/\"weak\"", nil), (nil, nil)])
  func goesOnFromWhatHasArrived(tag: String?, date: String?) throws {
    var served = ServedFile(content, entityTag: tag)
    served.lastModified = date
    let server = try server(served, cutAfter: 100_000)
    let download = try download(server.address("/f"))
    #expect(error(download) == .cutOff(address: download.address, received: 100_000, total: 300_000))
    #expect(folder.names("sub") == ["file.csv.partial", "file.csv.partial.json"])
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 100_000))
    try expectWhole()
    #expect(server.requests[1].headers["range"] == "bytes=100000-")
    #expect(server.requests[1].headers["if-range"] == (tag == "\"one\"" ? tag : date))
  }

  @Test(arguments: [ServedFile.Ranges.ignored, .shifted])
  func aServerWithoutRangesStartsOver(ranges: ServedFile.Ranges) throws {
    var served = ServedFile(content)
    served.ranges = ranges
    let server = try server(served, cutAfter: 100_000)
    let download = try download(server.address("/f"), size: 300_000)
    #expect(error(download) != nil)
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 0))
    try expectWhole()
  }

  /// The first version was another one; the second is the one that is meant.
  @Test(arguments: [ServedFile.Ranges.supported, .unconditional], ["\"two\"", "\"one\"", nil])
  func aChangedFileStartsOver(ranges: ServedFile.Ranges, tag: String?) throws {
    var later = ServedFile(content, entityTag: tag)
    later.ranges = ranges
    let server = try server(ServedFile(content.map { $0 ^ 1 }), cutAfter: 100_000, then: later)
    let download = try download(server.address("/f"))
    #expect(error(download) != nil)
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 0))
    try expectWhole()
  }

  @Test func aFileThatHasBecomeShorterStartsOver() throws {
    let server = try server(
      ServedFile([UInt8](repeating: 1, count: 400_000)), cutAfter: 350_000, then: ServedFile(content))
    let download = try download(server.address("/f"))
    #expect(error(download) != nil)
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 0))
    try expectWhole()
  }

  /// The earlier attempt ended between the last byte and the verification.
  @Test(arguments: [nil, 300_000])
  func aWholePartialIsOnlyVerified(size: Int?) throws {
    let server = try server(ServedFile(content))
    let download = try download(server.address("/f"), size: size)
    try folder.write("sub/file.csv.partial", content)
    try folder.write("sub/file.csv.partial.json", Array(#"{"address":"\#(download.address)"}"#.utf8))
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 300_000))
    try expectWhole()
    #expect(server.requests.count == (size == nil ? 1 : 0))
  }

  @Test(arguments: ["", "{", #"{"address":"http://elsewhere/f"}"#])
  func bytesOfUnknownOriginAreDropped(origin: String) throws {
    let server = try server(ServedFile(content))
    let download = try download(server.address("/f"))
    try folder.write("sub/file.csv.partial", [1, 2, 3])
    if !origin.isEmpty { try folder.write("sub/file.csv.partial.json", Array(origin.utf8)) }
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 0))
    #expect(server.requests[0].headers["range"] == nil)
    try expectWhole()
  }

  @Test func otherContentIsRefusedAndRemoved() throws {
    let other = content.map { $0 ^ 1 }
    let server = try server(ServedFile(other))
    let download = try download(server.address("/f"), size: 300_000)
    #expect(error(download) == .otherContent(address: download.address, expected: hash, actual: SHA256.hex(other)))
    #expect(folder.names("sub").isEmpty)
  }

  @Test(arguments: [true, false], [200_000, 400_000])
  func anotherSizeIsRefused(hasLength: Bool, size: Int) throws {
    var served = ServedFile(content)
    served.hasLength = hasLength
    let server = try server(served)
    let download = try download(server.address("/f"), size: size)
    switch error(download) {
    case .otherSize(download.address, expected: size, let actual): #expect(actual > 200_000 && actual <= 300_000)
    // Without a length nobody can tell a shorter file from a broken connection.
    case .cutOff(download.address, received: 300_000, total: 400_000): #expect(!hasLength && size == 400_000)
    case let error: Issue.record("\(String(describing: error))")
    }
    #expect(!folder.names("sub").contains("file.csv"))
  }

  @Test(arguments: [401, 403, 404, 410, 418, 429, 500, 503])
  func refusalsSayWhatToDo(status: Int) throws {
    let server = try LoopbackServer { _ in
      LoopbackServer.Reply(status: status, headers: ["Content-Length": "4"], body: Array("oops".utf8))
    }
    let download = try download(server.address("/f"))
    let error = error(download)
    #expect(error == .refused(address: download.address, status: status))
    #expect(error?.description.contains("\(status)") == true)
    #expect(folder.names("sub").isEmpty)
  }

  /// What has arrived survives an answer that is no file.
  @Test func aFailingServerLeavesThePartial() throws {
    let count = Counter()
    let content = content
    let server = try LoopbackServer { request in
      let time = count.next()
      if time == 1 { return LoopbackServer.Reply(status: 500, headers: ["Content-Length": "0"]) }
      var reply = ServedFile(content).reply(to: request)
      if time == 0 { reply.limit = 1000 }
      return reply
    }
    let download = try download(server.address("/f"))
    #expect(error(download) == .cutOff(address: download.address, received: 1000, total: 300_000))
    #expect(error(download) == .refused(address: download.address, status: 500))
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 1000))
  }

  @Test func redirectsAreFollowedButNotForEver() throws {
    let content = content
    let server = try LoopbackServer { request in
      switch request.path {
      case "/moved": .init(status: 302, headers: ["Location": "/f", "Content-Length": "3"], body: [1, 2, 3])
      case "/loop": .init(status: 302, headers: ["Location": "/loop", "Content-Length": "0"])
      case "/out": .init(status: 302, headers: ["Location": "file:///etc/passwd", "Content-Length": "0"])
      case "/nowhere": .init(status: 302, headers: ["Content-Length": "0"])
      default: ServedFile(content).reply(to: request)
      }
    }
    let loop = try download(server.address("/loop"))
    #expect(error(loop) == .redirects(address: loop.address))
    let out = try download(server.address("/out"))
    #expect(error(out) == .badAddress(out.address))
    let nowhere = try download(server.address("/nowhere"))
    #expect(error(nowhere) == .refused(address: nowhere.address, status: 302))
    #expect(try download(server.address("/moved")).run() == .fetched(bytes: 300_000, resumed: 0))
    try expectWhole()
  }

  @Test func silenceEnds() throws {
    let content = content
    let server = try LoopbackServer { request in
      var reply = ServedFile(content).reply(to: request)
      if request.headers["range"] == nil { (reply.limit, reply.stalls) = (5000, true) }
      return reply
    }
    let download = try download(server.address("/f"))
    #expect(error(download) == .stalled(address: download.address, seconds: 1))
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 5000))
    try expectWhole()
  }

  @Test func nobodyListens() throws {
    let download = try download(try LoopbackServer.closedAddress())
    #expect(error(download) == .noConnection(address: download.address))
    let unknown = try self.download("http://no-such-host.invalid/f")
    #expect(error(unknown) == .unknownHost(address: unknown.address))
  }

  @Test func theEndCanBeAskedFor() throws {
    let content = content
    let server = try LoopbackServer { request in
      var reply = ServedFile(content).reply(to: request)
      if request.headers["range"] == nil { (reply.limit, reply.stalls) = (7000, true) }
      return reply
    }
    var download = try download(server.address("/f"))
    download.stallSeconds = 20
    let received = Mutex(0)
    let file = file
    #expect(throws: DownloadError.cancelled(received: 7000)) {
      try download.run(
        progress: { progress in received.withLock { $0 = progress.received } },
        isCancelled: { received.withLock { $0 } == 7000 })
    }
    #expect(FileManager.default.fileExists(atPath: file + ".partial"))
    #expect(try download.run() == .fetched(bytes: 300_000, resumed: 7000))
  }

  @Test func anotherFileUnderTheNameIsLeftAlone() throws {
    try folder.write("sub/file.csv", [1, 2, 3])
    let server = try server(ServedFile(content))
    #expect(error(try download(server.address("/f"))) == .differentFile(path: file))
    #expect(try folder.bytes("sub/file.csv") == [1, 2, 3])
    #expect(server.requests.isEmpty)
  }

  @Test func oneProcessAtATime() throws {
    try folder.write("sub/file.csv.partial", [1])
    let other = open(file + ".partial", O_RDWR)
    defer { close(other) }
    #expect(flock(other, LOCK_EX) == 0)
    #expect(error(try download("http://127.0.0.1:1/f")) == .busy(path: file))
  }

  @Test func foldersThatCantBeMadeAndFilesThatCantBeWritten() throws {
    let address = "http://127.0.0.1:1/f"
    let nowhere = try DatasetDownload(address: address, sha256: hash, destination: "/proc/none/f.csv")
    guard case .file(let path, let reason) = error(nowhere) else {
      Issue.record("a folder in /proc was made")
      return
    }
    #expect(path.hasPrefix("/proc/none") && !reason.isEmpty)
    try folder.write("plain", [1])
    let inFile = try DatasetDownload(address: address, sha256: hash, destination: folder.path("plain/f.csv"))
    #expect(error(inFile).map { if case .file = $0 { true } else { false } } == true)
  }

  /// A device that takes no byte stands for a full disk.
  @Test func aFullDiskSaysSo() throws {
    try folder.write("sub/x", [])
    try FileManager.default.createSymbolicLink(atPath: file + ".partial", withDestinationPath: "/dev/full")
    let server = try server(ServedFile(content))
    let reason = String(cString: strerror(ENOSPC))
    #expect(error(try download(server.address("/f"))) == .file(path: file + ".partial", reason: reason))
  }
}
