import Espalier

/// What `espalier compare` takes beside the shared options, and the configuration that all of them describe.
enum CompareOptions {
  static let models = Option(
    "models", list: .choice(ModelKind.self), default: [.rnn, .lstm, .patchtst], help: "The forecasters")
  static let lookbacks = Option(
    "lookbacks", list: .int("steps", from: 1, to: 65_536), default: [1, 7, 30], help: "Steps of history")
  static let regularizers = Option(
    "regularizers", list: .choice(RegularizerKind.self), default: RegularizerKind.allCases, help: "The methods")
  static let trials = Option(
    "trials", .int("number", from: 1, to: 1_000_000), default: 10, help: "Seeds a setting, counted on from --seed")

  static let sections =
    [
      Command.Section(
        "Comparison",
        [
          models.parameter, lookbacks.parameter, regularizers.parameter, trials.parameter,
          TrainingOptions.threads.parameter,
        ])
    ] + DataOptions.sections + [
      Command.Section("Task", TaskOptions.common), Command.Section("Model", ModelOptions.common),
      Command.Section("Training", TrainingOptions.common), Command.Section("Regularizer", RegularizerOptions.common),
    ]

  /// Reads the data and describes the comparison.
  ///
  /// - Throws: `UsageError` when options don't go together, or a typed error of the data.
  static func load(_ context: Context) throws -> (ComparisonConfiguration, LoadedData) {
    try refuseRepeated("--models", context[models].map(\.rawValue))
    try refuseRepeated("--lookbacks", context[lookbacks].map(String.init))
    try refuseRepeated("--regularizers", context[regularizers].map(\.rawValue))
    let evaluation = context[TaskOptions.evaluation]
    let sizes = try ModelOptions.sizes(context, kinds: context[models])
    let training = try TrainingOptions.configuration(context, evaluation: evaluation)
    let pruning = try RegularizerOptions.choice(context, kinds: context[regularizers], evaluation: evaluation)
    try DataOptions.checkSplit(context, evaluation)
    let linear = context[models].filter(\.isLinear).map(\.rawValue)
    let dropping = context[regularizers].filter { $0 == .dropout || $0 == .monteCarloDropout }.map(\.rawValue)
    if !linear.isEmpty, !dropping.isEmpty {
      context.note(
        "\(dropping.joined(separator: ", ")) drops nothing in \(linear.joined(separator: ", ")), which has no units to drop."
      )
    }
    let data = try DataOptions.source(context).load()
    var task = TaskOptions.settings(context, lookback: context[lookbacks][0])
    // What is prepared serves all models, so a model's own normalization only where it is alone.
    if task.normalization == nil, context[models].count == 1 {
      task.normalization = context[models][0].usualNormalization(under: evaluation)
    }
    var result = ComparisonConfiguration(task: data.task(task))
    result.models = context[models]
    result.lookbacks = context[lookbacks]
    result.regularizers = context[regularizers]
    result.trials = context[trials]
    result.firstSeed = UInt64(context[TrainingOptions.seed])
    result.sizes = sizes
    result.training = training
    result.dropoutRate = context[RegularizerOptions.dropout] ?? RegularizerConfiguration.publishedDropoutRate
    result.pruning = pruning
    return (result, data)
  }

  private static func refuseRepeated(_ option: String, _ values: [String]) throws(UsageError) {
    var seen: Set<String> = []
    for value in values where !seen.insert(value).inserted {
      throw .conflict("\(option) names '\(value)' twice; name everything once.")
    }
  }
}
