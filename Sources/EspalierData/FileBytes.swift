import Foundation

/// A file's bytes in memory, freed with their owner.
///
/// The file is read, not mapped: a mapped file that another process shortens would kill this one.
final class FileBytes {
  let all: UnsafeBufferPointer<UInt8>
  private let storage: UnsafeMutablePointer<UInt8>

  /// Reads a regular file.
  ///
  /// - Throws: ``ReadError`` when there is none, it is a folder, or it can't be read.
  init(path: String) throws(ReadError) {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else {
      throw errno == ENOENT || errno == ENOTDIR ? .missingFile(path) : .unreadable(path)
    }
    defer { close(descriptor) }
    var status = stat()
    guard fstat(descriptor, &status) == 0 else { throw .unreadable(path) }
    guard status.st_mode & S_IFMT != S_IFDIR else { throw .directory(path) }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .unreadable(path) }
    let size = Int(status.st_size)
    let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: max(1, size))
    var filled = 0
    while filled < size {
      let got = read(descriptor, memory + filled, min(size - filled, 1 << 24))
      if got < 0 && errno == EINTR { continue }
      guard got >= 0 else {
        memory.deallocate()
        throw .unreadable(path)
      }
      if got == 0 { break }
      filled += got
    }
    storage = memory
    all = UnsafeBufferPointer(start: memory, count: filled)
  }

  deinit { storage.deallocate() }

  /// The SHA-256 of the bytes.
  var sha256: String {
    // The bytes are freed with this object, which nobody may hold any more while they are read.
    withExtendedLifetime(self) { SHA256.hex(all) }
  }

  /// Whether a path leads to a regular file.
  static func isFile(_ path: String) -> Bool {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG
  }

  /// Whether a byte occurs anywhere.
  func contains(_ byte: UInt8) -> Bool {
    all.count > 0 && memchr(storage, Int32(byte), all.count) != nil
  }

  /// How often a byte occurs.
  func count(of byte: UInt8) -> Int {
    var total = 0
    for value in all { total &+= value == byte ? 1 : 0 }
    return total
  }
}
