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
    return StudyEnvironment(
      id: 0, version: version, simdTarget: Platform.simdTarget,
      system: ProcessInfo.processInfo.operatingSystemVersionString,
      processor: "\(machine), \(cores) \(cores == 1 ? "core" : "cores")")
  }
}
