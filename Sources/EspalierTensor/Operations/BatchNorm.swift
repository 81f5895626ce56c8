internal import CEspalierKernels

extension Tape {
  /// Batch normalization over samples and steps of `x`, or of `x + dropout(residual)`: the end of a post-norm block.
  ///
  /// While ``usesBatchStatistics`` the statistics are those of the batch, and the running ones take them in; otherwise the
  /// running ones are used and stay as they are. Lanes beyond ``samples`` have no part in statistics and get gradient 0.
  ///
  /// - Parameters:
  ///   - x: `[steps, features, lanes]`, in any number of tiles.
  ///   - residual: The same shape, or nil. This is what dropout acts on.
  ///   - gain: `[features]`.
  ///   - bias: `[features]`.
  ///   - statistics: The running mean and variance, `[features]`.
  /// - Returns: The shape of `x`.
  /// - Source: Ioffe and Szegedy, arXiv:1502.03167; epsilon is 1e-5 and the variance is that of the batch, as in PyTorch.
  public func batchNorm(
    _ x: Variable, adding residual: Variable? = nil, gain: Parameter, bias: Parameter, statistics: RunningStatistics
  ) -> Variable {
    let mask = residual == nil ? DropoutMask(bits: nil, scale: 1) : drawMask(of: x)
    let batch = batch(of: x)
    let moments: UnsafeMutablePointer<Float> = allocate(5 * x.rows)
    let (mean, variance, inverse) = (moments, moments + x.rows, moments + 2 * x.rows)
    let (factor, offset) = (moments + 3 * x.rows, moments + 4 * x.rows)
    let output = make(steps: x.steps, rows: x.rows, lanes: x.lanes, tiles: x.tiles, needsGradient: true)
    // The sum is kept for the backward pass, and otherwise where statistics need it first.
    let sum = residual == nil ? x.values : usesBatchStatistics || isRecording ? allocate(x.count) : nil
    if usesBatchStatistics || (isRecording && residual != nil) {
      esp_batch_statistics(
        batch, x.values, residual?.values, mask.bits, mask.scale, sum, mean, variance, doubles(x.rows))
    }
    if usesBatchStatistics {
      statistics.update(mean: mean, variance: variance, count: batch.steps * batch.samples)
    } else {
      mean.update(from: statistics.mean.storage.pointer, count: x.rows)
      variance.update(from: statistics.variance.storage.pointer, count: x.rows)
    }
    for feature in 0..<x.rows {
      inverse[feature] = Float(1 / (Double(variance[feature]) + 1e-5).squareRoot())
      factor[feature] = gain.valueBuffer.pointer[feature] * inverse[feature]
      offset[feature] = bias.valueBuffer.pointer[feature] - mean[feature] * factor[feature]
    }
    if let sum {
      esp_affine_sum(x.steps, x.rows, x.lanes, sum, nil, nil, 1, factor, offset, output.values)
    } else {
      esp_affine_sum(
        x.steps, x.rows, x.lanes, x.values, residual?.values, mask.bits, mask.scale, factor, offset, output.values)
    }
    if let sum {
      record(
        BatchNormOperation(
          x: x, residual: residual, mask: mask, gain: ParameterReference(gain, on: self),
          bias: ParameterReference(bias, on: self), sum: sum, mean: mean, inverse: inverse,
          isFixed: !usesBatchStatistics, samples: batch.samples, output: output))
    }
    return output
  }

  /// A variable as batch kernels see it.
  private func batch(of x: Variable) -> esp_batch {
    esp_batch(
      tiles: x.tiles, steps: x.steps / x.tiles, features: x.rows, lanes: x.lanes,
      samples: max(1, min(samples ?? .max, x.tiles * x.lanes)))
  }

  /// Scratch for `count` doubles.
  fileprivate func doubles(_ count: Int) -> UnsafeMutablePointer<Double> {
    UnsafeMutableRawPointer(scratch(2 * count)).bindMemory(to: Double.self, capacity: count)
  }
}

private struct BatchNormOperation: Operation {
  let x: Variable
  let residual: Variable?
  let mask: DropoutMask
  let gain: ParameterReference
  let bias: ParameterReference
  let sum: UnsafeMutablePointer<Float>
  let mean: UnsafeMutablePointer<Float>
  let inverse: UnsafeMutablePointer<Float>
  let isFixed: Bool
  let samples: Int
  let output: Variable

  func backward(_ gradient: UnsafeMutablePointer<Float>, on tape: Tape) {
    let batch = esp_batch(
      tiles: x.tiles, steps: x.steps / x.tiles, features: x.rows, lanes: x.lanes, samples: samples)
    // In place: nothing reads the output's gradient any more.
    esp_batch_norm_backward(
      batch, sum, mean, inverse, gain.parameter.valueBuffer.pointer, gradient, isFixed, gradient,
      gain.parameter.gradientBuffer.pointer, bias.parameter.gradientBuffer.pointer, tape.doubles(2 * x.rows))
    if let (memory, accumulate) = tape.gradientTarget(of: x) { esp_copy(x.count, gradient, memory, accumulate) }
    if let residual, let (memory, accumulate) = tape.gradientTarget(of: residual) {
      if let bits = mask.bits {
        esp_dropout(x.steps * x.rows, x.lanes, bits, mask.scale, gradient, memory, accumulate)
      } else {
        esp_copy(x.count, gradient, memory, accumulate)
      }
    }
  }
}
