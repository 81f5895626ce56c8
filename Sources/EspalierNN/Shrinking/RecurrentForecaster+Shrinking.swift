import EspalierTensor

extension RecurrentForecaster {
  /// Takes out hidden units that don't change the forecast.
  ///
  /// 1. A unit goes when neither the head nor a unit that stays reads it: its column of the head is 0, and so are those
  ///    entries of its column of `weight_hh` that lie in the gates of units that stay. It then has no path to the
  ///    forecast, whatever it computes.
  /// 2. A set of units goes when none of them reads an input or a unit outside of the set, and no unit outside reads
  ///    them. Their states depend on the step alone, since all states begin at 0, and the head reads the last step only;
  ///    the look-back is fixed, so they add a constant, which goes into the head's bias.
  ///
  /// A unit without incoming weights that other units read stays: it is 0 at the first step and something else later, so
  /// no bias can stand for it. One unit always stays, because matrices need one.
  static func shrink(
    _ table: inout WeightTable, _ sizes: inout ModelConfiguration, _ layers: inout [ShrinkReport.Layer]
  ) throws(ModelError) {
    let wiring = Wiring(table, sizes)
    let living = wiring.living()
    let constant = wiring.selfContained(among: living)
    if !constant.isEmpty {
      var part = sizes
      part.hidden = constant.count
      var own = table
      own.keep(constant, of: sizes)
      table["head.bias"].values = try own.makeModel(part).outputAtZero()
      for unit in constant { table.fold("head.weight", column: unit, times: 0, into: "head.bias") }
    }
    let gone = Set(constant)
    var kept = living.filter { !gone.contains($0) }
    if kept.isEmpty { kept = [0] }
    layers.append(.init(name: "cell", unit: "units", before: sizes.hidden, after: kept.count))
    table.keep(kept, of: sizes)
    sizes.hidden = kept.count
  }
}

/// Which units of a recurrent layer read which.
private struct Wiring {
  let hidden: Int
  /// Whether a unit reads an input.
  private var readsInput: [Bool]
  /// The units that a unit reads, itself included if it does.
  private var sources: [[Int]]
  private var feedsHead: [Bool]

  init(_ table: WeightTable, _ sizes: ModelConfiguration) {
    let hidden = sizes.hidden
    let recurrent = table["cell.weight_hh_l0"]
    let gates = recurrent.shape[0] / hidden
    self.hidden = hidden
    readsInput = (0..<hidden).map { unit in
      (0..<gates).contains { !table.rowIsZero("cell.weight_ih_l0", $0 * hidden + unit) }
    }
    sources = (0..<hidden).map { unit in
      (0..<hidden).filter { source in
        (0..<gates).contains { recurrent.values[($0 * hidden + unit) * hidden + source] != 0 }
      }
    }
    feedsHead = (0..<hidden).map { !table.columnIsZero("head.weight", $0) }
  }

  /// The units that have a path to the head.
  func living() -> [Int] {
    var isAlive = feedsHead
    var open = (0..<hidden).filter { isAlive[$0] }
    while let unit = open.popLast() {
      for source in sources[unit] where !isAlive[source] {
        isAlive[source] = true
        open.append(source)
      }
    }
    return (0..<hidden).filter { isAlive[$0] }
  }

  /// The largest set of units that read nothing from outside and that nobody outside reads but the head.
  func selfContained(among living: [Int]) -> [Int] {
    var set = Set(living.filter { !readsInput[$0] })
    var hasChanged = true
    while hasChanged && !set.isEmpty {
      var leaving = set.filter { unit in sources[unit].contains { !set.contains($0) } }
      for reader in living where !set.contains(reader) { leaving.formUnion(sources[reader].filter(set.contains)) }
      hasChanged = !leaving.isEmpty
      set.subtract(leaving)
    }
    return set.sorted()
  }
}

extension WeightTable {
  /// Leaves a recurrent forecaster with some of its units.
  fileprivate mutating func keep(_ units: [Int], of sizes: ModelConfiguration) {
    let gates = self["cell.weight_hh_l0"].shape[0] / sizes.hidden
    let rows: [Int?] = (0..<gates).flatMap { gate in units.map { gate * sizes.hidden + $0 } }
    for name in ["weight_ih_l0", "weight_hh_l0", "bias_ih_l0", "bias_hh_l0"] { take(rows: rows, of: "cell.\(name)") }
    take(columns: units, of: "cell.weight_hh_l0")
    take(columns: units, of: "head.weight")
  }
}

extension ForecastModel {
  /// The forecast of inputs that are all 0, one number a row of the head.
  fileprivate func outputAtZero() -> [Float] {
    let tape = Tape(recording: false)
    let lanes = Tape.paddedLanes(1)
    let (steps, features) = (configuration.lookback, configuration.features)
    let x = tape.input(steps: steps, rows: features, lanes: lanes) {
      $0.update(repeating: 0, count: steps * features * lanes)
    }
    let out = forward(x, on: tape)
    return tape.withValues(of: out) { values in (0..<configuration.outputCount).map { values[$0 * lanes] } }
  }
}
