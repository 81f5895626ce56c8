/// The help of a command, laid out in two columns.
struct HelpText {
  private let path: [Command]
  private let width: Int

  init(_ path: [Command], width: Int) {
    self.path = path
    self.width = max(40, width)
  }

  var text: String {
    var blocks = [wrapped(sentence(command.summary), indent: 0, width: width)]
    blocks += command.discussion.split(separator: "\n\n").map { wrapped(String($0), indent: 0, width: width) }
    blocks.append(usage)
    blocks += rows.map { title, rows in title + ":\n" + rows.map(layout).joined(separator: "\n") }
    if !command.examples.isEmpty {
      blocks.append("Examples:\n" + command.examples.map { "  " + $0 }.joined(separator: "\n"))
    }
    return blocks.joined(separator: "\n\n") + "\n"
  }

  private var command: Command { path[path.count - 1] }

  private var usage: String {
    var words = [path.map(\.name).joined(separator: " ")]
    words += command.parameters.filter { $0.form == .option && $0.isRequired }.map(Self.left)
    words += command.positionals.map { parameter in
      let label = parameter.label + (parameter.takesList ? "..." : "")
      return parameter.isRequired ? label : "[\(label)]"
    }
    if !command.subcommands.isEmpty { words.append(command.body == nil ? "<command>" : "[<command>]") }
    words.append("[options]")
    return "Usage: " + wrapped(words.joined(separator: " "), indent: 9, width: width - 9)
  }

  private typealias Row = (left: String, right: String)

  private var rows: [(title: String, rows: [Row])] {
    var blocks: [(title: String, rows: [Row])] = []
    blocks.append(("Commands", command.subcommands.map { ($0.name, $0.summary) }))
    blocks.append(("Arguments", command.positionals.map { ($0.label, $0.help) }))
    for section in command.sections {
      blocks.append(
        (section.title, section.parameters.filter { $0.form != .positional }.map { (Self.left($0), $0.help) }))
    }
    let globals = GlobalOption.all.map { parameter -> Row in
      (parameter.name == "help" ? "-h, --help" : parameter.label, parameter.help)
    }
    blocks.append(("Everywhere", globals))
    return blocks.filter { !$0.rows.isEmpty }
  }

  private static func left(_ parameter: Parameter) -> String {
    guard parameter.form == .option else { return parameter.label }
    return "\(parameter.label) <\(parameter.placeholder)>" + (parameter.takesList ? ",..." : "")
  }

  /// The right column starts at the same place in all blocks of one help text.
  private var leftWidth: Int {
    min(rows.flatMap(\.rows).map(\.left.count).max() ?? 0, width / 3)
  }

  private func layout(_ row: Row) -> String {
    let indent = leftWidth + 4
    let right = wrapped(row.right, indent: indent, width: width - indent)
    let left = "  " + row.left
    // A label that is too long has a line of its own.
    let gap = row.left.count > leftWidth ? "\n" + spaces(indent) : spaces(indent - left.count)
    return left + gap + right
  }

  /// Breaks a text at spaces; all lines but the first are indented.
  private func wrapped(_ text: String, indent: Int, width: Int) -> String {
    var lines: [String] = []
    for word in text.split(whereSeparator: { $0 == " " || $0 == "\n" }) {
      if let last = lines.last, last.count + 1 + word.count <= width {
        lines[lines.count - 1] = last + " " + word
      } else {
        lines.append(String(word))
      }
    }
    return lines.joined(separator: "\n" + spaces(indent))
  }

  private func sentence(_ text: String) -> String {
    text.hasSuffix(".") ? text : text + "."
  }

  private func spaces(_ count: Int) -> String {
    String(repeating: " ", count: max(0, count))
  }
}
