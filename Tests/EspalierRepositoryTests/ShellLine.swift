import Foundation

/// The commands of one line of a shell sample, as words.
///
/// Knows quotation marks, comments, continued lines, pipes, `&&`, redirections to files and variables in front, which is
/// what the samples use; other syntax of the shell is an error, so that nothing is misread.
struct ShellLine: Equatable, Sendable {
  /// The line as the shell gets it, continued lines joined.
  let text: String
  /// Words of each command in turn, without variables and redirections.
  let commands: [[String]]

  /// Why a line can't be read.
  struct SyntaxError: Error, Equatable, CustomStringConvertible {
    let description: String
  }

  /// The lines of a sample that are not blank or comments alone.
  static func lines(of block: [String]) throws -> [ShellLine] {
    var lines: [ShellLine] = []
    var waiting = ""
    for line in block {
      if line.hasSuffix("\\") {
        waiting += line.dropLast() + " "
        continue
      }
      let read = try ShellLine(waiting + line)
      waiting = ""
      if !read.commands.isEmpty { lines.append(read) }
    }
    guard waiting.isEmpty else { throw SyntaxError(description: "The last line ends with \\.") }
    return lines
  }

  init(_ text: String) throws {
    var reader = Reader()
    try reader.read(text)
    self.text = text
    commands = reader.commands
  }

  /// Reads letter by letter.
  private struct Reader {
    var commands: [[String]] = []
    private var words: [String] = []
    private var word: String?
    private var quote: Character?
    private var isRedirected = false

    mutating func read(_ text: String) throws {
      for character in text {
        if let open = quote {
          if character == open { quote = nil } else { word?.append(character) }
          continue
        }
        switch character {
        case "'", "\"":
          quote = character
          word = word ?? ""
        case " ": endWord()
        case "#" where word == nil:
          return endCommand()
        case "|", "&": endCommand()
        case ">":
          endWord()
          isRedirected = true
        case ";", "<", "(", ")", "$", "`", "*", "{", "}":
          throw SyntaxError(description: "'\(character)' is not understood in: \(text)")
        default: word = (word ?? "") + String(character)
        }
      }
      if quote != nil { throw SyntaxError(description: "A quotation mark is not closed in: \(text)") }
      endCommand()
    }

    private mutating func endWord() {
      guard let word else { return }
      self.word = nil
      if isRedirected {
        isRedirected = false
      } else if !words.isEmpty || word.prefixMatch(of: /[A-Z_]+=/) == nil {
        words.append(word)
      }
    }

    private mutating func endCommand() {
      endWord()
      if !words.isEmpty { commands.append(words) }
      words = []
    }
  }
}
