import EspalierCommand
import Foundation
import Testing

/// What is said of data that a model forecasts from, beside the forecasts.
@Suite struct ForecastNotesCommandTests {
  private let bench: Workbench
  private let model: String

  init() throws {
    bench = try Workbench()
    model = bench.path("m.safetensors")
  }

  /// Series of 60 numbered rows each.
  private func numbered(_ ids: [String], step: Int = 1, known: (String, Int) -> Bool = { _, _ in true }) -> String {
    let rows = ids.flatMap { id in
      (0..<60).map { row in
        "\(id),\(row * step + 1),\(known(id, row) ? "\(10 + 3 * sin(Double(row) / 3) + Double(row % 7))" : "")"
      }
    }
    return (["unique_id,ds,load"] + rows).joined(separator: "\n")
  }

  @Test func numbersGoOnAsNumbers() throws {
    let file = try bench.write("n.csv", numbered(["a", "b"]))
    let trained = bench.train(file, ["--horizon", "2", "--out", model])
    #expect(trained.code == 0 && trained.errors.contains("Column \"ds\" holds whole numbers and no dates"))
    #expect(bench.run(["inspect", model]).output.contains("one row every 1"))
    let lines = bench.run(["predict", model, file]).output.split(separator: "\n")
    #expect(lines.count == 5 && lines[1].hasPrefix("61,a,1,") && lines[4].hasPrefix("62,b,2,"))
    #expect(bench.run(["predict", model, file, "--json"]).output.hasPrefix("{\"time\": 61, \"series\": \"a\", "))
    let other = bench.run(["forecast", model, try bench.write("o.csv", numbered(["a"], step: 3))])
    #expect(other.code == 1 && other.output.isEmpty)
    #expect(other.errors.contains("was trained on steps of 1 and these data have steps of 3"))
  }

  @Test func whatStandsInForTargetsAndUntrainedSeriesIsSaid() throws {
    let file = try bench.write("n.csv", numbered(["a", "b", "c"]))
    #expect(bench.train(file, ["--horizon", "2", "--out", model]).code == 0)
    let new = try bench.write("new.csv", numbered(["a", "b", "zz"]) { id, row in id == "a" || id == "b" && row < 50 })
    for command in ["predict", "forecast"] {
      let outcome = bench.run([command, model, new])
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains("1 of 3 series was not trained on (\"zz\")"))
      #expect(outcome.errors.contains("1 of 3 series have no known \"load\" and were skipped."))
      #expect(outcome.errors.contains("1 of 3 series end in rows without a known \"load\" (at most 10 rows, in series"))
    }
    #expect(!bench.run(["predict", model, new, "--all"]).errors.contains("forecasts begin behind"))
  }

  @Test func aGapInAFileOfTheFutureIsItsOwn() throws {
    let file = try bench.table()
    #expect(bench.train(file, ["--known", "heat", "--horizon", "3", "--out", model]).code == 0)
    let future = try bench.write("f.csv", "date,heat\n2020-03-01,5\n2020-03-02,5\n2020-03-04,5\n")
    let outcome = bench.run(["forecast", model, file, "--future", future])
    #expect(outcome.code == 1)
    #expect(
      outcome.errors.hasPrefix("espalier: \(future): Rows come every 1 d, and one is missing, first between 2020-03-02")
    )
  }

  @Test func levelsLieBetweenTheBounds() throws {
    let file = try bench.table()
    #expect(bench.train(file, ["--loss", "student-t", "--out", model]).code == 0)
    let sentence = "--quantiles must be a number above 0 and below 1, not '1'."
    let trained = bench.train(file, ["--loss", "quantile", "--quantiles", "0.5,1"])
    let predicted = bench.run(["predict", model, file, "--quantiles", "0.5,1"])
    #expect(trained.code == 64 && predicted.code == 64)
    #expect(trained.errors.contains(sentence) && predicted.errors.contains(sentence))
    #expect(bench.run(["predict", "--help"]).output.contains("above 0 and below 1"))
    let far = bench.run(["predict", model, file, "--quantiles", "1e-300,0.5"])
    #expect(
      far.code == 1 && far.errors.contains("The quantile at the level 1e-300 is not a finite number; ask for levels"))
  }
}
