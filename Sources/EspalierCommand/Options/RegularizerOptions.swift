import Espalier

/// Options that say what regularizes a training.
enum RegularizerOptions {
  static let kind = Option(
    "regularizer", .choice(RegularizerKind.self), default: .synapticPruning,
    help: "What keeps the model from learning by heart")
  static let dropout = Option(
    "dropout", .double("rate", from: 0, to: 0.999),
    otherwise: "\(RegularizerConfiguration.publishedDropoutRate); beside pruning: 0, paper: patchtst 0.3",
    help: "The rate of dropout and mc-dropout; where neither is asked for, of dropout beside pruning")
  static let preset = Option(
    "preset", .choice(PruningChoice.Preset.self), otherwise: "default in the strict evaluation, paper in the paper's",
    help: "Pruning settings that belong together; the options below change single ones")
  static let sparsity = Option(
    "sparsity", .double("fraction", from: 0), otherwise: "0.5; paper: 0.5, lstm 1.2",
    help: "The share of prunable weights that is gone at the end, at most 1")
  static let initialSparsity = Option(
    "initial-sparsity", .double("fraction", from: 0), otherwise: "0; paper: rnn and gru 0.1, lstm 0.7, patchtst 0.01",
    help: "The share that goes at first")
  static let schedule = Option(
    "schedule", .choice(SparsityScheduleKind.names), otherwise: "late-cubic", help: "How the sparsity rises")
  static let warmup = Option(
    "warmup", .int("epochs", from: 0), otherwise: "2; paper: patchtst 5", help: "Epochs before the first pruning")
  static let end = Option(
    "end", .int("epoch", from: 0), otherwise: "three quarters of the training; paper: its end",
    help: "The epoch, counted from 0, at which the final sparsity is reached")
  static let every = Option(
    "every", .int("steps", from: 1), otherwise: "20; paper: 5, lstm 2", help: "Optimizer steps between two prunings")
  static let scope = Option(
    "scope", .choice(PruningScope.self), otherwise: "global",
    help: "Whether weights are ranked all together or in every tensor of its own")
  static let importance = Option(
    "importance", .choice(ImportanceKind.self), otherwise: "magnitude",
    help: "What makes a weight stay; random is the control")
  static let minimum = Option(
    "minimum-per-tensor", .int("weights", from: 0), otherwise: "1; paper: none", help: "Weights that every tensor keeps"
  )

  static let pruning = [
    preset.parameter, sparsity.parameter, initialSparsity.parameter, schedule.parameter, warmup.parameter,
    end.parameter, every.parameter, scope.parameter, importance.parameter, minimum.parameter,
  ]
  /// All but the kind, of which a comparison takes several.
  static let common = [dropout.parameter] + pruning
  static let section = Command.Section("Regularizer", [kind.parameter] + common)

  /// The pruning that the command line asks for.
  ///
  /// - Throws: `UsageError` when an option has no effect on any of the methods, or beside the others.
  static func choice(
    _ context: Context, kinds: [RegularizerKind], evaluation: Evaluation
  ) throws(UsageError) -> PruningChoice {
    let names = kinds.map(\.rawValue).joined(separator: ", ")
    if context.arguments.isGiven(dropout), kinds.allSatisfy({ $0 == .none }) {
      throw .conflict("--dropout has no effect with \(names); leave it out or choose another regularizer.")
    }
    if !kinds.contains(.synapticPruning),
      let option = pruning.first(where: { context.arguments.isGiven(label: $0.label) })
    {
      throw .conflict("\(option.label) has no effect with \(names); leave it out or choose synaptic-pruning.")
    }
    var choice = PruningChoice()
    choice.preset = context[preset]
    choice.sparsity = context[sparsity]
    choice.initialSparsity = context[initialSparsity]
    choice.schedule = context[schedule]
    choice.warmup = context[warmup]
    choice.end = context[end]
    choice.every = context[every]
    choice.scope = context[scope]
    choice.importance = context[importance]
    choice.minimumPerTensor = context[minimum]
    // Where others drop units, the rate is theirs alone.
    if !kinds.contains(.dropout), !kinds.contains(.monteCarloDropout) { choice.dropout = context[dropout] }
    try check(choice, isPaper: choice.preset(in: evaluation) == .paper)
    return choice
  }

  private static func check(_ choice: PruningChoice, isPaper: Bool) throws(UsageError) {
    for (option, value) in [(sparsity, choice.sparsity), (initialSparsity, choice.initialSparsity)] {
      if let value, value > 1, !isPaper {
        throw .badValue(
          name: option.parameter.label, value: "\(value)", expected: "a number from 0 to 1", nearest: nil)
      }
    }
    if let name = choice.schedule, choice.initialSparsity != nil, ["one-shot", "constant"].contains(name) {
      throw .conflict(
        "--initial-sparsity has no effect on the schedule '\(name)', which has one sparsity; leave it out.")
    }
    if isPaper, choice.minimumPerTensor != nil {
      throw .conflict("--minimum-per-tensor has no effect on the preset 'paper', which keeps no weights; leave it out.")
    }
  }

  /// The regularizer of a command with one method and one model.
  ///
  /// - Throws: `UsageError` as ``choice(_:kinds:evaluation:)`` or for dropout in a linear model, or `PruningError` when the
  ///   settings don't go together.
  static func configuration(
    _ context: Context, model: ModelKind, evaluation: Evaluation
  ) throws -> RegularizerConfiguration {
    if model.isLinear, [.dropout, .monteCarloDropout].contains(context[kind]) {
      throw UsageError.conflict(
        "--regularizer \(context[kind].rawValue) has no effect on \(model.rawValue), which has no units to drop; choose none or "
          + "synaptic-pruning.")
    }
    if model.isLinear, context[dropout] != nil {
      throw UsageError.conflict(
        "--dropout has no effect on \(model.rawValue), which has no units to drop; leave it out.")
    }
    let choice = try choice(context, kinds: [context[kind]], evaluation: evaluation)
    return RegularizerConfiguration(
      // Beside pruning the rate is one of the pruning's settings.
      kind: context[kind],
      dropoutRate: context[kind] == .synapticPruning
        ? RegularizerConfiguration.publishedDropoutRate
        : context[dropout] ?? RegularizerConfiguration.publishedDropoutRate,
      pruning: context[kind] == .synapticPruning
        ? try choice.configuration(of: model, evaluation: evaluation) : nil)
  }
}
