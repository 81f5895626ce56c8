import EspalierCommand
import Foundation
import Testing

@Suite struct BacktestCommandTests {
  private let bench: Workbench

  init() throws {
    bench = try Workbench()
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func backtest(_ more: [String] = [], rows: Int = 80) throws -> Workbench.Outcome {
    bench.run(["backtest", try bench.table(rows: rows)] + Workbench.quick + more)
  }

  /// Two shops, the second of which opens later.
  private func shops() throws -> String {
    let days = Workbench.lines(80).dropFirst().map { $0.split(separator: ",") }
    let rows = ["a", "b"].flatMap { shop in
      days.dropFirst(shop == "a" ? 0 : 40).map { "\(shop),\($0[0]),\($0[1]),\($0[2])" }
    }
    return try bench.write("shops.csv", (["shop,date,load,heat"] + rows).joined(separator: "\n") + "\n")
  }

  @Test func tablesAndVerdict() throws {
    let words = ["--origins", "3", "--horizon", "4", "--season", "7", "--by-origin", "--by-step", "--by-series"]
    let outcome = try backtest(words)
    #expect(outcome.code == 0, "\(outcome.errors)")
    let lines = outcome.output.split(separator: "\n", omittingEmptySubsequences: false)
    #expect(lines[0] == "rnn forecasts load of t: look-back 3, horizon 4, synaptic-pruning, seed 42")
    #expect(
      lines[1]
        == "3 origins 4 rows apart, expanding window, trained at every origin; MAE and RMSE in the unit of load")
    #expect(lines[3].hasPrefix("forecast") && lines[3].contains("OWA") && !lines[3].contains("WRMSSE"))
    let names = lines[5..<9].map { $0.prefix { $0 != " " } }
    #expect(names == ["rnn", "last", "7", "Naive2"] && lines[8].contains(" 1.000"))
    #expect(lines.contains { $0.hasPrefix("origin  known up to") && $0.hasSuffix("MAE, 7 steps before") })
    #expect(lines.contains { $0.contains("2020-03-08") && $0.contains("     1 ") })
    #expect(lines.contains { $0.hasPrefix("step  windows") } && lines.contains { $0.hasPrefix("target  windows") })
    // The verdict is that of the mean absolute errors.
    let scores = try backtest(words + ["--json", "--quiet"]).output.split(separator: "\n").map(object)
    let errors = scores[1...4].compactMap { $0["mae"] as? Double }
    let best = try #require(errors.dropFirst().min())
    let names4 = ["", "the last value", "the value one season before", "Naive2"]
    let name = names4[try #require(errors.dropFirst().firstIndex(of: best))]
    let beats = errors[0] < best
    #expect(scores[0]["beats_naive"] as? Bool == beats && scores[0]["compared_by"] as? String == "mae")
    let verdict = try #require(lines.last { !$0.isEmpty })
    #expect(
      verdict.hasPrefix(beats ? "The model's mean absolute error is " : "The model does NOT beat the naive forecast: "))
    #expect(verdict.contains("that of \(name)"))
    #expect(try backtest(words + ["--threads", "1"]).output == outcome.output)
  }

  @Test func jsonHasALineAForecaster() throws {
    let outcome = try backtest([
      "--json", "--quiet", "--origins", "3", "--refit", "2", "--window", "sliding", "--by-step", "--season", "1",
      "--horizon", "2", "--trials", "2",
    ])
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
    let lines = try outcome.output.split(separator: "\n").map(object)
    let head = lines[0]
    #expect(head["refit"] as? String == "2" && head["window"] as? String == "sliding")
    #expect(head["window_rows"] as? Int == 74 && head["step"] as? Int == 2 && head["beats_naive"] is Bool)
    let trainings = try #require(head["trainings"] as? [[String: Any]])
    #expect(trainings.map { $0["origin"] as? Int } == [1, 1, 3, 3])
    #expect(trainings.map { $0["seed"] as? Int } == [42, 43, 42, 43])
    #expect((head["failures"] as? [Any])?.isEmpty == true)
    #expect(lines.dropFirst().map { $0["scope"] as? String } == ["overall", "overall", "step", "step", "step", "step"])
    #expect(lines.dropFirst(3).map { $0["step"] as? Int } == [1, 1, 2, 2])
    #expect(lines[1]["windows"] as? Int == 6 && lines[1]["scored"] as? Int == 12 && lines[1]["mae"] is Double)
    #expect(lines[1]["wrmsse"] is NSNull && lines[2]["owa"] as? Double == 1)
  }

