import EspalierCommand
import Foundation
import Testing

@Suite struct CheckpointCommandTests {
  private let bench: Workbench
  private let table: String

  init() throws {
    bench = try Workbench()
    table = try bench.table(rows: 120)
  }

  private func line(_ text: String) throws -> [String: Any] {
    var line = try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
    for key in ["seconds", "mask_seconds", "out"] { line[key] = nil }
    return line
  }

  /// Runs a training and cancels it as Ctrl-C does, when the line of an epoch is shown.
  private func interrupt(_ words: [String], afterEpoch epoch: Int) -> Workbench.Outcome {
    let cancellation = CancellationFlag()
    let recorder = Recorder()
    let console = Console(
      write: recorder.console().write,
      writeError: { text in
        recorder.console().writeError(text)
        if text.hasPrefix("epoch \(epoch)/") { cancellation.cancel(signal: 2) }
      })
    let code = Program(EspalierProgram.root, version: "test").run(words, console: console, cancellation: cancellation)
    return Workbench.Outcome(code: code, output: recorder.output, errors: recorder.errors)
  }

  private func words(_ more: [String]) -> [String] { ["train", table] + Workbench.quick + more }

  @Test func anInterruptedTrainingEndsAsIfNothingHadHappened() throws {
    let whole = bench.run(words(["--out", bench.path("whole.safetensors"), "--json", "--quiet"]))
    #expect(whole.code == 0)
    let checkpoint = bench.path("c.safetensors")
    let output = ["--out", bench.path("m.safetensors"), "--checkpoint", checkpoint, "--checkpoint-every", "2"]
    let cut = interrupt(words(output), afterEpoch: 1)
    #expect(cut.code == 130 && cut.output.isEmpty)
    #expect(cut.errors.hasSuffix("espalier: 'espalier train --resume \(checkpoint)' goes on from here.\n"))
    #expect(bench.names == ["c.safetensors", "t.csv", "whole.safetensors"])
    let resumed = bench.run(["train", "--resume", checkpoint, "--json"])
    #expect(resumed.code == 0, "\(resumed)")
    #expect(resumed.errors.hasPrefix("epoch 2/3"), "the first epoch is not trained again")
    #expect(try NSDictionary(dictionary: line(resumed.output)) == NSDictionary(dictionary: line(whole.output)))
    #expect(try bench.bytes("m.safetensors") == bench.bytes("whole.safetensors"))
    // A training that is over is tested and written again, and the whole line may be repeated.
    let again = bench.run(words(["--resume", checkpoint, "--out", bench.path("n.safetensors"), "--json"]))
    #expect(again.code == 0 && again.errors.isEmpty, "\(again)")
    #expect(try bench.bytes("n.safetensors") == bench.bytes("whole.safetensors"))
  }

  @Test func whatContradictsACheckpointIsRefused() throws {
    let checkpoint = bench.path("c.safetensors")
    #expect(bench.run(words(["--checkpoint", checkpoint, "--quiet"])).code == 0)
    let before = try bench.bytes("c.safetensors")
    let other = try bench.table("other.csv", rows: 121)
    let model = bench.path("m.safetensors")
    #expect(bench.train(table, ["--out", model]).code == 0)
    let lines: [(words: [String], code: Int32, part: String)] = [
      (["train", "--resume", checkpoint, "--epochs", "9"], 64, "--epochs has no effect with --resume"),
      (["train", "--resume", checkpoint, "--data-folder", "/tmp"], 64, "--data-folder has no effect with --resume"),
      (words(["--resume", checkpoint, "--seed", "7"]), 64, "written with seed 42 and not 7"),
      (["train", other] + Workbench.quick + ["--resume", checkpoint], 64, "with source.place '"),
      (words(["--checkpoint", checkpoint]), 64, "--checkpoint would overwrite"),
      (["train", "--resume", checkpoint, "--checkpoint", model], 64, "--checkpoint would overwrite"),
      (["train", "--resume", checkpoint, "--out", checkpoint], 64, "both name"),
      (words(["--checkpoint", bench.path("d"), "--out", bench.path("d")]), 64, "both name"),
      (words(["--checkpoint-every", "2"]), 64, "no effect without --checkpoint"),
      (words(["--checkpoint-minutes", "2"]), 64, "no effect without --checkpoint"),
      (
        words(["--checkpoint", bench.path("d"), "--checkpoint-every", "2", "--checkpoint-minutes", "1"]), 64,
        "exclude each other"
      ),
      (words(["--checkpoint", bench.path("no/d")]), 1, "there is no folder"),
      (["train", "--resume", model], 1, "holds tensors but no checkpoint"),
      (["train", "--resume", bench.path("none")], 1, "no such file"), (["train"], 64, "<data> is missing"),
      (["predict", checkpoint, table], 1, "is a checkpoint of a training"),
    ]
    for (words, code, part) in lines {
      let outcome = bench.run(words)
      #expect(outcome.code == code && outcome.output.isEmpty && outcome.errors.contains(part), "\(words): \(outcome)")
      #expect(outcome.errors.split(separator: "\n").count == 1)
    }
    #expect(try bench.bytes("c.safetensors") == before)
    #expect(bench.names == ["c.safetensors", "m.safetensors", "other.csv", "t.csv"])
  }

  /// The file that the checkpoint names has changed.
  @Test func otherDataAreRefused() throws {
    let checkpoint = bench.path("c.safetensors")
    #expect(interrupt(words(["--checkpoint", checkpoint]), afterEpoch: 1).code == 130)
    _ = try bench.table(rows: 120) { row, line in row == 50 ? "\(line.prefix(10)),7,7" : line }
    let changed = bench.run(["train", "--resume", checkpoint, "--quiet"])
    #expect(changed.code == 1)
    #expect(changed.errors.contains("The data are not those of the checkpoint: their values differ"))
    _ = try bench.table(rows: 90)
    #expect(bench.run(["train", "--resume", checkpoint]).errors.contains("they have 90 rows instead of 120"))
    try Data("espalier".utf8).write(to: bench.folder.appending(path: "c.safetensors"))
    #expect(bench.run(["train", "--resume", checkpoint]).errors.contains("damaged or not a safetensors file"))
  }
}
