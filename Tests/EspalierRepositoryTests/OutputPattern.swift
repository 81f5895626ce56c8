/// What a page says that a program prints, held against what it printed.
///
/// Words are compared one by one, so that the width of columns does not matter. `…` stands for any word, or the
/// beginning of one, and alone on a line for any number of lines. A number with decimal places may differ by 5 %, because trainings round differently from
/// one instruction set to another; every other number and word must be the same.
struct OutputPattern {
  private let parts: [[[Substring]]]

  init(_ lines: [String]) {
    var parts: [[[Substring]]] = [[]]
    for words in lines.map(Self.words) where !words.isEmpty {
      if words == ["…"] { parts.append([]) } else { parts[parts.count - 1].append(words) }
    }
    self.parts = parts.filter { !$0.isEmpty }
  }

  /// Looks for the pattern in an output.
  ///
  /// - Parameters:
  ///   - output: What was printed.
  ///   - start: Where to begin, a number of lines that are not blank; moved behind what was found.
  /// - Returns: The first line of the pattern that the output lacks; nil when all is there.
  func missing(in output: String, from start: inout Int) -> String? {
    let lines = output.split(separator: "\n").map { Self.words(String($0)) }.filter { !$0.isEmpty }
    for part in parts {
      let places = start..<max(start, lines.count - part.count + 1)
      guard
        let found = places.first(where: { place in
          zip(lines[place...], part).allSatisfy { Self.agrees($0, with: $1) }
        })
      else {
        let seen = lines.dropFirst(start)
        let line = part.first { words in !seen.contains { Self.agrees($0, with: words) } } ?? part[0]
        return line.joined(separator: " ")
      }
      start = found + part.count
    }
    return nil
  }

  /// The words of a line; none for the rule below a table's heads, which is as long as the longest cell.
  private static func words(_ line: String) -> [Substring] {
    line.allSatisfy { $0 == "-" || $0 == " " } ? [] : line.split(separator: " ")
  }

  private static func agrees(_ words: [Substring], with pattern: [Substring]) -> Bool {
    words.count == pattern.count
      && zip(words, pattern).allSatisfy { word, pattern in
        word == pattern || (pattern.first == "…" && word.hasSuffix(pattern.dropFirst()))
          || agrees(number: word, with: pattern)
      }
  }

  private static func agrees(number: Substring, with pattern: Substring) -> Bool {
    let marks: Set<Character> = [",", ":", ";", "(", ")", "%", "*"]
    func split(_ word: Substring) -> (Double?, String) {
      (Double(word.filter { !marks.contains($0) }), String(word.filter(marks.contains)))
    }
    let (value, valueMarks) = split(number)
    let (expected, expectedMarks) = split(pattern)
    guard let value, let expected, valueMarks == expectedMarks, pattern.contains("."), number.contains(".") else {
      return false
    }
    return abs(value - expected) <= 0.05 * abs(expected)
  }
}
