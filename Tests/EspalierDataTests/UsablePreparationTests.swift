import EspalierData
import Foundation
import Testing

@Suite struct UsablePreparationTests {
  /// Numbers that somebody has put into a model's file must not reach arithmetic that traps.
  @Test(arguments: [
    ("\"step\":3600000", "\"step\":9223372036854775807"), ("\"step\":3600000", "\"step\":-9223372036854775808"),
    ("\"step\":3600000", "\"step\":0"), ("\"scale\":", "\"scale\":-"), ("\"scale\":", "\"scale\":1e300,\"was\":"),
    ("\"offset\":", "\"offset\":1e300,\"was\":"),
  ])
  func editedNumbersAreNoticed(original: String, edited: String) throws {
    let dataset = try DatasetCatalogue.load("synthetic", folder: nil)
    let fitted = try dataset.prepare(dataset.description.task(lookback: 4, horizon: 1, evaluation: .strict)).fitted
    #expect(fitted.isUsable)
    #expect(try !editing(fitted, original, edited).isUsable)
  }

  /// Without them the forecasts would be those of other scalers.
  @Test func scalersOfEverySeriesAreThereWhereTheTaskSaysSo() throws {
    var task = try DatasetCatalogue.load("synthetic", folder: nil).description.task(
      lookback: 4, horizon: 1, evaluation: .strict)
    let table = try DatasetCatalogue.load("synthetic", folder: nil).table
    let shared = try PreparedData(table: table, task: task).fitted
    task.scaling = .perSeries
    let own = try PreparedData(table: table, task: task).fitted
    #expect(own.isUsable && shared.isUsable)
    #expect(try !editing(own, "\"series\":", "\"others\":").isUsable)
    #expect(try !editing(own, "\"per-series\"", "\"shared\"").isUsable)
  }

  private func editing(
    _ fitted: FittedPreparation, _ original: String, _ edited: String
  ) throws -> FittedPreparation {
    let text = String(decoding: try JSONEncoder().encode(fitted), as: UTF8.self)
    #expect(text.contains(original))
    let changed = text.replacingOccurrences(of: original, with: edited)
    return try JSONDecoder().decode(FittedPreparation.self, from: Data(changed.utf8))
  }
}
