import Espalier
enum StudyInitCommand {
  static let command = Command("init", summary: "x") { _ in }
}
