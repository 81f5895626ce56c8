import EspalierTensor
import Foundation

/// Files that appear whole and stay, even when the machine stops right after.
enum DurableFile {
  /// Writes `PATH.partial-PROCESS-NUMBER`, waits until it is on the disk, renames it, and waits for the folder.
  ///
  /// The number is random, so that tasks of one process may write to one path: the last one's file stays.
  ///
  /// - Throws: `SafetensorsError` that says why the file can't be written; one that was there is unchanged then.
  static func write(_ data: Data, path: String) throws(SafetensorsError) {
    let partial = "\(path).partial-\(getpid())-\(UInt32.random(in: 0...UInt32.max))"
    let descriptor = open(partial, O_WRONLY | O_CREAT | O_TRUNC | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw failure(path) }
    let isWritten = fill(descriptor, with: data) && fsync(descriptor) == 0
    let problem = isWritten ? nil : failure(path)
    close(descriptor)
    if let problem {
      unlink(partial)
      throw problem
    }
    guard rename(partial, path) == 0 else {
      let problem = failure(path)
      unlink(partial)
      throw problem
    }
    flushFolder(of: path)
  }

  /// Waits until a new name is on the disk; where a file system can't flush folders, the name comes with its next flush.
  private static func flushFolder(of path: String) {
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let descriptor = open(folder, O_RDONLY | O_DIRECTORY | O_CLOEXEC)
    guard descriptor >= 0 else { return }
    _ = fsync(descriptor)
    close(descriptor)
  }

  private static func failure(_ path: String) -> SafetensorsError {
    SafetensorsError(source: path, problem: .unwritable(String(cString: strerror(errno))))
  }

  private static func fill(_ descriptor: Int32, with data: Data) -> Bool {
    data.withUnsafeBytes { bytes in
      var start = 0
      while start < bytes.count {
        let written = Foundation.write(descriptor, bytes.baseAddress.map { $0 + start }, bytes.count - start)
        if written > 0 {
          start += written
        } else if errno != EINTR {
          return false
        }
      }
      return true
    }
  }
}
