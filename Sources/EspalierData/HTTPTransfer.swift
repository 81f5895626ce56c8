internal import CEspalierHTTP

/// Takes the answer of a transfer, on the thread that runs it.
protocol HTTPReceiver: AnyObject {
  /// Takes a line of the answer's head, without its line end; false ends the transfer.
  func takeHeader(_ line: String) -> Bool
  /// Takes bytes of the body as they were sent; false ends the transfer.
  func takeBody(_ bytes: UnsafeBufferPointer<UInt8>) -> Bool
  /// Whether the transfer may go on, asked about once a second at least.
  func mayGoOn() -> Bool
}

/// One HTTP GET.
struct HTTPTransfer {
  /// How a transfer ended.
  enum End: Equatable, Sendable {
    case complete
    case noLibrary
    case badAddress
    case unknownHost
    case noConnection
    case insecure
    case stalled
    case cutOff
    case redirects
    case stopped
    case failed
  }

  let address: String
  /// Lines such as `Range: bytes=5-`.
  let headers: [String]
  /// Seconds for which nothing may arrive.
  let stallSeconds: Int
  /// Whether the proxy that the environment names is left aside.
  let isDirect: Bool

  /// Runs the transfer to its end.
  ///
  /// - Parameter receiver: Takes the answer; redirects are followed before it sees a body.
  /// - Returns: How it ended, and what libcurl says about a failure.
  func run(_ receiver: any HTTPReceiver) -> (end: End, message: String) {
    withCStrings(headers) { headers in
      address.withCString { address in
        let box = Box(receiver)
        return withExtendedLifetime(box) {
          var request = esp_http_request()
          request.address = address
          request.headers = headers.baseAddress
          request.header_count = headers.count
          request.stall_seconds = stallSeconds
          request.direct = isDirect
          request.context = Unmanaged.passUnretained(box).toOpaque()
          request.take_header = { context, line, length in
            guard let line else { return true }
            let bytes = UnsafeRawBufferPointer(start: line, count: length)
            let text = String(decoding: bytes, as: UTF8.self)
            return Box.of(context)?.takeHeader(String(text.prefix { !$0.isNewline })) ?? false
          }
          request.take_body = { context, bytes, length in
            Box.of(context)?.takeBody(UnsafeBufferPointer(start: bytes, count: length)) ?? false
          }
          request.may_go_on = { Box.of($0)?.mayGoOn() ?? false }
          return Self.run(&request)
        }
      }
    }
  }

  private static func run(_ request: inout esp_http_request) -> (End, String) {
    withUnsafeTemporaryAllocation(of: CChar.self, capacity: 256) { message in
      guard let base = message.baseAddress else { return (.failed, "") }
      let end = esp_http_get(&request, base, message.count)
      return (End(end), String(cString: base))
    }
  }

  /// Calls a body with an array of C strings that live as long as the call.
  private func withCStrings<Result>(
    _ texts: [String], _ body: (UnsafeBufferPointer<UnsafePointer<CChar>?>) -> Result
  ) -> Result {
    let copies = texts.map { text in
      let bytes = text.utf8CString
      let copy = UnsafeMutableBufferPointer<CChar>.allocate(capacity: bytes.count)
      _ = copy.initialize(from: bytes)
      return copy
    }
    defer { copies.forEach { $0.deallocate() } }
    return copies.map { UnsafePointer($0.baseAddress) }.withUnsafeBufferPointer(body)
  }
}

/// Carries a receiver through a C pointer.
private final class Box {
  private let receiver: any HTTPReceiver

  init(_ receiver: any HTTPReceiver) { self.receiver = receiver }

  static func of(_ context: UnsafeMutableRawPointer?) -> (any HTTPReceiver)? {
    context.map { Unmanaged<Box>.fromOpaque($0).takeUnretainedValue().receiver }
  }
}

extension HTTPTransfer.End {
  init(_ end: esp_http_end) {
    switch end {
    case ESP_HTTP_COMPLETE: self = .complete
    case ESP_HTTP_NO_LIBRARY: self = .noLibrary
    case ESP_HTTP_BAD_ADDRESS: self = .badAddress
    case ESP_HTTP_UNKNOWN_HOST: self = .unknownHost
    case ESP_HTTP_NO_CONNECTION: self = .noConnection
    case ESP_HTTP_INSECURE: self = .insecure
    case ESP_HTTP_STALLED: self = .stalled
    case ESP_HTTP_CUT_OFF: self = .cutOff
    case ESP_HTTP_REDIRECTS: self = .redirects
    case ESP_HTTP_STOPPED: self = .stopped
    default: self = .failed
    }
  }
}
