import EspalierCommand
import Foundation
import Testing

@Suite struct ModelFileCommandTests {
  private let bench: Workbench
  private let table: String
  private let model: String

  init() throws {
    bench = try Workbench()
    table = try bench.table()
    model = bench.path("m.safetensors")
    #expect(bench.train(table, ["--out", model, "--hidden", "32"]).code == 0)
  }

  private func object(_ text: String) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  @Test func pruneReportsAndWritesAModel() throws {
    let out = bench.path("p.safetensors")
    let outcome = bench.run(["prune", model, "--sparsity", "0.9", "--scope", "per-tensor", "--out", out])
    #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome)")
    #expect(outcome.output.contains("cell.weight_hh_l0") && outcome.output.contains(" bytes instead of "))
    let line = try object(bench.run(["prune", model, "--sparsity", "0.9", "--out", out, "--json"]).output)
    #expect(abs((line["sparsity"] as? Double ?? 0) - 0.9) < 0.001)
    #expect(line["bytes_after"] as? Int == (try bench.bytes("p.safetensors")).count)
    #expect(bench.run(["predict", out, table]).code == 0)
    #expect(bench.names == ["m.safetensors", "p.safetensors", "t.csv"])
  }

  @Test func chanceNeedsItsFlag() throws {
    let words = ["prune", model, "--sparsity", "0.9", "--seed", "3", "--out", bench.path("p.safetensors")]
    #expect(bench.run(words).code == 64)
    #expect(bench.run(words + ["--random"]).code == 0)
    let first = try bench.bytes("p.safetensors")
    #expect(bench.run(words + ["--random"]).code == 0)
    #expect(try bench.bytes("p.safetensors") == first)
  }

  @Test func shrinkKeepsTheForecasts() throws {
    let pruned = bench.path("p.safetensors"), small = bench.path("s.safetensors")
    #expect(bench.run(["prune", model, "--sparsity", "0.99", "--out", pruned]).code == 0)
    let outcome = bench.run(["shrink", pruned, "--out", small])
    #expect(outcome.code == 0 && outcome.output.contains("units") && outcome.output.contains(" bytes instead of "))
    let line = try object(bench.run(["shrink", pruned, "--out", small, "--json"]).output)
    #expect(line["weights_after"] as? Int ?? .max < line["weights_before"] as? Int ?? 0)
    func forecast(_ file: String) throws -> Double {
      let row = try #require(bench.run(["predict", file, table]).output.split(separator: "\n").last)
      return try #require(row.split(separator: ",").last.flatMap { Double($0) })
    }
    #expect(abs(try forecast(small) - forecast(pruned)) < 1e-4)
    #expect(bench.run(["inspect", small]).code == 0)
  }

  @Test func exportExpands() throws {
    let pruned = bench.path("p.safetensors"), dense = bench.path("d.safetensors")
    #expect(bench.run(["prune", model, "--sparsity", "0.9", "--out", pruned]).code == 0)
    #expect(bench.run(["export", pruned, "--out", dense]).errors.contains("--dense"))
    #expect(bench.run(["export", pruned, "--dense", "--out", dense]).code == 0)
    let text = String(decoding: try bench.bytes("d.safetensors"), as: UTF8.self)
    #expect(text.contains("\"cell.weight_hh_l0\":{\"dtype\":\"F32\",\"shape\":[32,32]") && !text.contains("row_starts"))
    #expect(bench.run(["predict", dense, table]).output == bench.run(["predict", pruned, table]).output)
  }

  @Test func badInputIsOneSentence() throws {
    let out = bench.path("o.safetensors")
    let lines: [(words: [String], code: Int32, part: String)] = [
      (["prune", model, "--out", out], 64, "--sparsity"),
      (["prune", model, "--sparsity", "2", "--out", out], 64, "0 to 1"),
      (["prune", model, "--sparsity", "1", "--out", out], 1, "keeps 1"),
      (["prune", table, "--sparsity", "0.5", "--out", out], 1, "t.csv"),
      (["prune", model, "--sparsity", "0.5", "--out", model], 64, "would overwrite"),
      (["shrink", model], 64, "--out"), (["shrink", bench.path("none"), "--out", out], 1, "no such file"),
      (["export", model, "--dense", "--out", bench.path("no/o.safetensors")], 1, "there is no folder"),
    ]
    for (words, code, part) in lines {
      let outcome = bench.run(words)
      #expect(outcome.code == code && outcome.output.isEmpty && outcome.errors.contains(part), "\(words): \(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(!bench.names.contains("o.safetensors"))
  }
}
