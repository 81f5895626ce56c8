internal import CEspalierKernels

/// A named, trainable tensor: values, their gradient, the optimizer's moments, and which weights are pruned.
///
/// A parameter starts dense. Pruning gives it a mask; a pruned weight is 0 and stays 0. Where its ``SparseCostModel`` says
/// that it pays, the survivors alone are stored and computed with. Layers multiply by it through ``Tape``'s products and
/// never ask in which state it is. Not safe to use from two threads at once.
public final class Parameter {
  /// PyTorch's name, such as `cell.weight_hh_l0`.
  public let name: String
  /// PyTorch's shape: `[output, input]` for matrices.
  public let shape: [Int]
  /// What the parameter does in its layer.
  public let role: ParameterRole
  /// The number of weights, pruned ones included.
  public let count: Int
  /// The number of weights that are not pruned.
  public private(set) var activeCount: Int
  /// Optimizer steps' running averages, one buffer an average, made when an optimizer first asks for them.
  private(set) var moments: [AlignedBuffer<Float>] = []
  /// Whether someone outside may have written to pruned weights since they were set to 0.
  private var mayHoldPrunedValues = false

  let valueBuffer: AlignedBuffer<Float>
  let gradientBuffer: AlignedBuffer<Float>
  /// One number a weight in the masked state; nil while dense or sparse.
  var maskBuffer: AlignedBuffer<UInt8>?
  /// Where the survivors belong, in the sparse state.
  var sparse: SparseState?
  /// What decides between the masked and the sparse state.
  var costModel = SparseCostModel.shipped

  /// A dense parameter.
  ///
  /// - Parameters:
  ///   - name: PyTorch's name.
  ///   - initial: The initial values, in PyTorch's shape.
  ///   - role: What the parameter does; by default told from its shape and name, see ``ParameterRole``.
  public init(name: String, initial: Tensor, role: ParameterRole? = nil) {
    self.name = name
    shape = initial.shape
    self.role = role ?? ParameterRole(shape: initial.shape, name: name)
    count = initial.count
    activeCount = initial.count
    valueBuffer = AlignedBuffer(count: initial.count)
    gradientBuffer = AlignedBuffer(count: initial.count)
    _ = valueBuffer.span.update(from: initial.values)
  }

  /// Whether some weights have been given a mask.
  public var isMasked: Bool { maskBuffer != nil || sparse != nil }

  /// The fraction of weights that are pruned, in 0...1.
  public var sparsity: Double { count == 0 ? 0 : Double(count - activeCount) / Double(count) }

  /// Bytes that values, gradient, optimizer state and mask or pattern take, whatever share of them is in use.
  public var heldBytes: Int {
    let floats = valueBuffer.count + gradientBuffer.count + moments.reduce(0) { $0 + $1.count }
    return floats * MemoryLayout<Float>.stride + (maskBuffer?.count ?? 0) + (sparse?.heldBytes ?? 0)
  }

  /// A copy of the values, in PyTorch's shape; pruned weights are 0.
  public var tensor: Tensor { copy(valueBuffer) }

  /// A copy of the gradient of the last backward pass, in PyTorch's shape.
  public var gradient: Tensor { copy(gradientBuffer) }

  /// A copy of the mask in row-major order, 1 where a weight is kept; nil while the parameter is dense.
  public var mask: [UInt8]? { expandedMask ?? maskBuffer.map { Array($0.span) } }

  /// Replaces the values; pruned weights stay 0.
  ///
  /// - Throws: ``ShapeError`` when the shape is not this parameter's.
  public func load(_ tensor: Tensor) throws(ShapeError) {
    guard tensor.shape == shape else {
      throw ShapeError(operation: name, expected: shape, actual: tensor.shape)
    }
    if let sparse {
      sparse.layout.forEachSurvivor { valueBuffer.pointer[$0] = tensor.values[$1] }
      sparse.valuesDidChange()
    } else {
      _ = valueBuffer.span.update(from: tensor.values)
      setPrunedToZero()
    }
  }

  /// Reads or writes the values in place, in row-major order.
  ///
  /// Writing to a pruned weight has no lasting effect: the next optimizer step, mask update or ``applyMask()`` sets
  /// it to 0. A sparse parameter is stored densely from then on, until the next mask update or ``applyMask()``.
  public func withValues<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows -> Result {
    expand()
    mayHoldPrunedValues = maskBuffer != nil
    return try body(valueBuffer.span)
  }

  /// Reads or writes the gradient in place, in row-major order.
  ///
  /// A sparse parameter is stored densely from then on, until the next mask update or ``applyMask()``.
  public func withGradient<Result>(_ body: (UnsafeMutableBufferPointer<Float>) throws -> Result) rethrows -> Result {
    expand()
    mayHoldPrunedValues = maskBuffer != nil
    return try body(gradientBuffer.span)
  }

  /// Sets the gradient to 0.
  public func zeroGradient() {
    gradientBuffer.pointer.update(repeating: 0, count: storedCount)
  }

  /// Lets a pruner change the mask, then sets the weights that it pruned to 0.
  ///
  /// - Parameter change: Receives the mask (1 kept, 0 pruned; all 1 at first) and the values, both row-major.
  public func updateMask(_ change: (UnsafeMutableBufferPointer<UInt8>, UnsafeBufferPointer<Float>) -> Void) {
    expand()
    let mask = makeMask()
    change(mask.span, UnsafeBufferPointer(valueBuffer.span))
    maskDidChange(active: esp_count_active(count, mask.pointer))
  }

  /// Sets weights to 0 that are pruned but were written to through ``withValues(_:)``; costs nothing otherwise.
  public func applyMask() {
    if mayHoldPrunedValues {
      setPrunedToZero()
      chooseState()
    }
  }

  /// A mask of what is stored, made first when there is none: all is kept then.
  ///
  /// In the sparse state it is one number a survivor, and lives until ``maskDidChange(active:)``.
  func makeMask() -> AlignedBuffer<UInt8> {
    if let maskBuffer { return maskBuffer }
    let mask = AlignedBuffer<UInt8>(count: storedCount)
    mask.span.update(repeating: 1)
    maskBuffer = mask
    return mask
  }

  /// Takes note of a mask that was changed in place.
  ///
  /// - Parameter active: How many weights it keeps.
  func maskDidChange(active: Int) {
    activeCount = active
    if sparse != nil, let kept = maskBuffer {
      repackSurvivors(kept: kept.pointer)
      maskBuffer = nil
    } else {
      setPrunedToZero()
    }
    chooseState()
  }

  /// The running averages an optimizer keeps for this parameter, zero at first.
  ///
  /// - Parameter number: How many averages the optimizer needs.
  /// - Returns: All averages there are, at least `number`.
  func moments(_ number: Int) -> [AlignedBuffer<Float>] {
    while moments.count < number { moments.append(AlignedBuffer(count: count)) }
    return moments
  }

  /// Forgets the optimizer's running averages.
  public func resetMoments() {
    moments = []
  }

  /// Forgets pruned weights and their running averages.
  private func setPrunedToZero() {
    mayHoldPrunedValues = false
    guard let mask = maskBuffer else { return }
    esp_apply_mask(count, mask.pointer, valueBuffer.pointer)
    for moment in moments { esp_apply_mask(count, mask.pointer, moment.pointer) }
  }

  /// A copy of a buffer in PyTorch's shape.
  func copy(_ buffer: AlignedBuffer<Float>) -> Tensor {
    var result = Tensor(repeating: 0, shape: shape)
    result.values = expanded(buffer)
    return result
  }
}
