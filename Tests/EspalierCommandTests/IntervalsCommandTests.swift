import EspalierCommand
import Foundation
import Testing

@Suite struct IntervalsCommandTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func intervals(_ more: [String] = []) throws -> Workbench.Outcome {
    bench.run(["intervals", try bench.table(rows: 200)] + Workbench.quick + more)
  }

  @Test func tablesStandForEveryLevel() throws {
    let outcome = try intervals(["--levels", "50,87.5"])
    #expect(outcome.code == 0)
    #expect(outcome.errors.split(separator: "\n").count == 6)
    #expect(outcome.errors.hasPrefix("mse loss, epoch 1/3: training loss "))
    let lines = outcome.output.split(separator: "\n")
    #expect(lines[0] == "Prediction intervals of load of t: look-back 3, horizon 1, synaptic-pruning, seed 42")
    #expect(
      lines[1]
        == "40 test windows; trained on 137, selected by 10, calibrated on 10; widths and scores in the unit of load")
    #expect(lines.contains("50 % intervals") && lines.contains("87.5 % intervals") && lines.contains("Point forecasts"))
    #expect(lines.count { $0.hasPrefix("rnn, quantile") } == 7 && lines.count { $0.hasPrefix("last value") } == 5)
    #expect(
      lines.last == "The interval score is the width, plus 4 and 16 times the distance of a truth outside.")
    #expect(try intervals(["--levels", "50,87.5"]) == outcome)
  }

  @Test func jsonHasALineAnIntervalMethod() throws {
    let outcome = try intervals(["--json", "--quiet", "--levels", "80", "--loss", "normal", "--horizon", "2"])
    #expect(outcome.code == 0 && outcome.errors.isEmpty)
    let lines = outcome.output.split(separator: "\n")
    let head = try object(lines[0])
    #expect(head["target"] as? String == "load" && (head["points"] as? [Any])?.count == 2)
    let rows = try lines.dropFirst().map(object)
    #expect(
      rows.compactMap { $0["intervals"] as? String } == ["uncalibrated", "split", "adaptive", "split", "adaptive"])
    #expect(rows.allSatisfy { $0["level"] as? Double == 0.8 && ($0["steps"] as? [Any])?.count == 2 })
    #expect(rows.allSatisfy { $0["coverage"] is Double })
  }

  @Test func monteCarloDropoutHasARowOfItsOwn() throws {
    let words =
      ["intervals", try bench.table(rows: 200)] + Workbench.quick.filter { $0 != "--warmup" && $0 != "0" }
      + ["--regularizer", "mc-dropout", "--levels", "80", "--quiet"]
    let json = bench.run(words + ["--json"])
    try #require(json.code == 0, "\(json.errors)")
    let rows = try json.output.split(separator: "\n").dropFirst().map(object)
    let own = rows.filter { $0["forecast"] as? String == "rnn, mse" }
    #expect(own.compactMap { $0["intervals"] as? String } == ["uncalibrated", "split", "adaptive"])
    #expect(own.allSatisfy { $0["coverage"] is Double })
    #expect(own[0]["mean_width"] as? Double ?? 0 > 0 && own[0]["interval_score"] is Double)
    let table = bench.run(words).output
    #expect(table.contains("Uncalibrated intervals of mc-dropout hold the model's uncertainty only"))
    #expect(try !intervals(["--quiet"]).output.contains("mc-dropout"))
  }

  @Test func predictShowsQuantiles() throws {
    let model = bench.path("m.safetensors")
    let file = try bench.table()
    #expect(bench.train(file, ["--loss", "quantile", "--quantiles", "0.1,0.5,0.9", "--out", model]).code == 0)
    let lines = bench.run(["predict", model, file]).output.split(separator: "\n")
    #expect(lines.count == 2 && lines[0] == "time,step,forecast,q0.1,q0.5,q0.9")
    let fields = lines[1].split(separator: ",").dropFirst(2).compactMap { Double($0) }
    #expect(fields.count == 4 && fields[0] == fields[2] && fields[1] <= fields[2] && fields[2] <= fields[3])
    let all = bench.run(["predict", model, file, "--all", "--quantiles", "0.3"]).output.split(separator: "\n")
    #expect(all[0] == "time,step,forecast,q0.3,truth")
    let json = try object(bench.run(["predict", model, file, "--json"]).output)
    #expect((json["quantiles"] as? [String: Double])?.keys.sorted() == ["0.1", "0.5", "0.9"])

    let outside = bench.run(["predict", model, file, "--quantiles", "0.95"])
    #expect(outside.code == 1 && outside.errors.contains("lies outside the levels 0.1 to 0.9"))
    #expect(bench.train(file, ["--out", model]).code == 0)
    let none = bench.run(["predict", model, file, "--quantiles", "0.5"])
    #expect(none.code == 1 && none.errors.contains("This model tells no quantiles"))
    #expect(bench.run(["predict", model, file]).output.hasPrefix("time,step,forecast\n"))
  }

  @Test(arguments: [
    (["--levels", "100"], Int32(64), "--levels must be a number above 0, at most 99.9999"),
    (["--levels", "80,80"], 64, "--levels names 80 twice; name each coverage once."),
    (["--levels", "95,80,80.0000001"], 64, "--levels names 80 twice; name each coverage once."),
    (["--calibration", "0"], 64, "--calibration must be a number above 0"),
    (["--window", "0"], 64, "--window must be a whole number of at least 1"),
    (["--step-sizes", "-1"], 64, "--step-sizes must be a number of at least 0"),
    (["--calibration", "0.01"], 1, "the calibration part"),
  ])
  func badSettingsAreRefused(words: [String], code: Int32, sentence: String) throws {
    let outcome = try intervals(words)
    #expect(outcome.code == code && outcome.errors.contains(sentence) && outcome.output.isEmpty, "\(outcome.errors)")
  }

  @Test func thePaperHasNoCalibrationPart() throws {
    let words = Workbench.quick.filter { $0 != "--warmup" && $0 != "0" }
    let outcome = bench.run(["intervals", try bench.table()] + words + ["--evaluation", "paper"])
    #expect(outcome.code == 1 && outcome.errors.contains("choose the strict one"))
  }
}
