import Foundation

/// What has arrived of a download: `FILE.partial`, locked while open, and `FILE.partial.json`, which says of what.
///
/// Several processes may ask for one file; the lock lets one of them in.
final class PartialFile {
  /// What the bytes are part of.
  private struct Origin: Codable, Equatable {
    let address: String
    /// What told the server's version from others; nil when it said nothing.
    let validator: String?
  }

  let path: String
  /// Bytes so far.
  private(set) var length: Int
  private let address: String
  private let descriptor: Int32
  private var origin: Origin?
  /// Whether the path is no longer this file's.
  private var isGone = false

  /// What tells the version that the bytes are from, for `If-Range`.
  var validator: String? { origin?.validator }

  /// Opens or makes the file; bytes of another address are dropped.
  ///
  /// - Throws: ``DownloadError/busy(path:)`` or ``DownloadError/file(path:reason:)``.
  init(of destination: String, address: String) throws(DownloadError) {
    path = destination + ".partial"
    self.address = address
    descriptor = try Self.openLocked(path, for: destination)
    origin = (try? Data(contentsOf: URL(filePath: path + ".json"))).flatMap {
      try? JSONDecoder().decode(Origin.self, from: $0)
    }
    length = max(0, Int(lseek(descriptor, 0, SEEK_END)))
    guard origin?.address == address else {
      try clear()
      return
    }
  }

  deinit {
    // While the lock is held; nothing is worth going on from.
    if length == 0, !isGone { discard() }
    close(descriptor)
  }

  /// Drops all bytes.
  func clear() throws(DownloadError) {
    guard length > 0 else { return }
    guard ftruncate(descriptor, 0) == 0, lseek(descriptor, 0, SEEK_SET) == 0 else { throw failure() }
    length = 0
  }

  /// Drops all bytes and notes which version comes next.
  func begin(validator: String?) throws(DownloadError) {
    try clear()
    let origin = Origin(address: address, validator: validator)
    do {
      try JSONEncoder().encode(origin).write(to: URL(filePath: path + ".json"), options: .atomic)
    } catch {
      throw failure()
    }
    self.origin = origin
  }

  /// Writes the next bytes.
  func append(_ bytes: UnsafeBufferPointer<UInt8>) throws(DownloadError) {
    var rest = UnsafeRawBufferPointer(bytes)
    while !rest.isEmpty {
      let written = write(descriptor, rest.baseAddress, rest.count)
      if written < 0 && errno == EINTR { continue }
      guard written > 0 else { throw failure() }
      length += written
      rest = UnsafeRawBufferPointer(rebasing: rest[written...])
    }
  }

  /// The hash of all bytes, nil when the caller wants no more.
  func sha256(isCancelled: () -> Bool) throws(DownloadError) -> String? {
    guard let hash = FileHash.sha256(of: descriptor, isCancelled: isCancelled) else {
      if isCancelled() { return nil }
      throw failure()
    }
    return hash
  }

  /// Gives the file its name; only that of a finished and verified one.
  func finish(as destination: String) throws(DownloadError) {
    guard fsync(descriptor) == 0, rename(path, destination) == 0 else { throw failure() }
    isGone = true
    unlink(path + ".json")
  }

  /// Removes the file.
  func discard() {
    isGone = true
    unlink(path)
    unlink(path + ".json")
  }

  private func failure() -> DownloadError {
    .file(path: path, reason: String(cString: strerror(errno)))
  }

  /// Opens and locks the file under this path, also where another process gives it its name in between.
  private static func openLocked(_ path: String, for destination: String) throws(DownloadError) -> Int32 {
    for _ in 0..<16 {
      let descriptor = open(path, O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
      guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
      guard flock(descriptor, LOCK_EX | LOCK_NB) == 0 else {
        let reason = errno
        close(descriptor)
        if reason == EWOULDBLOCK { throw .busy(path: destination) }
        throw .file(path: path, reason: String(cString: strerror(reason)))
      }
      var opened = stat()
      var named = stat()
      if fstat(descriptor, &opened) == 0, stat(path, &named) == 0, opened.st_ino == named.st_ino,
        opened.st_dev == named.st_dev
      {
        return descriptor
      }
      close(descriptor)
    }
    throw .busy(path: destination)
  }
}
