/// A command or a group of commands: its parameters, what it does, and the commands below it.
package struct Command: Sendable {
  /// Options that stand under a heading of their own in help.
  package struct Section: Sendable {
    let title: String
    let parameters: [Parameter]

    package init(_ title: String, _ parameters: [Parameter]) {
      self.title = title
      self.parameters = parameters
    }
  }

  /// The word that calls it.
  package let name: String
  /// One sentence without a final stop, for the list of commands.
  package let summary: String
  /// Paragraphs that help shows below the summary.
  package let discussion: String
  /// A few command lines that help shows as they are.
  package let examples: [String]
  let sections: [Section]
  let subcommands: [Command]
  let body: (@Sendable (Context) throws -> Void)?

  /// A command that does something.
  ///
  /// - Parameters:
  ///   - name: The word that calls it.
  ///   - summary: One sentence without a final stop.
  ///   - discussion: Paragraphs for its help.
  ///   - examples: Command lines for its help.
  ///   - parameters: Positional arguments in their order, options and flags.
  ///   - sections: More options, each group under its heading.
  ///   - subcommands: Commands below it; a command that has them takes no positional arguments.
  ///   - body: The work. Errors that it throws become one sentence and exit code 1.
  package init(
    _ name: String, summary: String, discussion: String = "", examples: [String] = [],
    parameters: [Parameter] = [], sections: [Section] = [], subcommands: [Command] = [],
    body: @escaping @Sendable (Context) throws -> Void
  ) {
    self.init(
      name, summary, discussion, examples, [Section("Options", parameters)] + sections, subcommands, body)
  }

  /// A group that only holds commands; alone, it prints its help.
  package init(
    _ name: String, summary: String, discussion: String = "", examples: [String] = [], subcommands: [Command]
  ) {
    self.init(name, summary, discussion, examples, [], subcommands, nil)
  }

  private init(
    _ name: String, _ summary: String, _ discussion: String, _ examples: [String], _ sections: [Section],
    _ subcommands: [Command], _ body: (@Sendable (Context) throws -> Void)?
  ) {
    self.name = name
    self.summary = summary
    self.discussion = discussion
    self.examples = examples
    self.sections = sections
    self.subcommands = subcommands
    self.body = body
  }

  var parameters: [Parameter] { sections.flatMap(\.parameters) }
  var positionals: [Parameter] { parameters.filter { $0.form == .positional } }
}

/// Options that every command takes.
package enum GlobalOption {
  /// Print results as JSON lines.
  package static let json = Option.flag("json", help: "Print results as JSON, one object a line")
  /// Print no progress.
  package static let quiet = Option.flag("quiet", help: "Print results and errors only, no progress")
  static let help = Option.flag("help", help: "Show help for the command")
  static let version = Option.flag("version", help: "Show the version")

  static let all = [json.parameter, quiet.parameter, help.parameter, version.parameter]
}
