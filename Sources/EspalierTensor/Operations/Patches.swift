internal import CEspalierKernels

extension Tape {
  /// Lanes of a tile at most: as many as the products' kernels take at once with all their registers in use.
  static let tileLanes = 64

  /// Overlapping groups of consecutive steps, after the last step was repeated `stride` times, in tiles of lanes.
  ///
  /// - Parameters:
  ///   - x: An input that needs no gradient, `[steps, rows, lanes]`.
  ///   - length: Steps in a patch, at least 1.
  ///   - stride: Steps from the beginning of a patch to that of the next, at least 1; `steps + stride >= length`.
  /// - Returns: `[tiles * patches, length * rows, lanes of a tile]` with `(steps + stride - length) / stride + 1` patches;
  ///   lanes that fill the last tile up are 0.
  /// - Source: Nie et al., arXiv:2211.14730, section 3.1.
  public func patches(_ x: Variable, length: Int, stride: Int) -> Variable {
    precondition(length > 0 && stride > 0 && x.steps + stride >= length, "a series has a patch")
    precondition(x.tiles == 1 && !x.needsGradient, "patches are made from inputs")
    let count = Self.patchCount(steps: x.steps, length: length, stride: stride)
    let tiles = (x.lanes + Self.tileLanes - 1) / Self.tileLanes
    let lanes = Self.paddedLanes((x.lanes + tiles - 1) / tiles)
    let output = make(
      steps: tiles * count, rows: length * x.rows, lanes: lanes, tiles: tiles, needsGradient: false)
    var to = output.values
    for tile in 0..<tiles {
      let width = max(0, min(lanes, x.lanes - tile * lanes))
      for patch in 0..<count {
        for step in patch * stride..<patch * stride + length {
          let from = x.values + min(step, x.steps - 1) * x.stepCount + tile * lanes
          for row in 0..<x.rows {
            to.update(from: from + row * x.lanes, count: width)
            (to + width).update(repeating: 0, count: lanes - width)
            to += lanes
          }
        }
      }
    }
    return output
  }

  /// How many patches ``patches(_:length:stride:)`` makes.
  ///
  /// - Parameters:
  ///   - steps: Steps of the series.
  ///   - length: Steps in a patch.
  ///   - stride: Steps from the beginning of a patch to that of the next; `steps + stride >= length`.
  /// - Returns: At least 1.
  public static func patchCount(steps: Int, length: Int, stride: Int) -> Int { (steps + stride - length) / stride + 1 }

  /// All steps of a sample as one vector, features first and steps second: what a flatten head reads.
  ///
  /// - Parameter x: `[steps, rows, lanes]`, in any number of tiles.
  /// - Returns: `[1, rows * steps, lanes]` in each tile; element `row * steps + step` is that row of that step.
  public func flatteningSteps(_ x: Variable) -> Variable {
    let steps = x.steps / x.tiles
    let output = make(
      steps: x.tiles, rows: x.rows * steps, lanes: x.lanes, tiles: x.tiles, needsGradient: x.needsGradient)
    FlattenOperation(x: x, output: output).forEachRow {
      (output.values + $1).update(from: x.values + $0, count: x.lanes)
    }
    record(FlattenOperation(x: x, output: output))
    return output
  }

  /// Puts the lanes of all tiles side by side again.
  ///
  /// - Parameters:
  ///   - x: `[1, rows, lanes of a tile]` in each tile.
  ///   - lanes: The lanes of the batch; what fills up the last tile is left out.
  /// - Returns: `[1, rows, lanes]`; `x` itself when there is one tile of as many lanes.
  public func joiningTiles(_ x: Variable, lanes: Int) -> Variable {
    precondition(x.steps == x.tiles && lanes <= x.tiles * x.lanes, "a tile has one step")
    if x.tiles == 1 && x.lanes == lanes { return x }
    let output = make(steps: 1, rows: x.rows, lanes: lanes, needsGradient: x.needsGradient)
    let operation = JoinOperation(x: x, output: output)
    operation.forEachRow { (output.values + $1).update(from: x.values + $0, count: $2) }
    record(operation)
    return output
  }
}

private struct FlattenOperation: Operation {
  let x: Variable
  let output: Variable

  /// Calls `body` with where a row begins in `x` and in the output.
  func forEachRow(_ body: (Int, Int) -> Void) {
    let steps = x.steps / x.tiles
    for tile in 0..<x.tiles {
      for step in 0..<steps {
        for row in 0..<x.rows {
          body(
            ((tile * steps + step) * x.rows + row) * x.lanes, ((tile * x.rows + row) * steps + step) * x.lanes)
        }
      }
    }
  }

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    guard let (memory, accumulate) = tape.gradientTarget(of: x) else { return }
    forEachRow { esp_copy(x.lanes, gradient + $1, memory + $0, accumulate) }
  }
}

private struct JoinOperation: Operation {
  let x: Variable
  let output: Variable

  /// Calls `body` with where a row begins in `x` and in the output, and how many lanes they share.
  func forEachRow(_ body: (Int, Int, Int) -> Void) {
    for tile in 0..<x.tiles {
      let width = max(0, min(x.lanes, output.lanes - tile * x.lanes))
      for row in 0..<x.rows where width > 0 {
        body((tile * x.rows + row) * x.lanes, row * output.lanes + tile * x.lanes, width)
      }
    }
  }

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    guard let (memory, accumulate) = tape.gradientTarget(of: x) else { return }
    if !accumulate { memory.update(repeating: 0, count: x.count) }
    forEachRow { esp_copy($2, gradient + $1, memory + $0, true) }
  }
}
