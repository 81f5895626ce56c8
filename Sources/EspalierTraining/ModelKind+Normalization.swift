import EspalierData
import EspalierNN

extension ModelKind {
  /// What is taken out of every window where nobody says, if the model's own paper takes something out; nil leaves it to the
  /// evaluation.
  ///
  /// The PatchTST of arXiv:2211.14730 stands behind an instance normalization. The linear models subtract what they need
  /// themselves.
  public func usualNormalization(under evaluation: Evaluation) -> WindowNormalization? {
    self == .channelPatchTST && evaluation == .strict ? .meanAndDeviation : nil
  }
}
