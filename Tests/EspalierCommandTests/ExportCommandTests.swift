import EspalierCommand
import Foundation
import Testing

@Suite struct ExportCommandTests {
  private let bench: Workbench
  private let table: String
  private let model: String

  init() throws {
    bench = try Workbench()
    table = try bench.table()
    model = bench.path("m.safetensors")
    #expect(bench.train(table, ["--out", model]).code == 0)
  }

  @Test func onnxSaysWhatGoesIn() throws {
    let out = bench.path("m.onnx")
    let outcome = bench.run(["export", model, "--onnx", out])
    let size = try bench.bytes("m.onnx").count
    let before = try bench.bytes("m.safetensors").count
    #expect(
      outcome
        == .init(
          code: 0,
          output: "The result is in \(out): \(size) bytes instead of \(before).\n"
            + "Its input 'series' holds, step by step: load, heat.\n", errors: ""))
    let text = String(decoding: try bench.bytes("m.onnx"), as: UTF8.self)
    #expect(text.contains("espalier.inputs") && text.contains("[\"load\",\"heat\"]"))
    let raw = try bench.bytes("m.onnx")
    let line = bench.run(["export", model, "--onnx", out, "--units", "scaled", "--json"]).output
    #expect(line.contains("\"units\": \"scaled\"") && line.contains("\"inputs\": [\"load\", \"heat\"]"))
    #expect(try bench.bytes("m.onnx") != raw)
  }

  @Test func dropoutIsLeftOutWithANote() throws {
    let dropping = bench.path("d.safetensors")
    #expect(
      bench.train(table, ["--regularizer", "mc-dropout", "--out", dropping], without: ["--warmup"]).code == 0)
    let outcome = bench.run(["export", dropping, "--onnx", bench.path("d.onnx")])
    #expect(outcome.code == 0 && outcome.errors.contains("forecasts without dropout"))
  }

  @Test func badLinesAreOneSentence() throws {
    let out = bench.path("o.onnx")
    let lines: [(words: [String], code: Int32, part: String)] = [
      (["export", model], 64, "--dense or --onnx"), (["export", model, "--dense"], 64, "--out is missing"),
      (["export", model, "--onnx", out, "--dense"], 64, "no effect beside it"),
      (["export", model, "--onnx", out, "--out", out], 64, "no effect beside it"),
      (["export", model, "--dense", "--out", out, "--units", "raw"], 64, "no effect without --onnx"),
      (["export", model, "--onnx", model], 64, "would overwrite"),
      (["export", model, "--onnx", bench.path("no/o.onnx")], 1, "there is no folder"),
      (["export", table, "--onnx", out], 1, "t.csv"),
    ]
    for (words, code, part) in lines {
      let outcome = bench.run(words)
      #expect(outcome.code == code && outcome.output.isEmpty && outcome.errors.contains(part), "\(words): \(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(!bench.names.contains("o.onnx"))
  }
}
