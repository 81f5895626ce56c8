import Foundation

extension DatasetDownload {
  /// Downloads the file unless it is there.
  ///
  /// - Parameters:
  ///   - progress: Told about bytes as they arrive, on the calling thread.
  ///   - isCancelled: Asked about once a second at least; what has arrived stays for the next attempt.
  /// - Returns: How it went; the file is then the one that is meant.
  /// - Throws: ``DownloadError``. Another file under the destination's name is left alone. What has arrived stays,
  ///   unless it is complete and not what is meant.
  public func run(
    progress: @escaping (DownloadProgress) -> Void = { _ in }, isCancelled: @escaping () -> Bool = { false }
  ) throws(DownloadError) -> DownloadOutcome {
    if let outcome = try present(isCancelled: isCancelled) { return outcome }
    try makeFolder()
    let partial = try PartialFile(of: destination, address: address)
    // Another process may have finished while this one came to the lock.
    if let outcome = try present(isCancelled: isCancelled) {
      partial.discard()
      return outcome
    }
    let earlier = partial.length
    if let size, earlier > 0, earlier >= size {
      if earlier == size, try matches(partial, isCancelled) { return try finish(partial, resumed: earlier) }
      try partial.clear()
    }
    // A second attempt starts at the first byte, where it turned out that the first one could not go on from the bytes
    // that were there.
    for _ in 0..<2 {
      let attempt = DownloadAttempt(self, partial: partial, progress: progress, isCancelled: isCancelled)
      let isWhole = try attempt.run()
      if isWhole, try matches(partial, isCancelled) { return try finish(partial, resumed: attempt.resumed) }
      if attempt.resumed == 0 { break }
      try partial.clear()
    }
    let actual = try partial.sha256(isCancelled: { false }) ?? ""
    partial.discard()
    throw .otherContent(address: address, expected: sha256, actual: actual)
  }

  /// What is to be said when a file lies at the destination.
  private func present(isCancelled: () -> Bool) throws(DownloadError) -> DownloadOutcome? {
    var status = stat()
    guard stat(destination, &status) == 0 else { return nil }
    guard status.st_mode & S_IFMT == S_IFREG else { throw .differentFile(path: destination) }
    let actual = FileHash.sha256(path: destination, isCancelled: isCancelled)
    if actual == nil, isCancelled() { throw .cancelled(received: 0) }
    guard actual == sha256 else { throw .differentFile(path: destination) }
    return .alreadyThere(bytes: Int(status.st_size))
  }

  private func makeFolder() throws(DownloadError) {
    let folder = URL(filePath: destination).deletingLastPathComponent()
    do {
      try FileManager.default.createDirectory(at: folder, withIntermediateDirectories: true)
    } catch {
      throw .file(path: folder.path(percentEncoded: false), reason: SystemReason.of(error))
    }
  }

  private func matches(_ partial: PartialFile, _ isCancelled: () -> Bool) throws(DownloadError) -> Bool {
    guard let actual = try partial.sha256(isCancelled: isCancelled) else {
      throw .cancelled(received: partial.length)
    }
    return actual == sha256
  }

  private func finish(_ partial: PartialFile, resumed: Int) throws(DownloadError) -> DownloadOutcome {
    try partial.finish(as: destination)
    return .fetched(bytes: partial.length, resumed: resumed)
  }
}
