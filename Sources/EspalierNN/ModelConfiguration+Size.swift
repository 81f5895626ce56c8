extension ModelConfiguration {
  /// The most weights a model may have, 2^27: with gradients and Adam's averages they take 2 GiB.
  public static let largestWeightCount = Double(1 << 27)

  /// The most memory that the activations of one batch may take, 16 GiB.
  public static let largestBatchBytes = Double(1 << 34)

  /// The number of weights and biases; a `Double`, because mistyped sizes would overflow.
  public var weightCount: Double {
    let (width, inputs) = (Double(hidden), Double(features))
    let outputs = Double(horizon) * Double(outputsPerStep)
    let series: Double =
      switch kind {
      case .rnn, .lstm, .gru: gateRows * (inputs + width + 2) + outputs * (width + 1)
      case .patchtst:
        (Double(patchLength) * inputs + 1 + mixedPatches) * width + blockWeights + 2 * width + outputs * (width + 1)
      case .channelPatchTST:
        (Double(patchSize.length) * inputs + 1 + Double(channelPatches)) * width + blockWeights
          + outputs * (Double(channelPatches) * width + 1)
      case .dlinear: 2 * outputs * (Double(lookback) * inputs + 1)
      case .nlinear: outputs * (Double(lookback) * inputs + 1)
      }
    return series + covariateWeights
  }

  private var blockWeights: Double {
    let width = Double(hidden)
    return (0..<layers).reduce(0.0) { sum, index in
      let block = block(index)
      let inner = Double(block.heads) * Double(block.headWidth), wide = Double(block.feedForward)
      return sum + 4 * (width + 1) * (inner + 1) + 2 * wide * (width + 1) + 4 * width
    }
  }

  /// About how many bytes a training step needs for the activations and gradients of a batch.
  ///
  /// - Parameter samples: Samples in the batch.
  /// - Returns: An estimate, in bytes.
  public func batchBytes(samples: Int) -> Double {
    let width = Double(hidden)
    let perSample: Double =
      switch kind {
      case .rnn, .lstm, .gru: Double(lookback) * (gateRows + 2 * width + Double(features))
      case .patchtst:
        mixedPatches
          * (Double(patchLength * features)
            + (0..<layers).reduce(0.0) { sum, index in
              let block = block(index)
              return sum + 16 * width + 2 * Double(block.feedForward) + Double(block.heads) * mixedPatches
            })
      case .channelPatchTST:
        // Scores and the values of feed-forward layers never stand in memory.
        Double(lookback) * Double(features)
          + Double(channelPatches)
          * (Double(patchSize.length) * Double(features) + Double(layers) * (16 * width + Double(feedForward) / 32))
      case .dlinear, .nlinear: 3 * Double(lookback) * Double(features)
      }
    // The forecast and its gradient.
    let outputs = 2 * Double(horizon) * Double(outputsPerStep)
    let covariates = Double(horizon) * Double(futureCovariates ?? 0) + Double(staticCovariates ?? 0)
    return 4 * (perSample + covariates + outputs) * Double(samples)
  }

  /// Checks that a batch fits the memory that is allowed for it.
  ///
  /// - Parameter samples: Samples in the batch.
  /// - Throws: ``ModelError/batchTooLarge(gibibytes:)``.
  public func validate(batch samples: Int) throws(ModelError) {
    let bytes = batchBytes(samples: samples)
    guard bytes <= Self.largestBatchBytes else {
      throw .batchTooLarge(gibibytes: Int(min(bytes / Double(1 << 30), 1e15).rounded(.up)))
    }
  }

  private var gateRows: Double {
    let gates: Double =
      switch kind {
      case .lstm: 4
      case .gru: 3
      default: 1
      }
    return gates * Double(hidden)
  }

  private var mixedPatches: Double { (Double(lookback) / Double(patchLength)).rounded(.up) }
}
