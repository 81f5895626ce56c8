import Espalier
import Foundation

/// `espalier inspect`: what is in a model's file.
enum InspectCommand {
  static let command = Command(
    "inspect", summary: "Show what is in a model's file: sizes, layers, sparsity and how it was trained",
    examples: ["espalier inspect model.safetensors"], parameters: [ForecastingOptions.model.parameter]
  ) { context in
    let path = context[ForecastingOptions.model]
    let saved = try SavedModel(path: path)
    let size = try FileManager.default.attributesOfItem(atPath: path)[.size] as? Int ?? 0
    if context.wantsJSON {
      context.print(try json(saved, bytes: size).text)
    } else {
      context.print(text(saved, bytes: size))
    }
  }

  private static func text(_ saved: SavedModel, bytes: Int) -> String {
    let task = saved.preparation.task
    let training = saved.run.training
    let model = saved.run.model
    var sizes = model.kind.isLinear ? "linear" : "hidden \(model.hidden)"
    if model.kind.hasAttention {
      sizes += ", heads \(model.heads), layers \(model.layers), feed-forward \(model.feedForward)"
    }
    if model.kind == .channelPatchTST {
      sizes += ", patches of \(model.patchSize.length) every \(model.patchSize.stride)"
    }
    if let blocks = model.blocks {
      sizes += "; smaller blocks "
      sizes += blocks.map { "\($0.heads) x \($0.headWidth), \($0.feedForward)" }.joined(separator: " and ")
    }
    let facts = [
      ("model", "\(model.kind.rawValue), \(sizes)"),
      ("parameters", "\(saved.model.parameterCount) in \(bytes) bytes"),
      ("target", task.target),
      ("inputs", saved.preparation.inputNames.joined(separator: ", ")),
      ("known ahead", saved.preparation.futureNames.joined(separator: ", ")),
      ("static", saved.preparation.staticNames.joined(separator: ", ")),
      ("look-back", "\(task.lookback), horizon \(task.horizon)"),
      (
        "prepared",
        "\(task.evaluation.rawValue) evaluation, scaler \(task.scaler.rawValue), normalization "
          + saved.preparation.normalization.rawValue
          + (saved.preparation.series.map { ", scalers of \($0.count) series" } ?? "")
          + (saved.preparation.grid.map { ", one row every \($0)" } ?? "")
      ),
      ("loss", loss(training.loss)),
      ("regularizer", regularizer(saved.run.regularizer)),
      (
        "training",
        "\(training.epochs) epochs at most, batch \(training.batchSize), \(training.optimizer.kind.rawValue), learning "
          + "rate \(training.optimizer.learningRate), seed \(saved.run.seed)"
      ),
      ("seen", saved.extent.map { "data up to \($0)" } ?? ""),
    ].filter { !$0.1.isEmpty }
    let width = facts.map(\.0.count).max() ?? 0
    let lines = facts.map { $0.0 + String(repeating: " ", count: width - $0.0.count) + "  " + $0.1 }
    return lines.joined(separator: "\n") + "\n\n\(saved.sparsity)"
  }

  private static func loss(_ loss: LossKind) -> String {
    switch loss {
    case .huber(let delta): "\(loss.name), linear beyond \(delta)"
    case .quantiles(let levels): "\(loss.name), levels \(levels.map { "\($0)" }.joined(separator: ", "))"
    default: loss.name
    }
  }

  private static func regularizer(_ configuration: RegularizerConfiguration) -> String {
    switch configuration.kind {
    case .none: return "none"
    case .dropout, .monteCarloDropout: return "\(configuration.kind.rawValue), rate \(configuration.dropoutRate)"
    case .synapticPruning:
      guard let pruning = configuration.pruning else { return configuration.kind.rawValue }
      return "\(configuration.kind.rawValue), \(pruning.schedule.name) to \(pruning.schedule.finalSparsity), "
        + "warm-up \(pruning.timing.warmup), every \(pruning.timing.every) steps, \(pruning.scope.rawValue), "
        + "\(pruning.importance.rawValue), \(pruning.rule.rawValue) rule"
    }
  }

  private static func json(_ saved: SavedModel, bytes: Int) throws -> JSONLine {
    let report = saved.sparsity
    let task = saved.preparation.task
    var line: JSONLine = [
      "model": .string(saved.run.model.kind.rawValue), "parameters": .int(saved.model.parameterCount),
      "bytes": .int(bytes), "target": .string(task.target),
      "inputs": .array(saved.preparation.inputNames.map(JSONValue.string)), "lookback": .int(task.lookback),
      "horizon": .int(task.horizon), "evaluation": .string(task.evaluation.rawValue),
      "normalization": .string(saved.preparation.normalization.rawValue), "sparsity": .double(report.sparsity),
      "layers": ScoreText.json(report), "run": try JSONValue(encoding: saved.run),
    ]
    line["seen_to"] = saved.extent.map { .string($0.description) }
    return line
  }
}
