import EspalierCommand
import Synchronization

/// A console that keeps what is written, and a clock that the test moves.
final class Recorder: Sendable {
  private let texts = Mutex((output: "", errors: ""))
  private let time = Mutex(0.0)

  var output: String { texts.withLock { $0.output } }
  var errors: String { texts.withLock { $0.errors } }

  func console(width: Int = 80, isErrorTerminal: Bool = false) -> Console {
    Console(
      width: width, isErrorTerminal: isErrorTerminal, now: { self.time.withLock { $0 } },
      write: { text in self.texts.withLock { $0.output += text } },
      writeError: { text in self.texts.withLock { $0.errors += text } })
  }

  func wait(_ seconds: Double) {
    time.withLock { $0 += seconds }
  }
}

/// A small program with every kind of parameter.
enum Toy {
  enum Shape: String, CaseIterable, Sendable {
    case round, square, hexagonal
  }

  static let file = Option.positional("file", .text("file"), help: "The table to read")
  static let note = Option.positional(optional: "note", .text("text"), help: "A remark")
  static let column = Option(required: "column", .text("column"), help: "The column to grow")
  static let lookback = Option("lookback", .int("steps", from: 1, to: 500), default: 30, help: "Steps of history")
  static let rate = Option("rate", .double("number", above: 0, to: 1), default: 0.001, help: "How fast it learns")
  static let seed = Option("seed", .int("number"), otherwise: "drawn anew", help: "Start of the random numbers")
  static let out = Option("out", .text("file"), help: "Where the result goes")
  static let shape = Option("shape", .choice(Shape.self), default: .round, help: "Form of the tree")
  static let lookbacks = Option(
    "lookbacks", list: .int("steps", from: 1), default: [1, 7, 30], help: "Steps of history, one run for each of them")
  static let dense = Option.flag("dense", help: "Keep the zeros")
  static let names = Option.positional(rest: "name", .text("name"), isRequired: false, help: "What to fetch")

  static let grow = Command(
    "grow", summary: "Grow a tree on a table",
    discussion: "It grows.\n\nAnd it is cut while it does, which is a long story that needs more than one line.",
    examples: ["espalier grow table.csv --column height"],
    parameters: [file.parameter, note.parameter, column.parameter, lookback.parameter, rate.parameter, seed.parameter],
    sections: [.init("Form", [shape.parameter, lookbacks.parameter, dense.parameter, out.parameter])]
  ) { context in
    let seed = context[Toy.seed].map(String.init) ?? "none"
    context.print(
      "\(context[file]) \(context[note] ?? "-") \(context[column]) \(context[lookback]) \(context[rate]) \(seed) "
        + "\(context[shape]) \(context[lookbacks]) \(context[dense]) \(context[out] ?? "-")")
    context.note("a remark")
    if context.wantsJSON {
      context.print(JSONLine(dictionaryLiteral: ("given", .bool(context.arguments.isGiven(lookback)))).text)
    }
  }

  static let get = Command("get", summary: "Fetch some", parameters: [names.parameter]) { context in
    context.print("get \(context[names])")
  }

  static let list = Command(
    "datasets", summary: "List what there is, or fetch it", subcommands: [get]
  ) { $0.print("list") }

  static let fail = Command("fail", summary: "Fail in a way of your choice", parameters: [names.parameter]) { context in
    switch context[names].first {
    case "usage": throw UsageError.conflict("--a and --b exclude each other; give one.")
    case "lines": throw CommandFailure("two\nlines")
    case "wait":
      context.cancellation.cancel(signal: 2)
      try context.cancellation.check()
    case "task":
      context.cancellation.cancel(signal: 2)
      throw CancellationError()
    default: throw CommandFailure("The tree fell; plant another.")
    }
  }

  static let root = Command(
    "espalier", summary: "Grows trees", subcommands: [grow, list, fail])

  /// Runs one line and returns everything that can be seen of it.
  static func run(_ line: String, width: Int = 80) -> (code: Int32, output: String, errors: String) {
    let recorder = Recorder()
    let words = line.split(separator: " ").map(String.init)
    let code = Program(root, version: "0.1.0").run(words, console: recorder.console(width: width))
    return (code, recorder.output, recorder.errors)
  }
}
