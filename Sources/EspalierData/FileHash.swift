import Foundation

/// Hashes of files, read piece by piece.
enum FileHash {
  private static let piece = 1 << 20

  /// The SHA-256 of an open file from its beginning, as hexadecimal digits.
  ///
  /// - Returns: Nil when it can't be read, `errno` then says why, or when the caller wants no more.
  static func sha256(of descriptor: Int32, isCancelled: () -> Bool = { false }) -> String? {
    withUnsafeTemporaryAllocation(byteCount: piece, alignment: 16) { memory in
      var hash = SHA256()
      var place = 0
      while !isCancelled() {
        let got = pread(descriptor, memory.baseAddress, piece, off_t(place))
        if got < 0 && errno == EINTR { continue }
        if got < 0 { return nil }
        if got == 0 { return hash.hex() }
        place += got
        hash.add(UnsafeRawBufferPointer(rebasing: memory[..<got]).bindMemory(to: UInt8.self))
      }
      return nil
    }
  }

  /// The SHA-256 of the file under a path, as hexadecimal digits.
  ///
  /// - Returns: Nil when it can't be read, or when the caller wants no more.
  static func sha256(path: String, isCancelled: () -> Bool = { false }) -> String? {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    guard descriptor >= 0 else { return nil }
    defer { close(descriptor) }
    return sha256(of: descriptor, isCancelled: isCancelled)
  }

  /// Whether a text has the form of a SHA-256.
  static func isSHA256(_ text: String) -> Bool {
    text.utf8.count == 64 && text.allSatisfy { $0.isASCII && $0.isHexDigit }
  }
}
