/// What a command line asks for.
package enum Request: Sendable {
  /// Help for the last command of the path.
  case help(path: [Command])
  /// The version.
  case version
  /// Running the last command of the path.
  case run(path: [Command], Arguments)
}

/// Reads a command line by the declarations of a command and those below it.
package struct ArgumentParser: Sendable {
  private let root: Command

  package init(_ root: Command) {
    self.root = root
  }

  /// Reads the words after the program's name.
  ///
  /// `--` ends the options. `--help` wins over everything else, so that it also helps with a half-written line.
  package func parse(_ words: [String]) throws(UsageError) -> Request {
    let words = words.first == "help" ? words.dropFirst() + ["--help"] : words
    let options = words.prefix { $0 != "--" }
    if options.contains("--help") || options.contains("-h") { return .help(path: path(of: options)) }
    var line = Line(path: [root])
    try line.read(words)
    if line.words[GlobalOption.version.parameter.label] != nil { return .version }
    guard line.command.body != nil else { return .help(path: line.path) }
    return .run(path: line.path, try line.arguments())
  }

  /// The commands named by a line, as far as it goes.
  private func path(of words: some Sequence<String>) -> [Command] {
    var path = [root]
    for word in words where !word.hasPrefix("-") {
      guard let next = path[path.count - 1].subcommands.first(where: { $0.name == word }) else { break }
      path.append(next)
    }
    return path
  }
}

/// A command line being read.
private struct Line {
  var path: [Command]
  /// Words by the label of their parameter.
  var words: [String: [String]] = [:]
  private var places: [String] = []

  init(path: [Command]) {
    self.path = path
  }

  var command: Command { path[path.count - 1] }
  var title: String { path.map(\.name).joined(separator: " ") }

  mutating func read(_ line: [String]) throws(UsageError) {
    var index = 0
    var optionsEnded = false
    while index < line.count {
      let word = line[index]
      index += 1
      if optionsEnded || !isOption(word) {
        try readPlain(word)
      } else if word == "--" {
        optionsEnded = true
      } else {
        try readOption(word, next: index < line.count ? line[index] : nil, index: &index)
      }
    }
  }

  /// `-` alone and negative numbers are values.
  private func isOption(_ word: String) -> Bool {
    word.hasPrefix("-") && word != "-" && Double(word) == nil
  }

  private mutating func readPlain(_ word: String) throws(UsageError) {
    guard !command.subcommands.isEmpty else {
      let positionals = command.positionals
      guard places.count < positionals.count || positionals.last?.takesList == true else {
        throw .unexpected(word, command: title)
      }
      places.append(word)
      return
    }
    guard let next = command.subcommands.first(where: { $0.name == word }) else {
      let nearest = NearestName.of(word, in: command.subcommands.map(\.name))
      throw .unknownCommand(word, nearest: nearest, command: title)
    }
    path.append(next)
  }

  private mutating func readOption(_ word: String, next: String?, index: inout Int) throws(UsageError) {
    let pieces = word.split(separator: "=", maxSplits: 1, omittingEmptySubsequences: false).map(String.init)
    let known = (command.parameters + GlobalOption.all).filter { $0.form != .positional }
    guard let parameter = known.first(where: { $0.label == pieces[0] }) else {
      let nearest = NearestName.of(pieces[0], in: known.map(\.label))
      throw .unknownOption(pieces[0], nearest: nearest, command: title)
    }
    let label = parameter.label
    if parameter.form == .flag {
      guard pieces.count == 1 else { throw .flagWithValue(option: label) }
      words[label] = [label]
      return
    }
    let value: String
    if pieces.count == 2 {
      value = pieces[1]
    } else if let next, !next.hasPrefix("--") {
      value = next
      index += 1
    } else {
      throw .missingValue(option: label, expected: parameter.expected)
    }
    if parameter.takesList {
      // An empty piece stays and is refused as a value, so that `1,,7` is not repaired in silence.
      words[label, default: []] += value.split(separator: ",", omittingEmptySubsequences: false).map(String.init)
    } else {
      guard words[label] == nil else { throw .repeated(option: label) }
      words[label] = [value]
    }
  }

  func arguments() throws(UsageError) -> Arguments {
    var words = words
    var rest = places[...]
    for parameter in command.positionals where !rest.isEmpty {
      words[parameter.label] = Array(parameter.takesList ? rest : rest.prefix(1))
      rest = rest.dropFirst(parameter.takesList ? rest.count : 1)
    }
    var arguments = Arguments()
    for parameter in command.parameters + GlobalOption.all {
      let given = words[parameter.label]
      if parameter.isRequired && given == nil { throw .missing(name: parameter.label, command: title) }
      arguments.set(try parameter.read(given ?? []), for: parameter, isGiven: given != nil)
    }
    return arguments
  }
}
