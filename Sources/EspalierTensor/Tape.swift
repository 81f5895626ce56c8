internal import CEspalierKernels

/// One step of an operation's backward pass: reads the gradient of its output, adds to those of its inputs.
///
/// Operations are plain values that lie in the tape's arena, so recording one allocates nothing.
protocol Operation: BitwiseCopyable {
  /// What the operation computed.
  var output: Variable { get }
  /// Passes `gradient`, that of the output, on to the inputs and parameters.
  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape)
}

/// Which dropout masks a forward pass draws.
public struct DropoutPlan: Equatable, Sendable {
  /// The probability that a value is dropped, in 0 ..< 1.
  public var rate: Double
  /// The run's seed.
  public var seed: UInt64
  /// Which forward pass of the run this is: the optimizer step, or the pass of a Monte Carlo forecast.
  public var pass: UInt32
  /// The index within the batch of the first lane, a multiple of 16.
  public var firstLane: Int

  /// Describes the masks of one forward pass.
  public init(rate: Double, seed: UInt64, pass: UInt32, firstLane: Int = 0) {
    self.rate = rate
    self.seed = seed
    self.pass = pass
    self.firstLane = firstLane
  }
}

/// Records the operations of a forward pass and runs them backwards.
///
/// A step is: ``reset()``, make the input, call operations, take the loss, ``backward(from:)``. Memory comes from an arena
/// that is kept from step to step; once the first steps have found its size, a step allocates nothing. A tape belongs
/// to one thread at a time.
public final class Tape {
  private struct Node {
    let operation: any Operation.Type
    let payload: UnsafeRawPointer
  }

  private struct Slot {
    var gradient: UnsafeMutablePointer<Float>?
    let count: Int
  }

  /// Whether operations are recorded; without it the tape only computes, and keeps less.
  public let isRecording: Bool
  /// The dropout of this pass; nil when nothing is dropped.
  public var dropout: DropoutPlan?
  /// Whether batch normalizations take their statistics from the batch and remember them, instead of using those that they
  /// remember.
  ///
  /// True at first for a tape that records. Dropout has no part in it: Monte Carlo forecasts drop values, and use the
  /// remembered statistics.
  public var usesBatchStatistics: Bool
  /// How many lanes of the pass are samples, the first ones; nil counts all of them until the next ``reset()``.
  ///
  /// Batch statistics leave the others out.
  public var samples: Int?

  private let arena = Arena()
  private var nodes: [Node] = []
  private var slots: [Slot] = []
  private var freeGradients: [(count: Int, memory: UnsafeMutablePointer<Float>)] = []
  private var scratchBuffer = AlignedBuffer<Float>(count: 0)
  private var workspaceBuffer = AlignedBuffer<Float>(count: 0)
  private var dropoutSites: UInt32 = 0
  /// The parameters that recorded operations will read: a model may be gone before the backward pass.
  private var parameters: [Parameter] = []

  /// An empty tape.
  ///
  /// - Parameter recording: Whether ``backward(from:)`` will be called.
  public init(recording: Bool = true) {
    isRecording = recording
    usesBatchStatistics = recording
  }

  /// Forgets all operations and variables and takes their memory back.
  public func reset() {
    arena.reset()
    nodes.removeAll(keepingCapacity: true)
    slots.removeAll(keepingCapacity: true)
    freeGradients.removeAll(keepingCapacity: true)
    parameters.removeAll(keepingCapacity: true)
    dropoutSites = 0
    samples = nil
  }

  /// Bytes of activations and gradients that the pass has taken so far.
  public var usedBytes: Int { arena.usedBytes }

  /// Bytes that the tape holds from step to step: what its largest pass took, and some room.
  public var heldBytes: Int {
    arena.heldBytes + (scratchBuffer.count + workspaceBuffer.count) * MemoryLayout<Float>.stride
  }

