import EspalierTensor
import Foundation

extension StudyEnvironment {
  /// This machine and build, not yet in a store.
  ///
  /// - Parameter version: The version of the program that runs.
  /// - Returns: What runs are marked with.
  public static func current(version: String) -> StudyEnvironment {
    var name = utsname()
    uname(&name)
    let machine = withUnsafeBytes(of: &name.machine) { String(decoding: $0.prefix { $0 != 0 }, as: UTF8.self) }
    let cores = ProcessInfo.processInfo.processorCount
    let words = [machine, processorModel, "\(cores) \(cores == 1 ? "core" : "cores")"].compactMap(\.self)
    return StudyEnvironment(
      id: 0, version: version, simdTarget: Platform.simdTarget,
      system: ProcessInfo.processInfo.operatingSystemVersionString,
      processor: words.joined(separator: ", "))
  }

  #if os(Linux)
    /// The processor's name; nil where the kernel does not tell it, as on most ARM machines.
    private static var processorModel: String? {
      guard let text = try? String(contentsOfFile: "/proc/cpuinfo", encoding: .utf8) else { return nil }
      let line = text.split(separator: "\n").first { $0.hasPrefix("model name") }
      let name = line?.split(separator: ":", maxSplits: 1).dropFirst().first?.trimmingCharacters(in: .whitespaces)
      return name?.isEmpty == false ? name : nil
    }
  #else
    private static var processorModel: String? {
      var size = 0
      guard sysctlbyname("machdep.cpu.brand_string", nil, &size, nil, 0) == 0, size > 1 else { return nil }
      var name = [UInt8](repeating: 0, count: size)
      guard sysctlbyname("machdep.cpu.brand_string", &name, &size, nil, 0) == 0 else { return nil }
      return String(decoding: name.prefix { $0 != 0 }, as: UTF8.self)
    }
  #endif
}
