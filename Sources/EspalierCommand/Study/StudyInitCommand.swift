import Espalier
import Foundation

/// `espalier study init`: a commented specification to begin with.
enum StudyInitCommand {
  static let file = Option.positional(optional: "file", .text("file"), help: "The specification to write: study.json5")
  static let preset = Option(
    "preset", .choice(StudyPreset.self), default: .quick,
    help: "What to begin with: a comparison of minutes, the published one with its controls, or error against sparsity")
  static let force = Option.flag("force", help: "Replace a file that is there")

  static let command = Command(
    "init", summary: "Write a commented specification to begin with",
    examples: ["espalier study init", "espalier study init paper.json5 --preset paper"],
    parameters: [file.parameter, preset.parameter, force.parameter]
  ) { context in
    let path = context[file] ?? "study.json5"
    if !context[force], FileManager.default.fileExists(atPath: path) {
      throw CommandFailure("'\(path)' is there already; name another file, or replace it with --force.")
    }
    try OutputFile(path).write(context[preset].text)
    context.print("Wrote \(path); 'espalier study check \(path)' says what it means.")
  }
}
