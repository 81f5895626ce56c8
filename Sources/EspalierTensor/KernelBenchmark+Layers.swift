internal import CEspalierKernels

extension KernelBenchmark {
  /// A kernel that moves memory: its name, its size, the floats that it reads and writes, and a call.
  typealias Moving = (kernel: String, size: String, floats: Int, call: () -> Void)

  /// Cells, normalization, element-wise kernels and the optimizer, against a copy of as much memory.
  func layers() -> [Measurement] {
    let numbers = Memory()
    let (hidden, lanes, steps) = (64, lanes, steps)
    let block = hidden * lanes
    let gates = numbers.make(4 * block), inner = numbers.make(3 * block), cell = numbers.make(block)
    let next = numbers.make(block), state = numbers.make(block), slope = numbers.make(block)
    let wide = numbers.make(steps * block), other = numbers.make(steps * block), out = numbers.make(steps * block)
    let gain = numbers.make(hidden), mean = numbers.make(steps * lanes), inverse = numbers.make(steps * lanes)
    let scratch = numbers.make(32 * hidden)
    let mask = AlignedBuffer<UInt16>(count: steps * block / 16)
    let weights = 16_384
    let value = numbers.make(weights), first = numbers.make(weights), second = numbers.make(weights)
    let gradient = numbers.make(weights)
    let kept = AlignedBuffer<UInt8>(count: weights)
    kept.span.update(repeating: 1)
    var adam = AdamUpdate(
      learningRate: 1e-3, beta1: 0.9, beta2: 0.999, epsilon: 1e-8, weightDecay: 0, isDecoupled: false, step: 100
    ).settings
    let stream = esp_dropout_stream(key0: 1, key1: 2, step: 3, site: 4, first_lane: 0)
    let size = "\(hidden) x \(lanes)", sequence = "\(steps) x \(hidden) x \(lanes)"
    let operations: [Moving] = [
      ("LSTM cell", size, 11 * block, { esp_lstm_forward(hidden, lanes, gates, cell, next, state) }),
      ("LSTM cell, backward", size, 13 * block, { esp_lstm_backward(hidden, lanes, gates, cell, next, state, slope) }),
      ("GRU cell", size, 11 * block, { esp_gru_forward(hidden, lanes, gates, inner, cell, state) }),
      ("GRU cell, backward", size, 15 * block, { esp_gru_backward(hidden, lanes, gates, inner, cell, slope) }),
      ("RNN cell", size, 2 * block, { esp_rnn_forward(hidden, lanes, state) }),
      ("RNN cell, backward", size, 3 * block, { esp_rnn_backward(hidden, lanes, state, slope, next) }),
      (
        "layer norm", sequence, 4 * steps * block,
        { esp_layer_norm(steps, hidden, lanes, wide, other, nil, 1, gain, gain, out, mean, inverse, other) }
      ),
      (
        "layer norm, backward", sequence, 3 * steps * block,
        {
          esp_layer_norm_backward(
            steps, hidden, lanes, wide, mean, inverse, gain, other,
            esp_gradient_target(gradient: out, accumulate: false), esp_gradient_target(), nil, 1, value, first, scratch)
        }
      ),
      ("ReLU", sequence, 2 * steps * block, { esp_relu(steps * hidden, lanes, nil, 1, wide, out) }),
      (
        "dropout mask", sequence, steps * block / 32,
        { esp_dropout_mask(steps * hidden, lanes, stream, 0.3, mask.pointer) }
      ),
      (
        "dropout", sequence, 2 * steps * block,
        { esp_dropout(steps * hidden, lanes, mask.pointer, 1.4, wide, out, false) }
      ),
      (
        "Adam", "\(weights) weights", 7 * weights,
        { esp_adam_step(weights, &adam, gradient, nil, value, first, second) }
      ),
      (
        "mask by threshold", "\(weights) weights", weights * 3 / 2,
        { _ = esp_prune_below(weights, value, 0.1, kept.pointer) }
      ),
    ]
    let results = operations.map { moving($0, numbers) } + [attention(numbers)]
    withExtendedLifetime((numbers, mask, kept)) {}
    return results
  }

  /// Holds a kernel against a copy.
  func moving(_ operation: Moving, _ numbers: Memory) -> Measurement {
    let time = seconds(operation.call)
    let half = max(16, operation.floats / 2 / 16 * 16)
    let from = numbers.make(half), to = numbers.make(half)
    let copy = seconds { esp_copy(half, from, to, false) }
    return Measurement(
      kernel: operation.kernel, size: operation.size, microseconds: time * 1e6,
      rate: 4 * Double(operation.floats) / time / 1e9, unit: "GB/s", bound: 8 * Double(half) / copy / 1e9)
  }

  /// Attention of `steps` patches: two products a head, against the dense product.
  private func attention(_ numbers: Memory) -> Measurement {
    let (width, heads, patches, lanes) = (64, 4, steps, lanes)
    let shape = esp_attention_shape(patches: patches, width: width, heads: heads, lanes: lanes)
    let q = numbers.make(patches * width * lanes), k = numbers.make(patches * width * lanes)
    let v = numbers.make(patches * width * lanes), out = numbers.make(patches * width * lanes)
    let probabilities = numbers.make(heads * patches * patches * lanes)
    let scratch = numbers.make(esp_attention_scratch(shape)), weight = numbers.make(width * width)
    let time = seconds { esp_attention(shape, q, k, v, nil, 1, probabilities, out, scratch) }
    let dense = seconds { esp_product(width, width, patches, lanes, weight, nil, q, width * lanes, out, false) }
    let work = 4 * Double(patches * patches * width * lanes)
    return Measurement(
      kernel: "attention", size: "\(patches) patches, \(width) x \(lanes), \(heads) heads", microseconds: time * 1e6,
      rate: work / time / 1e9, unit: "GFLOP/s", bound: 2 * Double(width * width * patches * lanes) / dense / 1e9)
  }
}
