import Foundation

/// A file that appears whole or not at all: written beside its place, then renamed.
///
/// A pipe or device, such as `/dev/stdout`, is written to directly.
package struct OutputFile: Sendable {
  /// Why a file can't be written.
  package enum Failure: Error, Equatable, Sendable, CustomStringConvertible {
    case emptyPath
    case isFolder(String)
    case noFolder(path: String, folder: String)
    case system(path: String, reason: String)

    package var description: String {
      switch self {
      case .emptyPath: "The output file has no name; give one."
      case .isFolder(let path): "'\(path)' is a folder; name a file to write in it."
      case .noFolder(let path, let folder):
        "'\(path)' can't be written because there is no folder '\(folder)'; make it first."
      case .system(let path, let reason): "'\(path)' can't be written (\(reason)); choose another place."
      }
    }
  }

  /// As the user gave it.
  package let path: String

  /// A file that may or may not exist; nothing is touched yet.
  package init(_ path: String) {
    self.path = path
  }

  /// Finds out before long work whether writing will be possible; leaves no trace.
  ///
  /// - Throws: ``Failure``.
  package func check() throws(Failure) {
    guard try isReplaceable() else {
      let descriptor = open(path, O_WRONLY | O_NONBLOCK | O_CLOEXEC)
      // A pipe that nobody reads yet is no failure.
      guard descriptor >= 0 || errno == ENXIO else { throw failure() }
      if descriptor >= 0 { close(descriptor) }
      return
    }
    let trial = temporary
    let descriptor = open(trial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure() }
    close(descriptor)
    unlink(trial)
  }

  /// Writes the whole file, replacing one that is there.
  ///
  /// - Throws: ``Failure``; a file that was there before is then as it was.
  package func write(_ text: String) throws(Failure) {
    try write(Array(text.utf8))
  }

  /// Writes the whole file, replacing one that is there.
  ///
  /// - Throws: ``Failure``; a file that was there before is then as it was.
  package func write(_ bytes: [UInt8]) throws(Failure) {
    try write(contents: CollectionOfOne(bytes))
  }

  /// Writes the whole file from pieces of text, of which few are held at once, replacing a file that is there.
  ///
  /// - Throws: ``Failure``; a file that was there before is then as it was.
  package func write(_ pieces: some Sequence<String>) throws(Failure) {
    try write(contents: pieces.lazy.map { Array($0.utf8) })
  }

  private func write(contents: some Sequence<[UInt8]>) throws(Failure) {
    guard try isReplaceable() else {
      let descriptor = open(path, O_WRONLY | O_CLOEXEC)
      guard descriptor >= 0 else { throw failure() }
      defer { close(descriptor) }
      guard fill(descriptor, with: contents) else { throw failure() }
      return
    }
    try stage(contents).place()
  }

  /// Writes contents beside the file's place, from where they can be put there or thrown away.
  ///
  /// - Throws: ``Failure``; nothing is left then.
  func stage(_ contents: some Sequence<[UInt8]>) throws(Failure) -> StagedFile {
    let partial = temporary
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_EXCL | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure() }
    let isWritten = fill(descriptor, with: contents) && fsync(descriptor) == 0
    let reason = isWritten ? nil : failure()
    close(descriptor)
    if let reason {
      unlink(partial)
      throw reason
    }
    return StagedFile(file: self, partial: partial, target: target)
  }

  /// Whether the path is free or a plain file, rather than a device or pipe.
  func isReplaceable() throws(Failure) -> Bool {
    guard !path.isEmpty else { throw .emptyPath }
    var information = stat()
    if stat(path, &information) == 0 {
      let kind = information.st_mode & S_IFMT
      if kind == S_IFDIR { throw .isFolder(path) }
      return kind == S_IFREG
    }
    if path.hasSuffix("/") { throw .isFolder(path) }
    let folder = URL(filePath: target).deletingLastPathComponent().path(percentEncoded: false)
    if stat(folder, &information) != 0 && errno == ENOENT { throw .noFolder(path: path, folder: folder) }
    return true
  }

  /// The file that the path leads to, so that a symbolic link stays one.
  private var target: String {
    guard let resolved = realpath(path, nil) else { return path }
    defer { free(resolved) }
    return String(cString: resolved)
  }

  var temporary: String {
    "\(target).partial-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
  }

  /// What the system's last call failed by.
  func failure() -> Failure {
    .system(path: path, reason: String(cString: strerror(errno)))
  }

  /// Bytes that are gathered before they are written.
  private static let blockSize = 1 << 16

  private func fill(_ descriptor: Int32, with contents: some Sequence<[UInt8]>) -> Bool {
    var block: [UInt8] = []
    for bytes in contents {
      if block.isEmpty, bytes.count >= Self.blockSize {
        guard fill(descriptor, with: bytes) else { return false }
        continue
      }
      block += bytes
      guard block.count >= Self.blockSize else { continue }
      guard fill(descriptor, with: block) else { return false }
      block.removeAll(keepingCapacity: true)
    }
    return fill(descriptor, with: block)
  }

  private func fill(_ descriptor: Int32, with bytes: [UInt8]) -> Bool {
    var start = 0
    while start < bytes.count {
      let written = bytes.withUnsafeBytes { buffer in
        FileDescriptorWriting.write(descriptor, UnsafeRawBufferPointer(rebasing: buffer[start...]))
      }
      if written > 0 {
        start += written
      } else if errno != EINTR {
        return false
      }
    }
    return true
  }
}
