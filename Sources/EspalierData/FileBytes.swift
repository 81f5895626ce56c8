import Foundation

/// A file's bytes in memory, freed with their owner.
///
/// The file is read, not mapped: a mapped file that another process shortens would kill this one. The bytes are lent to
/// closures alone, since Swift may free an owner after its last use, even where its bytes are still being read.
final class FileBytes {
  /// How many bytes there are.
  let count: Int
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
    count = filled
  }

  deinit { storage.deallocate() }

  /// Lends all bytes; the pointer must not outlive the call.
  func withBytes<Result, Failure>(
    _ body: (UnsafeBufferPointer<UInt8>) throws(Failure) -> Result
  ) throws(Failure) -> Result {
    defer { withExtendedLifetime(self) {} }
    return try body(UnsafeBufferPointer(start: storage, count: count))
  }

  /// The SHA-256 of all bytes, as hexadecimal digits.
  func sha256() -> String { withBytes { SHA256.hex($0) } }

  /// The bytes of the regular file that a path leads to; nil where there is none.
  static func size(_ path: String) -> Int? {
    var status = stat()
    return stat(path, &status) == 0 && status.st_mode & S_IFMT == S_IFREG ? Int(status.st_size) : nil
  }

  /// Whether a byte occurs anywhere.
  func contains(_ byte: UInt8) -> Bool {
    withBytes { memchr(storage, Int32(byte), $0.count) != nil }
  }

  /// How often a byte occurs.
  func count(of byte: UInt8) -> Int {
    withBytes { bytes in
      var total = 0
      for value in bytes { total &+= value == byte ? 1 : 0 }
      return total
    }
  }
}
