import EspalierCommand
import Foundation
import Testing

@Suite struct WarmStartCommandTests {
  private let bench: Workbench
  private let table: String
  private let newer: String
  private let model: String

  init() throws {
    bench = try Workbench()
    table = try bench.table()
    newer = try bench.table("newer.csv", rows: 90)
    model = bench.path("m.safetensors")
    #expect(bench.train(table, ["--out", model]).code == 0)
  }

  private func train(_ more: [String]) -> Workbench.Outcome {
    bench.run(["train", newer, "--warm-start", model, "--epochs", "2", "--warmup", "0", "--json", "--quiet"] + more)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func theModelSaysWhatIsForecastFromWhat() throws {
    let out = bench.path("n.safetensors")
    let outcome = train(["--out", out])
    #expect(outcome.code == 0, "\(outcome)")
    let line = try object(outcome.output)
    #expect(line["model"] as? String == "rnn" && line["target"] as? String == "load" && line["lookback"] as? Int == 3)
    #expect(line["sparsity"] as? Double ?? 0 >= 0.5)
    func preparation(_ path: String) throws -> Substring {
      let text = String(decoding: try Data(contentsOf: URL(filePath: path)), as: UTF8.self)
      let begin = try #require(text.range(of: "espalier.preparation"))
      return text[begin.lowerBound...].prefix { $0 != "}" }
    }
    #expect(try preparation(out) == preparation(model))
    #expect(train(["--out", out, "--refit-preparation"]).code == 0)
    #expect(try preparation(out) != preparation(model))
    // What agrees with the model may be said.
    #expect(train(["--model", "rnn", "--lookback", "3", "--hidden", "4", "--target", "load"]).code == 0)
  }

  /// Scores on what the model was trained on are no test; the notes say where that is so.
  @Test func testWindowsThatTheModelHasSeenAreNamed() throws {
    // The model's file has 60 rows, of which it has seen the first 48.
    let words = ["--warm-start", model, "--epochs", "2", "--warmup", "0"]
    let sentence = "test windows are not new to it"
    let older = try bench.table("older.csv", rows: 40)
    let outcome = bench.run(["train", older] + words)
    #expect(outcome.code == 0 && outcome.errors.contains("8 of 8 \(sentence)"), "\(outcome)")
    for file in [table, newer] {
      let outcome = bench.run(["train", file] + words)
      #expect(outcome.code == 0 && !outcome.errors.contains(sentence), "\(outcome)")
    }
  }

  @Test func itCanBeInterruptedToo() throws {
    let checkpoint = bench.path("c.safetensors"), out = bench.path("n.safetensors")
    #expect(train(["--checkpoint", checkpoint, "--out", out]).code == 0)
    let whole = try bench.bytes("n.safetensors")
    try FileManager.default.removeItem(atPath: out)
    try FileManager.default.removeItem(atPath: model)
    #expect(bench.run(["train", "--resume", checkpoint, "--quiet"]).code == 0)
    #expect(try bench.bytes("n.safetensors") == whole)
  }

  @Test func contradictionsAreOneSentence() throws {
    let lines: [(words: [String], code: Int32, part: String)] = [
      (["--lookback", "4"], 64, "--lookback 4 contradicts the model in '\(model)', which has 3"),
      (["--model", "lstm"], 64, "--model lstm contradicts"), (["--hidden", "5"], 64, "which has 4"),
      (["--horizon", "2"], 64, "--horizon 2 contradicts"), (["--target", "heat"], 64, "which has load"),
      (["--evaluation", "paper"], 64, "which has strict"), (["--calendar"], 64, "--calendar true contradicts"),
      (["--features", "heat"], 64, "--features has no effect with --warm-start"),
      (["--out", model], 64, "would overwrite"),
      (["--refit-preparation", "--features", "heat", "--target", "heat"], 1, "heat"),
    ]
    for (words, code, part) in lines {
      let outcome = train(words)
      #expect(outcome.code == code && outcome.output.isEmpty && outcome.errors.contains(part), "\(words): \(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    for flag in ["--refit-preparation", "--regrow"] {
      #expect(bench.train(table, [flag]).errors.contains("\(flag) has no effect without --warm-start"))
    }
    let narrow = try bench.write("narrow.csv", "date,load\n2020-01-01,1\n2020-01-02,2\n")
    let outcome = bench.run(["train", narrow, "--warm-start", model])
    #expect(outcome.code == 1 && outcome.errors.contains("no column \"heat\""), "\(outcome)")
    #expect(bench.run(["train", newer, "--warm-start", table]).errors.contains("t.csv"))
  }
}
