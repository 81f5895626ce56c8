internal import CEspalierKernels

/// Which products of a pruned matrix are computed from its survivors alone.
///
/// Costs are in units of one dense multiply-add per 64 lanes. A product becomes sparse when its estimate is below the
/// dense one by a margin. The shipped numbers were measured once (`Documentation/performance.md`); a run's results depend
/// on them, so other ones only count when they are written into its configuration.
public struct SparseCostModel: Codable, Equatable, Sendable {
  /// What a survivor costs in a product.
  public var productSurvivor: Double
  /// What a row of the result costs in a sparse product.
  public var productRow: Double
  /// What a survivor costs in the gradient of the weights.
  public var gradientSurvivor: Double
  /// What a row costs in the sparse gradient of the weights.
  public var gradientRow: Double
  /// The factor on survivors when the vectors that a product gathers from do not fit the first-level cache.
  public var farFactor: Double
  /// The most input vectors that fit.
  public var nearColumns: Int
  /// The share of the dense cost below which sparse pays.
  public var margin: Double
  /// The smallest matrix that becomes sparse.
  public var smallestCount: Int

  /// The numbers that are shipped for the SIMD target of the kernels.
  public static var shipped: SparseCostModel { esp_vector_floats() >= 16 ? wideVectors : narrowVectors }

  /// Measured with vectors of 16 floats and a first-level cache of 48 KiB.
  static let wideVectors = SparseCostModel(
    productSurvivor: 1.6, productRow: 4, gradientSurvivor: 1.75, gradientRow: 6, farFactor: 1.3, nearColumns: 160,
    margin: 0.9, smallestCount: 256)

  /// Measured with AVX2 and a first-level cache of 32 KiB; serves vectors of 4 floats as well, where nothing was measured.
  ///
  /// The bound on columns stands in `sparse.cc` too, which takes 64 lanes at once below it.
  static let narrowVectors = SparseCostModel(
    productSurvivor: 2.0, productRow: 4, gradientSurvivor: 2.2, gradientRow: 6, farFactor: 1.15, nearColumns: 96,
    margin: 0.9, smallestCount: 256)

  /// Dense everywhere: what masks alone would do.
  public static let neverSparse = SparseCostModel(
    productSurvivor: 1, productRow: 0, gradientSurvivor: 1, gradientRow: 0, farFactor: 1, nearColumns: 1, margin: 0,
    smallestCount: .max)

  /// Sparse everywhere, even where it does not pay: for tests.
  public static let alwaysSparse = SparseCostModel(
    productSurvivor: 0, productRow: 0, gradientSurvivor: 0, gradientRow: 0, farFactor: 1, nearColumns: 1, margin: 1,
    smallestCount: 0)

  /// What the product with a sparse matrix costs.
  private func productCost(rows: Int, columns: Int, survivors: Int) -> Double {
    Double(survivors) * productSurvivor * (columns > nearColumns ? farFactor : 1) + Double(rows) * productRow
  }

  /// Whether the products with several matrices are cheaper sparse, when all of them have to be it or none.
  func paysForAll(_ matrices: [(rows: Int, columns: Int, survivors: Int)]) -> Bool {
    let dense = matrices.reduce(0) { $0 + $1.rows * $1.columns }
    let sparse = matrices.reduce(0) {
      $0 + productCost(rows: $1.rows, columns: $1.columns, survivors: $1.survivors)
    }
    return dense >= smallestCount && sparse < margin * Double(dense)
  }

  /// Decides for a matrix.
  ///
  /// - Parameters:
  ///   - rows: Its outputs.
  ///   - columns: Its inputs.
  ///   - survivors: The weights that are not pruned.
  /// - Returns: Which of the three products to compute from the survivors.
  func plan(rows: Int, columns: Int, survivors: Int) -> SparsePlan {
    let dense = Double(rows * columns)
    guard rows * columns >= smallestCount, dense > 0 else { return SparsePlan() }
    return SparsePlan(
      forward: productCost(rows: rows, columns: columns, survivors: survivors) < margin * dense,
      dataGradient: productCost(rows: columns, columns: rows, survivors: survivors) < margin * dense,
      weightGradient: Double(survivors) * gradientSurvivor + Double(rows) * gradientRow < margin * dense)
  }
}

/// Which products of one matrix are computed from its survivors.
struct SparsePlan: Equatable {
  var forward = false
  var dataGradient = false
  var weightGradient = false

  /// Whether any is, so that survivors are worth storing on their own.
  var isSparse: Bool { forward || dataGradient || weightGradient }
}
