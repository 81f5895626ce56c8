import Espalier
enum StudyCheckCommand {
  static let command = Command("check", summary: "x") { _ in }
}
