/// The ranks of some numbers, the smallest first; equal numbers share the mean of their ranks.
///
/// Numbers are equal when their doubles are: values that should tie but differ by rounding must be rounded before.
struct Ranks {
  /// One rank a number, in the order of the numbers, 1 to `count`; halves occur.
  let values: [Double]
  /// The sum of `t³ - t` over groups of `t` equal numbers, 0 without ties.
  let tieTerm: Double

  /// - Parameter numbers: Finite numbers.
  init(of numbers: [Double]) {
    let order = numbers.indices.sorted { numbers[$0] < numbers[$1] }
    var ranks = [Double](repeating: 0, count: numbers.count)
    var ties = 0.0
    var start = 0
    while start < order.count {
      var end = start + 1
      while end < order.count, numbers[order[end]] == numbers[order[start]] { end += 1 }
      // The mean of the ranks start + 1 ... end.
      for place in start..<end { ranks[order[place]] = Double(start + 1 + end) / 2 }
      let size = Double(end - start)
      ties += size * size * size - size
      start = end
    }
    values = ranks
    tieTerm = ties
  }
}
