import EspalierTensor

extension MixedPatchTST {
  /// Takes units out of every block that don't change the forecast.
  ///
  /// Feed-forward units:
  /// 1. A unit goes when its column of `ff2` is 0: nothing reads it.
  /// 2. A unit goes when its row of `ff1` is 0: it is `relu(bias)` for every input, and that times its column of `ff2`
  ///    goes into `ff2`'s bias.
  ///
  /// Dimensions of a head's values:
  /// 3. A dimension goes when its column of the output projection is 0: nothing reads it.
  /// 4. A dimension goes when its row of `v` is 0: it is its bias for every patch, and so is every mean of it, because
  ///    attention's probabilities add up to 1; the bias times the column goes into the projection's bias.
  ///
  /// Dimensions of a head's queries and keys, which only meet in `q . k`:
  /// 5. A dimension goes when its row of `k` is 0: it adds `q * bias` to the scores of a patch, the same for all patches
  ///    that it looks at, and softmax does not see what all scores have in common.
  /// 6. A dimension goes when its row of `q` and its bias are 0: it adds 0. With a bias it stays: what it adds depends on
  ///    the patch that is looked at.
  ///
  /// A head without values goes. Scores are divided by the root of a head's width, so the queries are scaled to make up
  /// for a smaller one. All heads of a block keep the width of the largest, filled up by zeros. The width of the blocks
  /// themselves stays: layer normalization takes the mean over all of it, so that even a constant row has an effect.
  static func shrink(
    _ table: inout WeightTable, _ sizes: inout ModelConfiguration, _ layers: inout [ShrinkReport.Layer]
  ) {
    let before = (0..<sizes.layers).map(sizes.block)
    var after = before
    for (index, block) in before.enumerated() {
      let name = "blocks.\(index)"
      let units = shrinkFeedForward(&table, name, units: block.feedForward)
      let heads = keptHeads(&table, "\(name).attention", block)
      after[index] = resize(&table, "\(name).attention", heads, from: block.headWidth)
      after[index].feedForward = units
      layers += [
        .init(name: "\(name).attention", unit: "heads", before: block.heads, after: after[index].heads),
        .init(name: "\(name).attention", unit: "head width", before: block.headWidth, after: after[index].headWidth),
        .init(name: "\(name).ff1", unit: "units", before: block.feedForward, after: units),
      ]
    }
    if after != before { sizes.blocks = after }
  }

  /// Fills blocks up with zeros to the sizes that the configuration has for all of them.
  static func equalize(_ table: inout WeightTable, _ sizes: inout ModelConfiguration) {
    let width = sizes.hidden / sizes.heads
    for index in 0..<sizes.layers {
      let block = sizes.block(index)
      let units: [Int?] = (0..<max(sizes.feedForward, block.feedForward)).map { $0 < block.feedForward ? $0 : nil }
      table.takeFeedForward(units, "blocks.\(index)")
      let heads = (0..<sizes.heads).map { head in
        let own: [Int?] = (0..<width).map {
          head < block.heads && $0 < block.headWidth ? head * block.headWidth + $0 : nil
        }
        return Head(scores: own, values: own)
      }
      _ = resize(&table, "blocks.\(index).attention", heads, from: block.headWidth)
    }
    sizes.blocks = nil
  }

  private static func shrinkFeedForward(_ table: inout WeightTable, _ name: String, units: Int) -> Int {
    for unit in 0..<units where table.rowIsZero("\(name).ff1.weight", unit) {
      let constant = max(0, table["\(name).ff1.bias"].values[unit])
      table.fold("\(name).ff2.weight", column: unit, times: constant, into: "\(name).ff2.bias")
    }
    var kept = (0..<units).filter { !table.columnIsZero("\(name).ff2.weight", $0) }
    if kept.isEmpty { kept = [0] }
    table.takeFeedForward(kept, name)
    return kept.count
  }

  /// Which rows of queries and keys, and which of values, a head keeps; nil stands for zeros.
  private struct Head {
    var scores: [Int?]
    var values: [Int?]
  }

  private static func keptHeads(_ table: inout WeightTable, _ name: String, _ block: BlockSize) -> [Head] {
    for row in 0..<block.heads * block.headWidth where table.rowIsZero("\(name).v.weight", row) {
      let constant = table["\(name).v.bias"].values[row]
      table.fold("\(name).out.weight", column: row, times: constant, into: "\(name).out.bias")
    }
    let heads = (0..<block.heads).map { head in
      let rows = head * block.headWidth..<(head + 1) * block.headWidth
      return Head(
        scores: rows.filter { row in
          let isSilent = table.rowIsZero("\(name).q.weight", row) && table["\(name).q.bias"].values[row] == 0
          return !isSilent && !table.rowIsZero("\(name).k.weight", row)
        },
        values: rows.filter { !table.columnIsZero("\(name).out.weight", $0) })
    }.filter { !$0.values.isEmpty }
    return heads.isEmpty ? [Head(scores: [], values: [])] : heads
  }

  /// Rebuilds a block's attention from rows of its heads.
  ///
  /// - Returns: The block's new size, with no feed-forward units.
  private static func resize(
    _ table: inout WeightTable, _ name: String, _ heads: [Head], from oldWidth: Int
  ) -> BlockSize {
    let width = max(1, heads.map { max($0.scores.count, $0.values.count) }.max() ?? 1)
    func filled(_ rows: [Int?]) -> [Int?] { rows + Array(repeating: nil, count: width - rows.count) }
    let scores = heads.flatMap { filled($0.scores) }
    let values = heads.flatMap { filled($0.values) }
    for (part, rows) in [("q", scores), ("k", scores), ("v", values)] {
      table.take(rows: rows, of: "\(name).\(part).weight")
      table.take(rows: rows, of: "\(name).\(part).bias")
    }
    table.take(columns: values, of: "\(name).out.weight")
    if width != oldWidth {
      let factor = (Double(width) / Double(oldWidth)).squareRoot()
      table.scale("\(name).q.weight", by: factor)
      table.scale("\(name).q.bias", by: factor)
    }
    return BlockSize(heads: heads.count, headWidth: width, feedForward: 0)
  }
}

extension WeightTable {
  /// Leaves a block's feed-forward layer with some of its units.
  mutating func takeFeedForward(_ units: [Int?], _ name: String) {
    take(rows: units, of: "\(name).ff1.weight")
    take(rows: units, of: "\(name).ff1.bias")
    take(columns: units, of: "\(name).ff2.weight")
  }
}
