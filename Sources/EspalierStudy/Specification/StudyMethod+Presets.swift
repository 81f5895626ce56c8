import EspalierTraining

extension StudyMethod {
  /// The methods that have a name, in the order in which they are shown.
  public static let presets: [StudyMethod] = [
    StudyMethod(name: "none", regularizer: .none), StudyMethod(name: "dropout", regularizer: .dropout),
    StudyMethod(name: "mc-dropout", regularizer: .monteCarloDropout),
    pruning("synaptic-pruning") { _ in },
    pruning("default-pruning") { $0.pruning.preset = .default },
    pruning("paper-pruning") { $0.pruning.preset = .paper },
    pruning("early-cubic") { $0.pruning.schedule = "early-cubic" },
    pruning("random-pruning") { $0.pruning.importance = .random },
    pruning("one-shot") { $0.pruning.schedule = "one-shot" },
    pruning("pruning-and-dropout") { $0.dropout = RegularizerConfiguration.publishedDropoutRate },
    pruning("pruning-without-dropout") { $0.dropout = 0 },
    make("weight-decay", .none) { $0.optimizer.kind = .adamW },
    make("tuned-dropout", .dropout) { $0.tuning = Tuning(.dropout, values: [0.1, 0.2, 0.3, 0.4, 0.5]) },
  ]

  /// The method of a name.
  ///
  /// - Throws: ``StudyError/unknownMethod(_:nearest:)``.
  public static func preset(named name: String) throws(StudyError) -> StudyMethod {
    if let method = presets.first(where: { $0.name == name }) { return method }
    throw .unknownMethod(name, nearest: JSON5Node.nearest(name, among: presets.map(\.name)))
  }

  /// The published comparison's.
  public static let published = presets.filter {
    ["none", "dropout", "mc-dropout", "synaptic-pruning"].contains($0.name)
  }

  private static func pruning(_ name: String, _ change: (inout StudyMethod) -> Void) -> StudyMethod {
    make(name, .synapticPruning, change)
  }

  private static func make(
    _ name: String, _ kind: RegularizerKind, _ change: (inout StudyMethod) -> Void
  ) -> StudyMethod {
    var method = StudyMethod(name: name, regularizer: kind)
    change(&method)
    return method
  }
}
