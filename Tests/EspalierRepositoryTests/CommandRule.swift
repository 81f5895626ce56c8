import EspalierCommand
import Foundation

/// What can be said of a command of a shell sample without running it.
enum CommandRule {
  /// What is wrong with a command; nil for nothing.
  ///
  /// The package's own command is read by its own parser. Scripts of the repository must be there and know the options.
  /// Of other programs, those that samples use are listed here, and files of the repository among their words must exist.
  static func fault(of words: [String]) -> String? {
    guard let name = words.first else { return "There is no command." }
    let rest = Array(words.dropFirst())
    switch name {
    case "espalier", "./espalier", ".build/release/espalier", ".build/static/espalier": return parserFault(rest)
    case _ where name.hasPrefix("script/"): return scriptFault(name, rest)
    case "swift" where rest.first == "run": return programFault(rest)
    case "python3", "cp", "scp", "ls", "cat", "head": return missingFile(rest)
    // The virtual environment that statistics.md makes first.
    case _ where name.hasPrefix("/tmp/") && (name.hasSuffix("/bin/pip") || name.hasSuffix("/bin/python")):
      return missingFile(rest)
    default: return "'\(name)' is a command that no rule knows."
    }
  }

  /// What the command's own parser says of words behind `espalier`.
  private static func parserFault(_ words: [String]) -> String? {
    do {
      if case .help = try ArgumentParser(EspalierProgram.root).parse(words), !words.contains("--help") {
        return "It shows help only."
      }
      return nil
    } catch {
      return error.description
    }
  }

  /// As ``fault(of:)`` for words within a sentence, which may leave out what is required, and write `...` or a name in
  /// capitals for it.
  static func fault(ofMention text: String) -> String? {
    do {
      let words = try ShellLine(text).commands.first?.dropFirst() ?? []
      _ = try ArgumentParser(EspalierProgram.root).parse(words.filter { $0 != "..." })
      return nil
    } catch UsageError.missing {
      return nil
    } catch UsageError.badValue(_, let value, _, _) where value.allSatisfy(\.isUppercase) {
      return nil
    } catch {
      return String(describing: error)
    }
  }

  private static func scriptFault(_ name: String, _ words: [String]) -> String? {
    let file = Repository.root.appending(path: name)
    guard FileManager.default.isExecutableFile(atPath: file.path),
      let text = try? String(contentsOf: file, encoding: .utf8)
    else { return "There is no script \(name)." }
    // A script that passes its arguments on to the command takes that command's options.
    let passes = text.matches(of: /\.build\/release\/espalier ((?:[a-z]+ )+)[^\n]*"\$@"/).map { match in
      match.1.split(separator: " ").map(String.init)
    }
    if let command = passes.first(where: { parserFault($0 + words) == nil }) ?? passes.last {
      return parserFault(command + words)
    }
    for word in words where word.hasPrefix("--") && !text.contains(word) && !text.contains("swift test") {
      return "\(name) knows no \(word)."
    }
    return nil
  }

  private static func programFault(_ words: [String]) -> String? {
    let programs = (try? ExampleProgram.all().map(\.target)) ?? []
    return words.contains(where: programs.contains) ? nil : "swift run names no example of the package."
  }

  private static func missingFile(_ words: [String]) -> String? {
    let missing = words.first { word in
      word.contains("/") && !word.hasPrefix("/") && !word.hasPrefix(".build/")
        && !FileManager.default.fileExists(atPath: Repository.root.appending(path: word).path)
    }
    return missing.map { "There is no \($0) in the repository." }
  }
}