  /// Makes an input of a pass.
  ///
  /// - Parameters:
  ///   - steps: Time steps.
  ///   - rows: Features.
  ///   - lanes: Samples, padded to a multiple of 16; see ``Tape/paddedLanes(_:)``.
  ///   - needsGradient: Whether the loss should be differentiated with respect to it.
  ///   - fill: Writes `[steps, rows, lanes]` floats; all must be written, the padding with 0.
  /// - Returns: The input.
  public func input(
    steps: Int, rows: Int, lanes: Int, needsGradient: Bool = false,
    fill: (UnsafeMutablePointer<Float>) throws -> Void
  ) rethrows -> Variable {
    precondition(lanes > 0 && lanes % 16 == 0, "lanes are padded to a multiple of 16")
    let variable = make(steps: steps, rows: rows, lanes: lanes, needsGradient: needsGradient)
    try fill(variable.values)
    return variable
  }

  /// The number of lanes that a batch of samples takes: the next multiple of 16.
  public static func paddedLanes(_ samples: Int) -> Int { (max(1, samples) + 15) / 16 * 16 }

  /// Reads a variable's values: `[steps, rows, lanes]` floats.
  public func withValues<Result>(
    of variable: Variable, _ body: (UnsafeBufferPointer<Float>) throws -> Result
  ) rethrows -> Result {
    try body(UnsafeBufferPointer(start: variable.values, count: variable.count))
  }

  /// Adds the gradient of the loss to every parameter's gradient.
  ///
  /// - Parameter loss: A loss of this tape, not yet differentiated.
  public func backward(from loss: Loss) {
    precondition(isRecording, "only a recording tape can run backwards")
    if let slot = loss.forecast.slot { slots[Int(slot)].gradient = loss.gradient }
    for node in nodes.reversed() { run(node.operation, at: node.payload) }
  }

  /// A copy of the gradient of an input that needs one, after ``backward(from:)``.
  public func gradient(of variable: Variable) -> [Float] {
    guard let slot = variable.slot, let memory = slots[Int(slot)].gradient else {
      return Array(repeating: 0, count: variable.count)
    }
    return Array(UnsafeBufferPointer(start: memory, count: variable.count))
  }

  // MARK: - For operations

  func make(steps: Int, rows: Int, lanes: Int, tiles: Int = 1, needsGradient: Bool) -> Variable {
    let slot = needsGradient && isRecording ? makeSlot(count: steps * rows * lanes) : nil
    return Variable(
      steps: steps, rows: rows, lanes: lanes, tiles: tiles, values: arena.allocate(steps * rows * lanes), slot: slot)
  }

  /// Keeps a parameter alive until the tape is reset.
  func keep(_ parameter: Parameter) {
    parameters.append(parameter)
  }

  /// A place for the gradient of a new variable.
  func makeSlot(count: Int) -> Int32 {
    slots.append(Slot(gradient: nil, count: count))
    return Int32(slots.count - 1)
  }

  /// Memory that lives as long as the pass.
  func allocate<Element: BitwiseCopyable>(_ count: Int, as type: Element.Type = Element.self)
    -> UnsafeMutablePointer<Element>
  {
    arena.allocate(count, as: type)
  }

  /// Memory that lives until the next call.
  func scratch(_ count: Int) -> UnsafeMutablePointer<Float> {
    if scratchBuffer.count < count { scratchBuffer = AlignedBuffer(count: count) }
    return scratchBuffer.pointer
  }

  /// Memory like ``scratch(_:)``'s, for an operation that calls others which use that one.
  func workspace(_ count: Int) -> UnsafeMutablePointer<Float> {
    if workspaceBuffer.count < count { workspaceBuffer = AlignedBuffer(count: count) }
    return workspaceBuffer.pointer
  }

  func record<Op: Operation>(_ operation: Op) {
    guard isRecording else { return }
    let payload = arena.allocate(1, as: Op.self)
    payload.initialize(to: operation)
    nodes.append(Node(operation: Op.self, payload: UnsafeRawPointer(payload)))
  }

  /// Where to write a gradient: the memory, and whether to add to what an earlier operation wrote; nil when it isn't needed.
  func gradientTarget(of variable: Variable) -> (memory: UnsafeMutablePointer<Float>, accumulate: Bool)? {
    guard let slot = variable.slot else { return nil }
    if let memory = slots[Int(slot)].gradient { return (memory, true) }
    let memory = takeGradient(slots[Int(slot)].count)
    slots[Int(slot)].gradient = memory
    return (memory, false)
  }

