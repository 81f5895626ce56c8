import EspalierTensor

/// How sparse every layer is, and all together.
public struct SparsityReport: Codable, Equatable, Sendable, CustomStringConvertible {
  /// One parameter's share.
  public struct Layer: Codable, Equatable, Sendable {
    /// PyTorch's name of the parameter.
    public let name: String
    /// PyTorch's shape.
    public let shape: [Int]
    /// The number of weights, pruned ones included.
    public let total: Int
    /// The number of weights that are not pruned.
    public let active: Int
    /// The fraction of weights that are pruned, in 0...1.
    public let sparsity: Double

    /// Counts one parameter's weights.
    public init(name: String, shape: [Int], total: Int, active: Int) {
      self.name = name
      self.shape = shape
      self.total = total
      self.active = active
      sparsity = total == 0 ? 0 : Double(total - active) / Double(total)
    }
  }

  /// The parameters in their order.
  public let layers: [Layer]
  /// The number of weights in all of them.
  public let total: Int
  /// The number of weights that are not pruned.
  public let active: Int
  /// The fraction of weights that are pruned, in 0...1; 0 when there are no weights.
  public let sparsity: Double

  /// Counts the weights of parameters.
  public init(_ parameters: [Parameter]) {
    self.init(
      layers: parameters.map {
        Layer(name: $0.name, shape: $0.shape, total: $0.count, active: $0.activeCount)
      })
  }

  /// Sums the weights of layers.
  public init(layers: [Layer]) {
    self.layers = layers
    total = layers.reduce(0) { $0 + $1.total }
    active = layers.reduce(0) { $0 + $1.active }
    sparsity = total == 0 ? 0 : Double(total - active) / Double(total)
  }

  /// A table for a terminal: one line a layer, the sum below, numbers aligned to the right.
  public var description: String {
    var rows = [["layer", "shape", "weights", "active", "sparsity"]]
    rows += layers.map { layer in
      let shape = layer.shape.map(String.init).joined(separator: " x ")
      return [layer.name, shape, "\(layer.total)", "\(layer.active)", percent(layer.sparsity)]
    }
    rows.append(["all", "", "\(total)", "\(active)", percent(sparsity)])
    let widths = (0..<5).map { column in rows.map { $0[column].count }.max() ?? 0 }
    return rows.map { row in
      let cells = row.indices.map { column in
        let space = String(repeating: " ", count: widths[column] - row[column].count)
        return column < 2 ? row[column] + space : space + row[column]
      }
      return cells.joined(separator: "  ")
    }.joined(separator: "\n")
  }

  /// A fraction as a percentage with one decimal, rounded down unless it is exact: nothing pruned in part reads 100.0 %.
  private func percent(_ fraction: Double) -> String {
    let tenths = Int((fraction * 1000 + 1e-9).rounded(.down))
    return "\(tenths / 10).\(tenths % 10) %"
  }
}
