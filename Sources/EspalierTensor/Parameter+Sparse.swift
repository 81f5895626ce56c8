internal import CEspalierKernels

/// The sparse state of a parameter: its buffers hold survivors only, and this says where they belong.
final class SparseState {
  let layout: SparseLayout
  var plan: SparsePlan
  /// The values in the transpose's order, and a dense copy for products that stay dense: made when a product asks for them
  /// after the values have changed.
  private let transposed: AlignedBuffer<Float>
  private var dense: AlignedBuffer<Float>?
  private var transposedIsCurrent = false
  private var denseIsCurrent = false

  /// Bytes of the pattern and of the copies of values.
  var heldBytes: Int {
    layout.heldBytes + (transposed.count + (dense?.count ?? 0)) * MemoryLayout<Float>.stride
  }

  init(layout: SparseLayout, plan: SparsePlan) {
    self.layout = layout
    self.plan = plan
    transposed = AlignedBuffer(count: layout.count)
  }

  /// Forgets copies of the values.
  func valuesDidChange() {
    transposedIsCurrent = false
    denseIsCurrent = false
  }

  /// The values in the transpose's order.
  func transposedValues(_ values: UnsafePointer<Float>) -> UnsafePointer<Float> {
    if !transposedIsCurrent { layout.transpose(values, into: transposed.pointer) }
    transposedIsCurrent = true
    return UnsafePointer(transposed.pointer)
  }

  /// The dense matrix.
  func denseValues(_ values: UnsafePointer<Float>) -> UnsafePointer<Float> {
    let memory = dense ?? AlignedBuffer(count: layout.rows * layout.columns)
    dense = memory
    if !denseIsCurrent {
      memory.span.update(repeating: 0)
      let target = memory.pointer
      layout.forEachSurvivor { target[$1] = values[$0] }
    }
    denseIsCurrent = true
    return UnsafePointer(memory.pointer)
  }
}

extension Parameter {
  /// Whether the survivors alone are stored.
  public var isSparse: Bool { sparse != nil }

  /// How many numbers the buffers hold: the survivors in the sparse state, else all weights.
  var storedCount: Int { sparse?.layout.count ?? count }

  /// Chooses which products are sparse from now on, and stores the survivors alone if any is.
  ///
  /// - Parameter model: The costs; the shipped ones unless a run's configuration has others.
  public func adopt(_ model: SparseCostModel) {
    costModel = model
    chooseState()
  }

  /// Moves to the state that the cost model asks for, after the mask has changed.
  func chooseState() {
    guard role == .matrix, shape.count == 2 else { return }
    let plan = isMasked ? costModel.plan(rows: rows, columns: columns, survivors: activeCount) : SparsePlan()
    if !plan.isSparse {
      expand()
    } else if let sparse {
      sparse.plan = plan
    } else {
      compact(plan)
    }
  }

  /// Leaves out survivors: values, gradients and running averages are repacked in place.
  ///
  /// - Parameter kept: One number a survivor, 0 where it goes.
  func repackSurvivors(kept: UnsafePointer<UInt8>) {
    guard let sparse else { return }
    let before = sparse.layout.count
    for buffer in [valueBuffer, gradientBuffer] + moments {
      var next = 0
      for p in 0..<before where kept[p] != 0 {
        buffer.pointer[next] = buffer.pointer[p]
        next += 1
      }
    }
    sparse.layout.repack(kept: kept)
    sparse.valuesDidChange()
  }

  /// Goes back to one number a weight, with a mask.
  func expand() {
    guard let sparse else { return }
    let mask = AlignedBuffer<UInt8>(count: count)
    let places = densePlaces(of: sparse.layout)
    for place in places { mask.pointer[place] = 1 }
    // From the last to the first, because a survivor's dense place is never before its place among the survivors.
    for buffer in [valueBuffer, gradientBuffer] + moments {
      var end = count
      for p in stride(from: places.count - 1, through: 0, by: -1) {
        let value = buffer.pointer[p]
        for index in places[p]..<end { buffer.pointer[index] = 0 }
        buffer.pointer[places[p]] = value
        end = places[p]
      }
      for index in 0..<end { buffer.pointer[index] = 0 }
    }
    self.sparse = nil
    maskBuffer = mask
  }

  /// One number a weight, whatever the state.
  func expanded(_ buffer: AlignedBuffer<Float>) -> [Float] {
    guard let sparse else { return Array(buffer.span.prefix(count)) }
    var result = [Float](repeating: 0, count: count)
    sparse.layout.forEachSurvivor { result[$1] = buffer.pointer[$0] }
    return result
  }

  /// The mask as one number a weight in the sparse state.
  var expandedMask: [UInt8]? {
    guard let sparse else { return nil }
    var result = [UInt8](repeating: 0, count: count)
    sparse.layout.forEachSurvivor { result[$1] = 1 }
    return result
  }

  private func compact(_ plan: SparsePlan) {
    guard let mask = maskBuffer else { return }
    let layout = SparseLayout(rows: rows, columns: columns, mask: mask.pointer, survivors: activeCount)
    let places = densePlaces(of: layout)
    for buffer in [valueBuffer, gradientBuffer] + moments {
      for (p, place) in places.enumerated() { buffer.pointer[p] = buffer.pointer[place] }
    }
    sparse = SparseState(layout: layout, plan: plan)
    maskBuffer = nil
  }

  private func densePlaces(of layout: SparseLayout) -> [Int] {
    var places = [Int](repeating: 0, count: layout.count)
    layout.forEachSurvivor { places[$0] = $1 }
    return places
  }
}
