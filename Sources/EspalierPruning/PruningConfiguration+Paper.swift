/// The forecasters with published pruning settings.
public enum PaperModel: String, Codable, Sendable, CaseIterable {
  /// A plain recurrent network.
  case rnn
  /// A gated recurrent unit; not in the publication, pruned like the RNN here.
  case gru
  /// A long short-term memory.
  case lstm
  /// The experiments' PatchTST.
  case patchtst
}

extension PruningConfiguration {
  /// The published settings of a model, kept with their accidents.
  ///
  /// The LSTM's target passes 1: pruning then stops because it would take every active weight. PatchTST keeps dropout
  /// 0.3 beside pruning, and its layer-norm gains are pruned (the last layer norm is not handed to the pruner).
  ///
  /// - Parameter model: The model that is pruned.
  /// - Returns: The settings; they validate, with targets above 1 for the LSTM.
  /// - Source: arXiv:2508.09330 and the behaviour of its reference code.
  public static func paper(model: PaperModel) -> PruningConfiguration {
    switch model {
    case .rnn, .gru: paper(low: 0.1, high: 0.5, warmup: 2, every: 5)
    case .lstm: paper(low: 0.7, high: 1.2, warmup: 2, every: 2)
    case .patchtst: paper(low: 0.01, high: 0.5, warmup: 5, every: 5, dropout: 0.3)
    }
  }

  private static func paper(
    low: Double, high: Double, warmup: Int, every: Int, dropout: Double = 0
  ) -> PruningConfiguration {
    PruningConfiguration(
      schedule: .lateCubic(LateCubicSchedule(low: low, high: high)),
      timing: PruningTiming(unit: .epochs, warmup: warmup, every: every, formula: .published),
      scope: .global, rule: .published, importance: .magnitude, minimumPerTensor: 0, prunesGains: true,
      dropout: dropout)
  }
}
