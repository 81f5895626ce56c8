/// A value in a training step: `[steps, rows, lanes]`, with one lane a sample, innermost.
///
/// A sequence has as many steps as the look-back and as many rows as features; a vector has one step. A variable belongs
/// to the ``Tape`` that made it and is valid until the tape is reset.
///
/// Large batches of patches are cut into tiles of lanes that stand one after the other as if they were further steps, so
/// that what is computed from a step lies close together: `[tiles * patches, rows, lanes of a tile]`. Operations that look at
/// single steps never notice; ``Tape/patches(_:length:stride:)`` makes tiles and ``Tape/joiningTiles(_:lanes:)`` ends them.
public struct Variable: BitwiseCopyable {
  /// Time steps, or patches of all tiles; 1 for a plain vector.
  public let steps: Int
  /// Features, or units.
  public let rows: Int
  /// Samples, padded to a multiple of 16.
  public let lanes: Int
  /// Groups of samples that `steps` are made of, 1 as a rule; lane `i` of tile `t` is sample `t * lanes + i`.
  public let tiles: Int

  let values: UnsafeMutablePointer<Float>
  /// Where the tape keeps the gradient; nil when nobody needs it.
  let slot: Int32?

  /// The number of floats, padding included.
  public var count: Int { steps * rows * lanes }
  /// Whether the backward pass computes a gradient for this value.
  public var needsGradient: Bool { slot != nil }
  /// The number of floats in one step.
  var stepCount: Int { rows * lanes }

  /// The same memory seen with other extents.
  func reshaped(steps: Int, rows: Int) -> Variable {
    assert(steps * rows == self.steps * self.rows, "a view has as many elements as what it views")
    return Variable(steps: steps, rows: rows, lanes: lanes, tiles: tiles, values: values, slot: slot)
  }
}
