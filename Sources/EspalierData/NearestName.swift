/// Finds the name that a person probably meant.
package enum NearestName {
  /// The name with the smallest edit distance, where at most half of the asked name (at least 2 letters) differs.
  ///
  /// - Parameters:
  ///   - name: What was asked for.
  ///   - names: What exists; of equally near names the first is taken.
  /// - Returns: The nearest name, or nil when none is near. Upper and lower case count as equal.
  package static func of(_ name: String, among names: [String]) -> String? {
    let asked = Array(name.lowercased())
    let limit = max(2, asked.count / 2)
    var best: (name: String, distance: Int)?
    for candidate in names {
      let distance = distance(asked, Array(candidate.lowercased()))
      if distance <= limit, distance < best?.distance ?? .max { best = (candidate, distance) }
    }
    return best?.name
  }

  /// The number of insertions, deletions and substitutions that turn one text into the other.
  static func distance(_ left: [Character], _ right: [Character]) -> Int {
    var row = Array(0...right.count)
    for (i, a) in left.enumerated() {
      var diagonal = row[0]
      row[0] = i + 1
      for (j, b) in right.enumerated() {
        let substitution = diagonal + (a == b ? 0 : 1)
        diagonal = row[j + 1]
        row[j + 1] = min(substitution, row[j] + 1, row[j + 1] + 1)
      }
    }
    return row[right.count]
  }
}