  @Test func allForecastsGoToAFile() throws {
    let path = bench.path("f.csv")
    let words = ["--series", "shop", "--origins", "2", "--horizon", "3", "--by-series", "--season", "7", "--out", path]
    let outcome = bench.run(["backtest", try shops()] + Workbench.quick + words)
    #expect(outcome.code == 0 && outcome.output.hasSuffix("All forecasts are in \(path).\n"), "\(outcome.errors)")
    #expect(outcome.output.contains("trained at every origin, 2 of 2 series; MAE"))
    #expect(outcome.output.contains("WRMSSE weighs series by the sum over the last 7 rows before an origin."))
    let text = try #require(String(bytes: try bench.bytes("f.csv"), encoding: .utf8))
    let rows = text.split(separator: "\n").map { $0.split(separator: ",", omittingEmptySubsequences: false) }
    #expect(
      rows[0].joined(separator: ",")
        == "origin,cutoff,series,time,step,seed,forecast,truth,last_value,seasonal,naive2")
    #expect(rows.count == 13 && rows.allSatisfy { $0.count == 11 })
    #expect(rows[1][..<6] == ["1", "2020-03-14", "a", "2020-03-15", "1", "42"])
    #expect(rows[12][..<6] == ["2", "2020-03-17", "b", "2020-03-20", "3", "42"])
    let file = Workbench.lines(80).map { $0.split(separator: ",") }
    #expect(rows[1][7] == file[75][1] && rows[1][8] == file[74][1] && rows[1][9] == file[68][1])
    let values = rows.dropFirst().compactMap { Double($0[6]) }
    #expect(values.count == 12 && values.allSatisfy(\.isFinite))
    // With all digits that they are scored by.
    #expect(rows.dropFirst().contains { Double($0[6]) != Double("\(Float($0[6]) ?? 0)") })
  }

  @Test func channelsAreComparedByMASE() throws {
    let words =
      ["backtest", try bench.table(rows: 80), "--channels", "load,heat"] + Workbench.quick.dropFirst(2)
      + ["--origins", "2", "--horizon", "2", "--season", "60"]
    let outcome = bench.run(words)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("; MAE and RMSE mix the units of the series\n"))
    #expect(outcome.output.contains(" MASE is "))
    let head = try object(bench.run(words + ["--json"]).output.split(separator: "\n")[0])
    #expect(head["compared_by"] as? String == "mase")
  }

  @Test func windowsWithoutMASEAreExplained() throws {
    let words = ["--series", "shop", "--origins", "2", "--horizon", "3", "--season", "60"]
    let outcome = bench.run(["backtest", try shops()] + Workbench.quick + words)
    #expect(
      outcome.output.contains(
        "2 of 4 windows have no MASE, because their past is no longer than a season or never differs from the season "
          + "before."), "\(outcome.errors)")
  }

  #if os(Linux)
    @Test func aFullDiskDoesNotCostTheScores() throws {
      let outcome = try backtest(["--origins", "2", "--out", "/dev/full"])
      #expect(outcome.code == 1 && outcome.errors.contains("No space left on device"))
      #expect(outcome.output.contains("2 origins 1 rows apart") && !outcome.output.contains("All forecasts are in"))
    }
  #endif

  @Test func failuresStandInTheOutput() throws {
    let file = try bench.table(rows: 80) { row, line in
      guard row < 63 else { return line }
      let fields = line.split(separator: ",")
      return "\(fields[0]),5,\(fields[2])"
    }
    let words = ["backtest", file] + Workbench.quick + ["--origins", "3", "--horizon", "3"]
    let outcome = bench.run(words)
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("Origin 1, seed 42 FAILED: The target \"load\" is constant in the rows to fit"))
    #expect(outcome.output.contains("The scores leave them out, those of the naive forecasts too."))
    let head = try object(bench.run(words + ["--json"]).output.split(separator: "\n")[0])
    let failures = try #require(head["failures"] as? [[String: Any]])
    #expect(failures.count == 1 && failures[0]["origin"] as? Int == 1 && failures[0]["reason"] is String)
  }

  @Test func cancellationLeavesNothing() throws {
    let file = try bench.table(rows: 80)
    let cancellation = CancellationFlag()
    cancellation.cancel(signal: 2)
    let outcome = bench.run(
      ["backtest", file] + Workbench.quick + ["--out", bench.path("f.csv")], cancellation: cancellation)
    #expect(outcome.code == 130 && outcome.output.isEmpty && bench.names == ["t.csv"])
  }

  @Test(arguments: [
    (["--origins", "0"], Int32(64), "--origins must be a whole number from 1 to 1000000"),
    (["--refit", "sometimes"], 64, "--refit must be always, never or a whole number of origins"),
    (["--window", "moving"], 64, "--window must be one of expanding, sliding"),
    (["--window-rows", "20"], 64, "--window-rows has no effect on an expanding window"),
    (["--split", "40,10,10"], 64, "--split has no effect on a backtest"),
    (["--validation", "1"], 64, "--validation must be a number above 0, at most 0.9"),
    (["--evaluation", "paper"], 64, "has no origins to roll; leave it out."),
    (["--static", "hat"], 1, "\"hat\""),
    (["--window", "sliding", "--window-rows", "4"], 1, "A sliding window of 4 rows is too short"),
    (["--origins", "9", "--step", "20"], 1, "at most 4 fit, so ask for fewer"),
    (["--horizon", "60"], 1, "not even one fits, so shorten look-back or horizon"),
    (["--target", "lod"], 1, "has no column \"lod\": the nearest name is \"load\""),
    (["--features", "heet"], 1, "\"heet\""),
  ])
  func badSettingsAreRefused(words: [String], code: Int32, sentence: String) throws {
    let quick = words.first == "--target" ? Array(Workbench.quick.dropFirst(2)) : Workbench.quick
    let outcome = bench.run(
      ["backtest", try bench.table(rows: 80)] + quick + words + ["--out", bench.path("f.csv")])
    #expect(outcome.code == code && outcome.errors.contains(sentence) && outcome.output.isEmpty, "\(outcome.errors)")
    #expect(bench.names == ["t.csv"])
  }

  @Test func theDataAreNotOverwritten() throws {
    let file = try bench.table(rows: 80)
    let outcome = bench.run(["backtest", file] + Workbench.quick + ["--out", file])
    #expect(outcome.code == 64 && outcome.errors.contains("--out would overwrite"))
  }
}
