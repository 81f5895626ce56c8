import EspalierNN
import EspalierPruning
import EspalierTraining

extension StudyMethod {
  /// A name of ``presets``, or an object; a sweep over sparsities gives several methods.
  static let rule = presetRule.map { [$0] }.or(.object("a method", read))

  private static let presetRule = JSON5Rule.string.map(preset(named:))

  private static func read(_ fields: JSON5Fields) throws -> [StudyMethod] {
    let preset = try fields.takeIfPresent("preset", presetRule)
    let kind = try fields.takeIfPresent("regularizer", .choice(RegularizerKind.self))
    var method = preset ?? StudyMethod(name: "", regularizer: kind ?? .none)
    method.name = try fields.take("name", .nonEmptyString, default: preset?.name ?? method.regularizer.rawValue)
    try fields.take("dropout", .number(in: 0..<1), into: &method.dropout)
    let base = method
    try fields.take("pruning", .object("a pruning") { try $0.pruning(from: base.pruning) }, into: &method.pruning)
    try fields.take(
      "optimizer", .object("an optimizer") { try $0.optimizer(from: base.optimizer) }, into: &method.optimizer)
    try fields.take("tune", .object("a tuning", tuning), into: &method.tuning)
    let values = JSON5Rule<[Double]>.distinctList(of: .number(in: 0...10))
    let sparsities = try fields.takeIfPresent("sparsities", values)
    try fields.finish()
    guard (preset == nil) != (kind == nil) else {
      throw fields.error("must have either a `preset` to start from or a `regularizer`.")
    }
    try checkEffects(of: method, fields)
    if let tuning = method.tuning { try check(tuning, of: method, fields) }
    guard let sparsities else { return [method] }
    if method.pruning.sparsity != nil {
      throw fields.error(at: "pruning", "`sparsity` has no effect beside `sparsities`; leave one of them out.")
    }
    return method.swept(over: sparsities)
  }

  /// Refuses settings that the method does not have.
  private static func checkEffects(of method: StudyMethod, _ fields: JSON5Fields) throws {
    if method.regularizer == .none, fields.contains("dropout") {
      throw fields.error(at: "dropout", "has no effect without a regularizer; choose dropout, mc-dropout or pruning.")
    }
    for key in ["pruning", "sparsities"] where method.regularizer != .synapticPruning && fields.contains(key) {
      throw fields.error(at: key, "has no effect on \(method.regularizer.rawValue); choose synaptic-pruning.")
    }
  }

  private static func tuning(_ fields: JSON5Fields) throws -> Tuning {
    let ranges: [(Tuning.Quantity, JSON5Rule<Double>)] = [
      (.dropout, .number(in: 0..<1)), (.weightDecay, .number(in: 0...)), (.sparsity, .number(in: 0...10)),
    ]
    var found: [Tuning] = []
    for (quantity, number) in ranges {
      let values = try fields.takeIfPresent(quantity.rawValue, .distinctList(of: number, count: 2...1000))
      if let values { found.append(Tuning(quantity, values: values)) }
    }
    try fields.finish()
    guard found.count == 1 else {
      throw fields.error("must list the values of one of dropout, weightDecay and sparsity.")
    }
    return found[0]
  }

  private static func check(_ tuning: Tuning, of method: StudyMethod, _ fields: JSON5Fields) throws {
    switch tuning.quantity {
    case .dropout where method.regularizer == .none, .sparsity where method.regularizer != .synapticPruning:
      throw fields.error(at: "tune", "has no effect on \(method.regularizer.rawValue); choose another regularizer.")
    // What the preset has for dropout is replaced; what is written beside it would be, too, without a word.
    case .dropout where fields.contains("dropout"): throw fields.error(at: "dropout", replaced("rates"))
    case .weightDecay where method.optimizer.weightDecay != nil:
      throw fields.error(at: "optimizer", "`weightDecay` \(replaced("values"))")
    case .sparsity where method.pruning.sparsity != nil:
      throw fields.error(at: "pruning", "`sparsity` \(replaced("values"))")
    case .sparsity where fields.contains("sparsities"): throw fields.error(at: "sparsities", replaced("values"))
    default: break
    }
  }

  private static func replaced(_ noun: String) -> String {
    "has no effect beside the \(noun) that `tune` tries; leave one of them out."
  }
}

extension JSON5Fields {
  /// A choice of pruning, with what is not written taken from a base.
  fileprivate func pruning(from base: PruningChoice) throws -> PruningChoice {
    var result = base
    try take("preset", .choice(PruningChoice.Preset.self), into: &result.preset)
    try take("sparsity", .number(in: 0...10), into: &result.sparsity)
    try take("initialSparsity", .number(in: 0...10), into: &result.initialSparsity)
    let schedule = JSON5Rule.string.map { try SparsityScheduleKind(name: $0, low: 0, high: 0).name }
    try take("schedule", schedule, into: &result.schedule)
    try take("warmup", .integer(in: 0...1_000_000), into: &result.warmup)
    try take("end", .integer(in: 0...1_000_000), into: &result.end)
    try take("every", .integer(in: 1...1_000_000), into: &result.every)
    try take("scope", .choice(PruningScope.self), into: &result.scope)
    try take("importance", .choice(ImportanceKind.self), into: &result.importance)
    try take("minimumPerTensor", .integer(in: 0...1_000_000), into: &result.minimumPerTensor)
    return result
  }

  fileprivate func optimizer(from base: StudyMethod.Optimizer) throws -> StudyMethod.Optimizer {
    var result = base
    try take("kind", .choice(OptimizerConfiguration.Kind.self), into: &result.kind)
    try take("learningRate", .number(above: 0), into: &result.learningRate)
    try take("weightDecay", .number(in: 0...), into: &result.weightDecay)
    return result
  }
}
