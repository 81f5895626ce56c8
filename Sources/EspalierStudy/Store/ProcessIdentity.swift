import Foundation

/// Which process works on a run: enough to find out later whether it still does.
struct ProcessIdentity: Equatable, Sendable {
  /// The machine's name.
  let host: String
  /// The process's number.
  let process: Int
  /// When it started, as the system counts; empty where that can't be found out.
  let started: String

  /// This process.
  static var current: ProcessIdentity {
    let process = Int(getpid())
    return ProcessIdentity(
      host: ProcessInfo.processInfo.hostName, process: process, started: start(of: process) ?? "")
  }

  /// Whether a process of this machine still runs; numbers are used again, so the start decides too.
  var isAlive: Bool {
    guard let number = Int32(exactly: process), number > 0 else { return false }
    guard kill(number, 0) == 0 || errno == EPERM else { return false }
    guard let now = Self.start(of: process) else { return started.isEmpty }
    return now == started
  }

  #if os(Linux)
    /// The start of a process in clock ticks since the machine's, with the state of a dead one told apart.
    private static func start(of process: Int) -> String? {
      guard let text = try? String(contentsOfFile: "/proc/\(process)/stat", encoding: .utf8),
        let name = text.lastIndex(of: ")")
      else { return nil }
      // The fields behind the name, which may hold spaces: the state first, the start 20th.
      let fields = text[text.index(after: name)...].split(separator: " ")
      guard fields.count > 19, fields[0] != "Z", fields[0] != "X" else { return nil }
      return String(fields[19])
    }
  #else
    private static func start(of process: Int) -> String? {
      var information = kinfo_proc()
      var size = MemoryLayout<kinfo_proc>.stride
      var name = [CTL_KERN, KERN_PROC, KERN_PROC_PID, Int32(process)]
      guard sysctl(&name, UInt32(name.count), &information, &size, nil, 0) == 0, size > 0 else { return nil }
      let time = information.kp_proc.p_starttime
      return "\(time.tv_sec).\(time.tv_usec)"
    }
  #endif
}
