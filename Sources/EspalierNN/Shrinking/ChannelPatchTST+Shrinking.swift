import EspalierTensor
import Foundation

extension ChannelPatchTST {
  /// Takes feed-forward units out of every block that don't change the forecast.
  ///
  /// 1. A unit goes when its column of `ff2` is 0: nothing reads it.
  /// 2. A unit goes when its row of `ff1` is 0: it is `gelu(bias)` for every input, and that times its column of `ff2` goes
  ///    into `ff2`'s bias.
  ///
  /// Heads stay as they are. A block adds the scores of the block before head by head, so that a head is read by all blocks
  /// behind its own, and scores are divided by the root of one width in all of them.
  static func shrink(
    _ table: inout WeightTable, _ sizes: inout ModelConfiguration, _ layers: inout [ShrinkReport.Layer]
  ) {
    let before = (0..<sizes.layers).map(sizes.block)
    var after = before
    for (index, block) in before.enumerated() {
      let name = "blocks.\(index)"
      for unit in 0..<block.feedForward where table.rowIsZero("\(name).ff1.weight", unit) {
        let bias = Double(table["\(name).ff1.bias"].values[unit])
        let constant = bias * 0.5 * erfc(-bias / 2.0.squareRoot())
        table.fold("\(name).ff2.weight", column: unit, times: Float(constant), into: "\(name).ff2.bias")
      }
      var kept = (0..<block.feedForward).filter { !table.columnIsZero("\(name).ff2.weight", $0) }
      // Matrices need a row.
      if kept.isEmpty { kept = [0] }
      table.takeFeedForward(kept, name)
      after[index].feedForward = kept.count
      layers.append(.init(name: "\(name).ff1", unit: "units", before: block.feedForward, after: kept.count))
    }
    if after != before { sizes.blocks = after }
  }

  /// Fills feed-forward layers up with zeros to the size that the configuration has for all of them.
  static func equalize(_ table: inout WeightTable, _ sizes: inout ModelConfiguration) {
    for index in 0..<sizes.layers {
      let block = sizes.block(index)
      table.takeFeedForward(
        (0..<max(sizes.feedForward, block.feedForward)).map { $0 < block.feedForward ? $0 : nil }, "blocks.\(index)")
    }
    sizes.blocks = nil
  }
}
