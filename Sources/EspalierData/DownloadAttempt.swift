/// One transfer of a download: asks for what is missing and decides by the answer's head what to do with its body.
final class DownloadAttempt: HTTPReceiver {
  /// Bytes that were there before and stayed.
  private(set) var resumed: Int

  private let download: DatasetDownload
  private let partial: PartialFile
  private let progress: (DownloadProgress) -> Void
  private let isCancelled: () -> Bool
  private var answer = HTTPAnswer()
  private var hasBegun = false
  /// Why the transfer is to end, where it is not the network's fault.
  private var stop: Stop?

  private enum Stop {
    case error(DownloadError)
    /// The bytes that are there can't be gone on from.
    case startOver
    /// The server has no more than what is there.
    case nothingMissing
  }

  init(
    _ download: DatasetDownload, partial: PartialFile, progress: @escaping (DownloadProgress) -> Void,
    isCancelled: @escaping () -> Bool
  ) {
    self.download = download
    self.partial = partial
    self.progress = progress
    self.isCancelled = isCancelled
    resumed = partial.length
  }

  /// Runs the transfer.
  ///
  /// - Returns: Whether the file is whole; false asks for an attempt from the first byte.
  /// - Throws: ``DownloadError``.
  func run() throws(DownloadError) -> Bool {
    var headers: [String] = []
    if resumed > 0 {
      headers.append("Range: bytes=\(resumed)-")
      if let validator = partial.validator { headers.append("If-Range: \(validator)") }
    }
    let transfer = HTTPTransfer(
      address: download.address, headers: headers, stallSeconds: max(1, download.stallSeconds),
      isDirect: download.isLocal)
    let (end, message) = transfer.run(self)
    // An answer without a body has not been looked at yet.
    if end == .complete, !hasBegun { begin() }
    switch stop {
    case .error(let error): throw error
    case .startOver: return false
    case .nothingMissing: return true
    case nil: break
    }
    if let error = error(end, message) { throw error }
    if let total = download.size ?? answer.total, partial.length < total { throw cutOff }
    return true
  }

  func takeHeader(_ line: String) -> Bool {
    answer.take(line)
    return true
  }

  func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool {
    if !hasBegun { begin() }
    guard stop == nil else { return false }
    if let size = download.size, bytes.count > size - partial.length {
      partial.discard()
      return end(.otherSize(address: download.address, expected: size, actual: partial.length + bytes.count))
    }
    do throws(DownloadError) {
      try partial.append(bytes)
    } catch {
      return end(error)
    }
    progress(DownloadProgress(received: partial.length, resumed: resumed, total: download.size ?? answer.total))
    return mayGoOn()
  }

  func mayGoOn() -> Bool {
    guard stop == nil else { return false }
    return isCancelled() ? end(.cancelled(received: partial.length)) : true
  }

  /// Decides by the head what to do with the body.
  private func begin() {
    hasBegun = true
    switch answer.status {
    case 200:
      // All of the file, also where a part was asked for: the server ignores ranges, or has another version now.
      resumed = 0
      guard checkTotal() else { return }
      do throws(DownloadError) {
        try partial.begin(validator: answer.validator)
      } catch {
        stop = .error(error)
      }
    case 206:
      guard resumed > 0 else {
        return stop = .error(.refused(address: download.address, status: 206))
      }
      let isSameVersion = partial.validator == nil || answer.validator == nil || partial.validator == answer.validator
      guard answer.rangeStart == resumed, isSameVersion else { return stop = .startOver }
      _ = checkTotal()
    case 416 where resumed > 0:
      stop = answer.rangeTotal == resumed ? .nothingMissing : .startOver
    default:
      stop = .error(.refused(address: download.address, status: answer.status))
    }
  }

  private func checkTotal() -> Bool {
    guard let size = download.size, let total = answer.total, total != size else { return true }
    return end(.otherSize(address: download.address, expected: size, actual: total))
  }

  /// Ends the transfer by an error; the result is what a callback returns.
  private func end(_ error: DownloadError) -> Bool {
    stop = .error(error)
    return false
  }

  private var cutOff: DownloadError {
    .cutOff(address: download.address, received: partial.length, total: download.size ?? answer.total)
  }

  private func error(_ end: HTTPTransfer.End, _ message: String) -> DownloadError? {
    let address = download.address
    return switch end {
    case .complete: nil
    case .noLibrary: .noLibrary
    case .badAddress: .badAddress(address)
    case .unknownHost: .unknownHost(address: address)
    case .noConnection: .noConnection(address: address)
    case .insecure: .insecure(address: address, detail: message)
    case .stalled: .stalled(address: address, seconds: max(1, download.stallSeconds))
    case .cutOff: cutOff
    case .redirects: .redirects(address: address)
    case .stopped, .failed: .failed(address: address, detail: message)
    }
  }
}