  /// The gradient of one more result of an operation that has several; nil when nothing has been written.
  func writtenGradient(of variable: Variable) -> UnsafeMutablePointer<Float>? {
    variable.slot.flatMap { slots[Int($0)].gradient }
  }

  /// Takes the memory of such a gradient back.
  func releaseGradient(of variable: Variable) {
    guard let slot = variable.slot, let gradient = slots[Int(slot)].gradient else { return }
    freeGradients.append((slots[Int(slot)].count, gradient))
    slots[Int(slot)].gradient = nil
  }

  /// The stream of the next dropout mask; nil when nothing is dropped.
  func nextDropout() -> (stream: esp_dropout_stream, rate: Float, scale: Float)? {
    guard let plan = dropout, plan.rate > 0 else { return nil }
    defer { dropoutSites += 1 }
    precondition(plan.firstLane % 16 == 0, "lanes are cut at multiples of 16")
    let stream = esp_dropout_stream(
      key0: UInt32(truncatingIfNeeded: plan.seed), key1: UInt32(truncatingIfNeeded: plan.seed >> 32), step: plan.pass,
      site: RandomPurpose.dropout.rawValue << 24 | dropoutSites, first_lane: UInt32(plan.firstLane))
    return (stream, Float(plan.rate), Float(1 / (1 - plan.rate)))
  }

  /// Draws the mask of the next dropout; nil when nothing is dropped.
  func drawMask(rows: Int, lanes: Int) -> DropoutMask {
    guard let (stream, rate, scale) = nextDropout() else { return DropoutMask(bits: nil, scale: 1) }
    let bits = allocate(rows * lanes / 16, as: UInt16.self)
    esp_dropout_mask(rows, lanes, stream, rate, bits)
    return DropoutMask(bits: bits, scale: scale)
  }

  /// Draws the mask of the next dropout of values like `x`'s, with `rows` of them a step.
  ///
  /// A sample's numbers do not depend on how lanes are cut into tiles.
  func drawMask(of x: Variable, rows: Int? = nil) -> DropoutMask {
    guard x.tiles > 1 else { return drawMask(rows: x.steps * (rows ?? x.rows), lanes: x.lanes) }
    guard let (first, rate, scale) = nextDropout() else { return DropoutMask(bits: nil, scale: 1) }
    var stream = first
    let tileRows = x.steps / x.tiles * (rows ?? x.rows), words = tileRows * x.lanes / 16
    let bits = allocate(x.tiles * words, as: UInt16.self)
    for tile in 0..<x.tiles {
      esp_dropout_mask(tileRows, x.lanes, stream, rate, bits + tile * words)
      stream.first_lane += UInt32(x.lanes)
    }
    return DropoutMask(bits: bits, scale: scale)
  }

  private func run<Op: Operation>(_ type: Op.Type, at payload: UnsafeRawPointer) {
    let operation = payload.load(as: Op.self)
    guard let slot = operation.output.slot, let gradient = slots[Int(slot)].gradient else { return }
    operation.backward(gradient, on: self)
    // All that read the output have run already, so the memory of its gradient can serve another.
    freeGradients.append((slots[Int(slot)].count, gradient))
    slots[Int(slot)].gradient = nil
  }

  private func takeGradient(_ count: Int) -> UnsafeMutablePointer<Float> {
    if let index = freeGradients.lastIndex(where: { $0.count == count }) {
      return freeGradients.remove(at: index).memory
    }
    return arena.allocate(count)
  }
}

/// The bits of a dropout mask, and what kept values are multiplied by.
struct DropoutMask: BitwiseCopyable {
  let bits: UnsafeMutablePointer<UInt16>?
  let scale: Float
}

/// A loss that has been computed, with the gradient of the forecast.
public struct Loss {
  /// The mean of the loss over samples and horizon steps, in squared, plain or Huber units of the forecast.
  public let value: Double
  let forecast: Variable
  let gradient: UnsafeMutablePointer<Float>
}
