import EspalierNN

extension ModelKind {
  /// A rough measure of how long a training step of a model takes, for telling how much time is left.
  ///
  /// From step times at the published sizes: a part that does not depend on the look-back, and one that does.
  package func relativeWork(lookback: Int) -> Int {
    switch self {
    case .rnn: 4 + lookback
    case .gru: 8 + 3 * lookback
    case .lstm: 8 + 4 * lookback
    case .patchtst: 24 + 3 * lookback
    case .channelPatchTST: 24 + lookback
    case .dlinear, .nlinear: 1 + lookback / 32
    }
  }
}
