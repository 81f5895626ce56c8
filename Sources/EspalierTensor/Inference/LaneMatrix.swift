internal import CEspalierKernels

/// A matrix that no longer changes, for products with lanes of samples: dense, or its survivors in compressed rows.
final class LaneMatrix {
  let rows: Int
  let columns: Int
  private let values: AlignedBuffer<Float>
  private let layout: SparseLayout?

  /// Stores a matrix in the form that the cost model picks.
  ///
  /// - Parameters:
  ///   - values: `[rows, columns]` in row-major order.
  ///   - rows: Outputs.
  ///   - columns: Inputs.
  ///   - costs: What decides between dense and sparse.
  ///   - sparse: Whether to store survivors only; nil for what the cost model picks.
  init(_ values: [Float], rows: Int, columns: Int, costs: SparseCostModel, sparse: Bool? = nil) {
    self.rows = rows
    self.columns = columns
    let survivors = values.count { $0 != 0 }
    let pays = survivors < values.count && costs.plan(rows: rows, columns: columns, survivors: survivors).forward
    guard sparse ?? pays else {
      layout = nil
      self.values = AlignedBuffer(count: values.count)
      _ = self.values.span.update(from: values)
      return
    }
    let mask = AlignedBuffer<UInt8>(count: values.count)
    for index in values.indices { mask.pointer[index] = values[index] == 0 ? 0 : 1 }
    layout = SparseLayout(rows: rows, columns: columns, mask: mask.pointer, survivors: survivors)
    self.values = AlignedBuffer(count: survivors)
    _ = self.values.span.update(from: values.filter { $0 != 0 })
  }

  /// Whether the survivors alone are stored.
  var isSparse: Bool { layout != nil }

  /// The survivors as kernels read them; nil for a dense matrix.
  var survivors: (pattern: esp_pattern, values: UnsafePointer<Float>)? {
    layout.map { ($0.pattern, UnsafePointer(values.pointer)) }
  }

  /// out (+)= bias + self * x, with `[columns, lanes]` in and `[rows, lanes]` out.
  func product(
    lanes: Int, bias: UnsafePointer<Float>?, x: UnsafePointer<Float>, out: UnsafeMutablePointer<Float>,
    accumulate: Bool
  ) {
    if let layout {
      esp_sparse_product(
        layout.pattern, values.pointer, bias, 1, lanes, x, columns * lanes, out, rows * lanes, accumulate)
    } else {
      esp_product(rows, columns, 1, lanes, values.pointer, bias, x, columns * lanes, out, accumulate)
    }
  }
}
