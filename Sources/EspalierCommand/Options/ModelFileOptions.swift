import Espalier
import Foundation

/// Options of commands that make one model's file from another's.
enum ModelFileOptions {
  static let model = Option.positional("model", .text("file"), help: "A model that 'espalier train --out' wrote")
  static let out = Option(required: "out", .text("file"), help: "Where the result goes, as safetensors")

  /// The file to write, which must not be the one that is read.
  ///
  /// - Parameters:
  ///   - context: The command line.
  ///   - path: Its path; nil takes ``out``.
  /// - Returns: The file, which can be written.
  /// - Throws: `UsageError` when both are the same file, ``OutputFile/Failure`` when it can't be written.
  static func output(_ context: Context, path: String? = nil) throws -> OutputFile {
    let output = OutputFile(path ?? context[out])
    if SameFile.are(output.path, context[model]) {
      throw UsageError.conflict("The result would overwrite '\(output.path)', which is read; name another file.")
    }
    try output.check()
    return output
  }

  /// The size of a file in bytes.
  static func bytes(_ path: String) throws -> Int {
    try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
  }

  /// What became of the file's size, as a sentence.
  static func sizes(_ output: OutputFile, before: Int, after: Int) -> String {
    "The result is in \(output.path): \(after) bytes instead of \(before)."
  }
}
