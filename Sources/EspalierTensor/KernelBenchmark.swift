internal import CEspalierKernels

/// Times the kernels one by one, each against what bounds it.
///
/// Products are bounded by the rate of the dense product, everything else by the rate at which memory of the same size is
/// copied. Measured on the calling thread; the median of many calls counts.
public struct KernelBenchmark: Codable, Equatable, Sendable {
  /// One kernel at one size.
  public struct Measurement: Codable, Equatable, Sendable {
    /// The kernel.
    public let kernel: String
    /// Its size, in words.
    public let size: String
    /// The median time of a call, in microseconds.
    public let microseconds: Double
    /// What it does in a second: 10^9 operations or 10^9 bytes.
    public let rate: Double
    /// `GFLOP/s` or `GB/s`.
    public let unit: String
    /// The rate of its bound, in the same unit.
    public let bound: Double
  }

  /// Time steps of the sequences that products run over.
  public var steps = 15
  /// Samples.
  public var lanes = 64
  /// Timed calls of each kernel.
  public var calls = 50
  /// The densities that sparse kernels are timed at.
  public var densities = [0.5, 0.3, 0.1, 0.02]

  /// The sizes of the published models.
  public init() {}

  /// Times everything.
  ///
  /// - Returns: One measurement a kernel and size.
  /// - Throws: `ShapeError` when there are no steps, or lanes that are no multiple of 16.
  public func run() throws(ShapeError) -> [Measurement] {
    guard steps >= 1, lanes >= 16, lanes % 16 == 0 else {
      throw ShapeError(
        operation: "A benchmark of kernels", expected: [max(1, steps), max(16, (lanes + 15) / 16 * 16)],
        actual: [steps, lanes])
    }
    var results: [Measurement] = []
    for (rows, columns) in [(256, 64), (64, 256), (64, 64), (256, 10)] {
      results += products(rows: rows, columns: columns)
    }
    return results + layers() + singleSeries() + laneForecasts()
  }

  // MARK: - Products

  private func products(rows: Int, columns: Int) -> [Measurement] {
    let numbers = Memory()
    let (steps, lanes) = (steps, lanes)
    let weight = numbers.make(rows * columns), bias = numbers.make(rows)
    let x = numbers.make(steps * columns * lanes), g = numbers.make(steps * rows * lanes)
    let out = numbers.make(steps * rows * lanes), back = numbers.make(steps * columns * lanes)
    let gradient = numbers.make(rows * columns)
    let scratch = numbers.make(esp_weight_gradient_scratch(rows, columns, steps, lanes))
    let work = 2 * Double(rows * columns * steps * lanes)
    let size = "\(rows) x \(columns), \(steps) steps, \(lanes) lanes"
    let dense = seconds {
      esp_product(rows, columns, steps, lanes, weight, bias, x, columns * lanes, out, false)
    }
    func entry(_ kernel: String, _ time: Double, _ size: String, work: Double) -> Measurement {
      Measurement(
        kernel: kernel, size: size, microseconds: time * 1e6, rate: work / time / 1e9, unit: "GFLOP/s",
        bound: 2 * Double(rows * columns * steps * lanes) / dense / 1e9)
    }
    var results = [
      entry("product", dense, size, work: work),
      entry(
        "product by CBLAS",
        seconds { esp_blas_product(rows, columns, steps, lanes, weight, bias, x, columns * lanes, out, false) }, size,
        work: work),
      entry(
        "transposed product",
        seconds { esp_product_transposed(rows, columns, steps, lanes, weight, g, back, columns * lanes, false) }, size,
        work: work),
      entry(
        "weight gradient",
        seconds { esp_weight_gradient(rows, columns, steps, lanes, g, x, columns * lanes, gradient, nil, scratch) },
        size, work: work),
    ]
    for density in densities {
      let mask = AlignedBuffer<UInt8>(count: rows * columns)
      var stream = RandomStream(seed: 1, purpose: .pruning)
      for index in 0..<rows * columns { mask.pointer[index] = stream.nextUniform() < density ? 1 : 0 }
      let survivors = mask.span.reduce(0) { $0 + Int($1) }
      let layout = SparseLayout(rows: rows, columns: columns, mask: mask.pointer, survivors: survivors)
      let label = "\(size), density \(density)"
      let sparseWork = 2 * Double(survivors * steps * lanes)
      results += [
        entry(
          "sparse product",
          seconds {
            esp_sparse_product(
              layout.pattern, weight, bias, steps, lanes, x, columns * lanes, out, rows * lanes, false)
          }, label, work: sparseWork),
        entry(
          "sparse transposed product",
          seconds {
            esp_sparse_product(
              layout.transposedPattern, weight, nil, steps, lanes, g, rows * lanes, back, columns * lanes, false)
          }, label, work: sparseWork),
        entry(
          "sparse weight gradient",
          seconds {
            esp_sparse_weight_gradient(layout.pattern, steps, lanes, g, x, columns * lanes, gradient, nil)
          }, label, work: sparseWork),
      ]
      withExtendedLifetime((layout, mask)) {}
    }
    withExtendedLifetime(numbers) {}
    return results
  }

  /// The median time of a call, in seconds.
  func seconds(_ call: () -> Void) -> Double {
    for _ in 0..<5 { call() }
    let clock = ContinuousClock()
    let times = (0..<max(1, calls)).map { _ in
      let time = clock.measure(call).components
      return Double(time.seconds) + Double(time.attoseconds) * 1e-18
    }
    return max(1e-9, times.sorted()[times.count / 2])
  }

  /// Buffers of random numbers that live as long as this object.
  final class Memory {
    private var buffers: [AlignedBuffer<Float>] = []
    private var stream = RandomStream(seed: 1, purpose: .generation)

    func make(_ count: Int) -> UnsafeMutablePointer<Float> {
      let buffer = AlignedBuffer<Float>(count: count)
      for index in 0..<count { buffer.pointer[index] = Float(2 * stream.nextUniform() - 1) }
      buffers.append(buffer)
      return buffer.pointer
    }
  }
}
