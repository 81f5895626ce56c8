import EspalierCommand
import Foundation
import Testing

@Suite struct CommandFlowTests {
  private let bench: Workbench
  private let model: String

  init() throws {
    bench = try Workbench()
    model = bench.path("m.safetensors")
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func trainPrintsEpochsAndScores() throws {
    let outcome = bench.train(try bench.table(), ["--out", model])
    #expect(outcome.code == 0)
    #expect(outcome.errors.split(separator: "\n").count == 3)
    #expect(outcome.errors.hasPrefix("epoch 1/3: training loss "))
    for words in ["rnn forecasts load of t", "strict evaluation on 12 test windows", "last value", "head.weight"] {
      #expect(outcome.output.contains(words))
    }
    #expect(outcome.output.contains("beat") || outcome.output.contains("below that of"))
    #expect(bench.names == ["m.safetensors", "t.csv"])
  }

  @Test func quietAndJSON() throws {
    let outcome = bench.train(try bench.table(), ["--json", "--quiet"])
    #expect(outcome.errors.isEmpty)
    #expect(outcome.output.split(separator: "\n").count == 1)
    let line = try object(outcome.output)
    #expect(line["dataset"] as? String == "t")
    #expect(line["method"] as? String == "synaptic-pruning")
    #expect(line["sparsity"] as? Double == 0.5)
    #expect((line["test"] as? [String: Any])?["mae"] is Double)
    #expect((line["layers"] as? [Any])?.count == 3)
    #expect(line["beats_naive"] is Bool)
  }

  @Test func sameSeedSameFile() throws {
    let file = try bench.table()
    #expect(bench.train(file, ["--out", model]).code == 0)
    let first = try bench.bytes("m.safetensors")
    #expect(bench.train(file, ["--out", model]).code == 0)
    #expect(try bench.bytes("m.safetensors") == first)
    #expect(bench.train(file, ["--out", model, "--seed", "7"]).code == 0)
    #expect(try bench.bytes("m.safetensors") != first)
  }

  @Test func terminalsGetALiveLine() throws {
    let words = ["train", try bench.table()] + Workbench.quick
    let outcome = bench.run(words, isErrorTerminal: true)
    #expect(outcome.code == 0)
    #expect(!outcome.errors.contains("\n"))
  }

  @Test func predictBehindTheLastRow() throws {
    let file = try bench.table()
    #expect(bench.train(file, ["--out", model, "--horizon", "2"]).code == 0)
    let outcome = bench.run(["predict", model, file])
    let lines = outcome.output.split(separator: "\n")
    #expect(outcome.code == 0 && outcome.errors.isEmpty)
    #expect(lines.count == 3 && lines[0] == "time,step,forecast")
    #expect(lines[1].hasPrefix("2020-03-01,1,") && lines[2].hasPrefix("2020-03-02,2,"))
    let json = bench.run(["predict", model, file, "--json"]).output.split(separator: "\n")
    #expect(json.count == 2)
    #expect(try object(json[1])["time"] as? String == "2020-03-02")
  }

  @Test func predictEveryWindowScoresAsTrainingDid() throws {
    let file = try bench.table()
    let trained = try object(bench.train(file, ["--out", model, "--json"]).output)
    let outcome = bench.run(["predict", model, file, "--all", "--out", bench.path("f.csv")])
    #expect(outcome.code == 0 && outcome.output.contains("last value"))
    let rows = try String(contentsOfFile: bench.path("f.csv"), encoding: .utf8).split(separator: "\n")
    #expect(rows[0] == "time,step,forecast,truth" && rows.count == 1 + 57)
    let errors = rows.suffix(12).map { row in
      let cells = row.split(separator: ",").map { Double($0) ?? .nan }
      return abs(cells[2] - cells[3])
    }
    let mae = try #require((trained["test"] as? [String: Any])?["mae"] as? Double)
    #expect(abs(errors.reduce(0, +) / 12 - mae) < 1e-5)
    let piped = bench.run(["predict", model, file, "--all"])
    #expect(piped.output.split(separator: "\n").count == 58 && piped.errors.contains("MAE"))
  }

  @Test func modelsRememberHowTheirFileWasWritten() throws {
    let text = Workbench.lines { row, line in row % 9 == 8 ? "\(line.prefix(10)),gone,5" : line }
    let file = try bench.write("g.csv", text.joined(separator: "\n"))
    #expect(bench.train(file, ["--missing", "gone", "--out", model]).code == 0)
    #expect(bench.run(["predict", model, file]).code == 0)
    #expect(bench.run(["predict", model, file, "--missing", "other"]).errors.contains("\"gone\""))
  }

  @Test func panelsNameTheirSeriesAndDropoutItsDeviation() throws {
    let lines = Workbench.lines()
    let text = ["\(lines[0]),id"] + lines.dropFirst().flatMap { ["\($0),\"a,b\"", "\($0),c"] }
    let file = try bench.write("p.csv", text.joined(separator: "\n"))
    let trained = bench.train(
      file, ["--series", "id", "--regularizer", "mc-dropout", "--out", model], without: ["--warmup"])
    #expect(trained.code == 0 && trained.output.contains("Mean deviation"))
    let rows = bench.run(["predict", model, file]).output.split(separator: "\n")
    #expect(rows.count == 3 && rows[0] == "time,series,step,forecast,deviation")
    #expect(rows[1].hasPrefix("2020-03-01,\"a,b\",1,") && rows[2].hasPrefix("2020-03-01,c,1,"))
  }

  @Test func inspectShowsLayers() throws {
    #expect(bench.train(try bench.table(), ["--out", model]).code == 0)
    let text = bench.run(["inspect", model])
    #expect(text.code == 0 && text.output.contains("rnn, hidden 4") && text.output.contains("cell.weight_hh_l0"))
    let line = try object(bench.run(["inspect", model, "--json"]).output)
    #expect(line["sparsity"] as? Double == 0.5)
    #expect((line["run"] as? [String: Any])?["seed"] as? Int == 42)
    #expect(line["bytes"] as? Int == (try bench.bytes("m.safetensors")).count)
  }

  @Test func namedDataCanBeTrainedOnWithChanges() throws {
    let words = Array(Workbench.quick.dropFirst(2))
    let outcome = bench.run(["train", "synthetic", "--json", "--features", "temperature"] + words)
    #expect(outcome.code == 0)
    #expect(try object(outcome.output)["inputs"] as? [String] == ["load", "temperature"])
    let refused = bench.run(["train", "synthetic", "--date", "x"] + words)
    #expect(refused.code == 64 && refused.errors.contains("--date has no effect on the data set 'synthetic'"))
  }

  @Test func datasetsAreListedWithTheirState() throws {
    let list = bench.run(["datasets", "--data-folder", bench.path("")]).output
    #expect(list.contains("bitcoin") && list.contains("absent") && list.contains("built in"))
    try bench.write("bitcoin_yahoo.csv", "Date,Close\n")
    let checked = bench.run(["datasets", "--check", "--json", "--data-folder", bench.path("")]).output
    let states = try checked.split(separator: "\n").map { try object($0)["state"] as? String }
    #expect(states.contains("different"))
    #expect(bench.run(["train", "bitcoin", "--data-folder", bench.path("")]).errors.contains("SHA-256"))
    let shown = bench.run(["datasets", "show", "ett-h1"])
    #expect(shown.code == 0 && shown.output.contains("CC BY-ND 4.0") && shown.output.contains("sha256"))
    #expect(bench.run(["datasets", "show", "ett-h2"]).errors.contains("\"ett-h1\""))
  }
}
