import EspalierTensor

/// A model's tensors by name with their masks, to take rows and columns out of.
struct WeightTable {
  private(set) var tensors: [String: Tensor] = [:]
  private(set) var masks: [String: [UInt8]] = [:]

  init(_ model: any ForecastModel) {
    for parameter in model.parameters {
      tensors[parameter.name] = parameter.tensor
      masks[parameter.name] = parameter.mask
    }
    for buffer in model.buffers { tensors[buffer.name] = buffer.tensor }
  }

  /// A tensor that every model of the kind has.
  subscript(name: String) -> Tensor {
    get { tensors[name] ?? Tensor(repeating: 0, shape: [0, 0]) }
    set { tensors[name] = newValue }
  }

  /// Whether all of a row is 0.
  func rowIsZero(_ name: String, _ row: Int) -> Bool {
    let width = self[name].shape.dropFirst().reduce(1, *)
    return self[name].values[row * width..<(row + 1) * width].allSatisfy { $0 == 0 }
  }

  /// Whether all of a column is 0.
  func columnIsZero(_ name: String, _ column: Int) -> Bool {
    self.column(name, column).allSatisfy { $0 == 0 }
  }

  /// Adds a column times a constant to a bias, then sets the column to 0: the unit that it read is constant.
  mutating func fold(_ name: String, column: Int, times constant: Float, into bias: String) {
    let width = self[name].shape[1]
    for (row, weight) in self.column(name, column).enumerated() {
      self[bias].values[row] = Float(Double(self[bias].values[row]) + Double(weight) * Double(constant))
      self[name].values[row * width + column] = 0
    }
  }

  /// Multiplies a tensor by a number.
  mutating func scale(_ name: String, by factor: Double) {
    self[name].values = self[name].values.map { Float(Double($0) * factor) }
  }

  /// Replaces the rows of a tensor by some of them, in the order given; nil stands for a row of pruned zeros.
  mutating func take(rows: [Int?], of name: String) {
    let width = self[name].shape.dropFirst().reduce(1, *)
    let shape = [rows.count] + self[name].shape.dropFirst()
    take(name, shape: shape, rows.flatMap { row in (0..<width).map { column in row.map { $0 * width + column } } })
  }

  /// Replaces the columns of a matrix by some of them, in the order given; nil stands for a column of pruned zeros.
  mutating func take(columns: [Int?], of name: String) {
    let (rows, width) = (self[name].shape[0], self[name].shape[1])
    take(
      name, shape: [rows, columns.count],
      (0..<rows).flatMap { row in columns.map { column in column.map { row * width + $0 } } })
  }

  private mutating func take(_ name: String, shape: [Int], _ places: [Int?]) {
    let old = self[name]
    var new = Tensor(repeating: 0, shape: shape)
    for (index, place) in places.enumerated() { new.values[index] = place.map { old.values[$0] } ?? 0 }
    // A matrix gets a mask where zeros fill it up, so that they stay 0 when it is trained on; a bias has none.
    if masks[name] != nil || (shape.count == 2 && places.contains(nil)) {
      let mask = masks[name]
      masks[name] = places.map { place in place.map { mask?[$0] ?? 1 } ?? 0 }
    }
    self[name] = new
  }

  private func column(_ name: String, _ column: Int) -> [Float] {
    let width = self[name].shape[1]
    return stride(from: column, to: self[name].count, by: width).map { self[name].values[$0] }
  }

  /// A model of these sizes with these weights and masks.
  func makeModel(_ configuration: ModelConfiguration) throws(ModelError) -> any ForecastModel {
    let model = try configuration.makeModel(seed: 0)
    try model.load(tensors)
    for parameter in model.parameters {
      guard let mask = masks[parameter.name] else { continue }
      do { try parameter.loadMask(mask) } catch { throw .shape(error) }
    }
    return model
  }
}
