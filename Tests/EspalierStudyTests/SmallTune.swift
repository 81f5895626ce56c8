import EspalierStudy

extension StudyFolder {
  /// A search in a store of this folder, without data files.
  func tuneJob(_ configuration: TuneConfiguration, _ file: String) throws -> TuneJob {
    try TuneJob(
      configuration, store: try StudyStore.open(path(file)), environment: SmallStudy.environment, dataFolder: nil,
      folder: "nowhere")
  }
}

enum SmallTune {
  /// A result but for times, which are never the same twice.
  static func numbers(_ result: TuneResult) -> [[[Double]]] {
    result.rungs.map { $0.map { [Double($0.candidate.number), $0.sparsity, $0.active] + $0.losses + $0.testErrors } }
  }
}
