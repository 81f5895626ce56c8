import EspalierTensor

/// How a look-back is cut into overlapping patches.
public struct PatchSize: Codable, Equatable, Sendable {
  /// Steps in a patch.
  public var length: Int
  /// Steps from the beginning of a patch to that of the next; the last step is repeated so many times at the end.
  public var stride: Int

  /// Describes patches.
  public init(length: Int = 16, stride: Int = 8) {
    self.length = length
    self.stride = stride
  }

  /// Patches of 16 steps, one every 8.
  ///
  /// - Source: arXiv:2211.14730, section 4.
  public static let published = PatchSize()
}

extension ModelConfiguration {
  /// The patches of a ``ModelKind/channelPatchTST``: its own, or the published ones.
  public var patchSize: PatchSize { patches ?? .published }

  /// How many patches a ``ModelKind/channelPatchTST`` makes of a look-back; 0 when it is too short for one.
  public var channelPatches: Int {
    let (length, stride) = (patchSize.length, patchSize.stride)
    return lookback + stride < length ? 0 : Tape.patchCount(steps: lookback, length: length, stride: stride)
  }

  /// Checks what only a ``ModelKind/channelPatchTST`` has.
  func validatePatches() throws(ModelError) {
    for (name, value) in [("patch length", patchSize.length), ("patch stride", patchSize.stride)]
    where value < 1 || value > Self.largestSize {
      throw .sizeOutOfRange(name: name, value: value)
    }
    guard channelPatches > 0 else {
      throw .lookbackTooShort(lookback: lookback, needed: patchSize.length - patchSize.stride)
    }
    // The scores of one sample, which forecasts hold at once.
    let scores = 4 * Double(heads + 1) * Double(channelPatches) * Double(channelPatches)
    guard scores <= Double(1 << 30) else {
      throw .batchTooLarge(gibibytes: Int(min(scores / Double(1 << 30), 1e15).rounded(.up)))
    }
  }
}
