import Espalier
import Foundation

/// How scores, layers and notes look, the same in every command.
enum ScoreText {
  /// A table of a model's scores above those of the naive forecasts.
  static func table(model: String, _ metrics: ForecastMetrics, naive: NaiveMetrics, season: Int) -> String {
    var table = TextTable([
      .text("forecast"), .number("MAE", best: .lowest), .number("RMSE", best: .lowest),
      .number("MASE", decimals: 3, best: .lowest), .number("sMAPE", unit: "%", decimals: 2, best: .lowest),
      .number("R2", decimals: 4, best: .highest),
    ])
    func add(_ name: String, _ metrics: ForecastMetrics) {
      table.add([
        .text(name), .number(metrics.mae), .number(metrics.rmse), .init(metrics.mase), .number(metrics.smape),
        .init(metrics.r2),
      ])
    }
    add(model, metrics)
    add("last value", naive.lastValue)
    if season > 1 { add("\(season) steps before", naive.seasonal) }
    return table.render()
  }

  /// Says plainly whether a model is worth its while.
  static func verdict(_ metrics: ForecastMetrics, naive: NaiveMetrics) -> String {
    verdict(
      metrics.mae,
      naive: [("the last value", naive.lastValue.mae), ("the value one season before", naive.seasonal.mae)])
  }

  /// Says the same of an error and those of at least one naive forecast.
  static func verdict(
    _ error: Double, naive: [(name: String, error: Double)], measure: String = "mean absolute error"
  ) -> String {
    guard let (name, best) = naive.min(by: { $0.error < $1.error }) else { return "" }
    if error < best {
      let rank = naive.count > 1 ? ", the \(naive.count > 2 ? "best" : "better") naive forecast" : ""
      return "The model's \(measure) is \(difference(1 - error / best)) below that of \(name)\(rank)."
    }
    let ratio = error / best
    if ratio == 1 { return "The model does NOT beat the naive forecast: it is as good as \(name)." }
    let how =
      ratio < 2
      ? "\(difference(ratio - 1)) above" : ratio.isFinite ? "\(String(format: "%.1f", ratio)) times" : "far above"
    return "The model does NOT beat the naive forecast: its \(measure) is \(how) that of \(name)."
  }

  /// Errors in units of the scaler, as a sentence.
  static func scaled(_ errors: ScaledErrors) -> String {
    String(
      format: "On scaled data: mean squared error %.4f, mean absolute error %.4f over all windows, steps and series.",
      errors.mse, errors.mae)
  }

  /// The same for programs.
  static func json(_ errors: ScaledErrors) -> JSONValue {
    .object(["mse": .double(errors.mse), "mae": .double(errors.mae), "scored": .int(errors.count)])
  }

  private static func difference(_ fraction: Double) -> String {
    fraction < 0.0005 ? "less than 0.1 %" : percent(fraction)
  }

  /// A fraction as a percentage with one decimal.
  static func percent(_ fraction: Double) -> String { String(format: "%.1f %%", fraction * 100) }

  /// The scores' members of a JSON object.
  static func json(_ metrics: ForecastMetrics) -> JSONLine {
    [
      "mae": .double(metrics.mae), "rmse": .double(metrics.rmse), "mase": .optional(metrics.mase),
      "smape": .double(metrics.smape), "r2": .optional(metrics.r2), "scored": .int(metrics.count),
    ]
  }

  /// The naive forecasts' scores.
  static func json(_ naive: NaiveMetrics) -> JSONValue {
    .object(["last_value": .object(json(naive.lastValue)), "seasonal": .object(json(naive.seasonal))])
  }

  /// The layers of a sparsity report.
  static func json(_ report: SparsityReport) -> JSONValue {
    .array(
      report.layers.map { layer in
        .object([
          "name": .string(layer.name), "shape": .array(layer.shape.map(JSONValue.int)), "weights": .int(layer.total),
          "active": .int(layer.active), "sparsity": .double(layer.sparsity),
        ])
      })
  }
}
