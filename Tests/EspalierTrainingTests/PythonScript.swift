import Foundation

/// A script of `Tests/Interchange`, run by a Python that an environment variable names.
struct PythonScript {
  /// A Python with onnx and onnxruntime; nil skips what needs it.
  static let onnx = ProcessInfo.processInfo.environment["ESPALIER_ONNX_PYTHON"]
  /// A Python with torch and safetensors.
  static let torch = ProcessInfo.processInfo.environment["ESPALIER_TORCH_PYTHON"]
  /// The folder of the PyTorch modules.
  static let peers = ProcessInfo.processInfo.environment["ESPALIER_PEERS"]

  /// Numbers of a shape.
  struct Numbers: Codable, Equatable {
    var type: String?
    let shape: [Int]
    let values: [Double]
  }

  /// Why a script gave nothing.
  struct Failure: Error {
    let message: String
  }

  let python: String
  let name: String

  /// Runs the script on cases that are written beside what they name.
  func run(_ arguments: [String] = [], cases: some Encodable, in folder: URL) throws -> [Numbers] {
    let input = folder.appending(path: "cases.json")
    try JSONEncoder().encode(cases).write(to: input)
    let script = URL(fileURLWithPath: #filePath).deletingLastPathComponent().deletingLastPathComponent()
      .appending(path: "Interchange").appending(path: name)
    let process = Process()
    process.executableURL = URL(fileURLWithPath: python)
    process.arguments = [script.path] + arguments + [input.path]
    let (output, errors) = (Pipe(), folder.appending(path: "errors.txt"))
    FileManager.default.createFile(atPath: errors.path, contents: nil)
    process.standardOutput = output
    process.standardError = try FileHandle(forWritingTo: errors)
    try process.run()
    let result = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    guard process.terminationStatus == 0 else {
      throw Failure(message: try String(contentsOf: errors, encoding: .utf8))
    }
    return try JSONDecoder().decode([Numbers].self, from: result)
  }
}
