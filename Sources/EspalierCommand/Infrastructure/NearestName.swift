/// Finds the name that a user most likely meant.
package enum NearestName {
  /// Returns the candidate at the smallest edit distance, if it is near enough to be a slip of the keyboard.
  ///
  /// Letters' case does not count. Near enough means at most one edit in three letters of the longer word, and at
  /// least one. The first of equally near candidates wins.
  package static func of(_ word: String, in candidates: [String]) -> String? {
    var best: (name: String, distance: Int)?
    for candidate in candidates {
      let distance = editDistance(word.lowercased(), candidate.lowercased())
      let allowed = max(1, max(word.count, candidate.count) / 3)
      // A word of one or two letters that shares no letter is no slip.
      guard distance <= allowed, distance < max(word.count, candidate.count) else { continue }
      if best.map({ distance < $0.distance }) ?? true { best = (candidate, distance) }
    }
    return best?.name
  }

  /// Returns how many insertions, deletions, replacements and swaps of neighbours turn one word into the other.
  package static func editDistance(_ first: String, _ second: String) -> Int {
    let first = Array(first)
    let second = Array(second)
    var beforePrevious = [Int]()
    var previous = Array(0...second.count)
    for row in 0..<first.count {
      var current = [row + 1]
      for column in 0..<second.count {
        let replaced = previous[column] + (first[row] == second[column] ? 0 : 1)
        var distance = min(replaced, previous[column + 1] + 1, current[column] + 1)
        if row > 0, column > 0, first[row] == second[column - 1], first[row - 1] == second[column] {
          distance = min(distance, beforePrevious[column - 1] + 1)
        }
        current.append(distance)
      }
      beforePrevious = previous
      previous = current
    }
    return previous[second.count]
  }
}
