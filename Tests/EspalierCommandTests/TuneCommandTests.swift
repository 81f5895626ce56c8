import EspalierCommand
import EspalierTestSupport
import Foundation
import Testing

@Suite struct TuneCommandTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// Two candidates for one epoch, then both for two epochs with two seeds.
  private func words(_ more: [String] = []) throws -> [String] {
    [
      "tune", try bench.table(), "--target", "load", "--models", "rnn", "--lookbacks", "3", "--widths", "4",
      "--schedules", "linear", "--sparsities", "0,0.5", "--candidates", "2", "--epochs", "2", "--least-epochs", "1",
      "--reduction", "2", "--finalists", "2", "--seeds", "2", "--batch", "16", "--store", bench.path("s.sqlite"),
      "--quiet",
    ] + more
  }

  @Test func aSearchEndsWithAModelThatForecasts() throws {
    try SIMDTargetLock.holding {
      let model = bench.path("m.safetensors")
      let run = bench.run(try words(["--out", model]))
      #expect(run.code == 0 && run.errors == "")
      #expect(
        run.output.hasPrefix(
          "Search on t: 2 candidates for 1 epoch, then 2 candidates for 2 epochs with 2 seeds each.\n"))
      let lines = run.output.split(separator: "\n").map(String.init)
      let rows = lines.filter { $0.contains(" rnn ") }
      #expect(rows.count == 2 && rows.count { $0.hasPrefix(">f") } == 1 && rows.count { $0.contains("*") } == 1)
      #expect(lines.suffix(2).first == "The model is in \(model).")
      let inspected = bench.run(["inspect", model, "--json"])
      #expect(inspected.code == 0)
      #expect(bench.run(["predict", model, bench.path("t.csv")]).code == 0)
      // All is in the store: nothing is trained again, and programs get the same numbers.
      let again = bench.run(try words(["--json"]))
      let objects = again.output.split(separator: "\n").map(String.init)
      #expect(objects.count == 4 && objects.count { $0.contains(#""chosen": true"#) } == 1)
      let first = objects[0].contains(#""rung": 1"#) && objects[3].contains(#""rung": 2"#)
      #expect(first)
      let stored = bench.run(["study", "sql", bench.path("s.sqlite"), "SELECT count(*) FROM run"])
      #expect(stored.output == "count(*)\n--------\n       6\n")
    }
  }

  @Test func whatIsLeftOutIsNamedForPeopleAndPrograms() throws {
    try SIMDTargetLock.holding {
      var words = try words()
      let lookbacks = try #require(words.firstIndex(of: "--lookbacks"))
      let candidates = try #require(words.firstIndex(of: "--candidates"))
      words[lookbacks + 1] = "3,60000"
      words[candidates + 1] = "4"
      let run = bench.run(words)
      #expect(run.code == 0 && run.errors == "")
      let lines = run.output.split(separator: "\n").filter { $0.hasPrefix("Candidate ") }
      #expect(lines.count == 2)
      #expect(
        lines.allSatisfy {
          $0.contains(" (rnn, look-back 60000) was left out: ") && $0.hasSuffix("shorten them or give more rows.")
        })
      let objects = bench.run(words + ["--json"]).output.split(separator: "\n")
      let failures = objects.filter { $0.contains(#""failure": ""#) }
      #expect(objects.count == 2 + 2 + 2 && failures.count == 2)
      #expect(failures.allSatisfy { $0.hasPrefix(#"{"rung": 1, "candidate": "#) && $0.contains("60000") })
    }
  }

  @Test func whatIsWrongIsSaidInOneSentence() throws {
    let epochs = bench.run(
      ["tune", try bench.table(), "--target", "load", "--epochs", "2", "--least-epochs", "3", "--quiet"])
    #expect(epochs.code == 1)
    #expect(epochs.errors == "espalier: The first rung has 3 epochs and a whole training 2: give at most as many.\n")
    let file = bench.run(try words(["--out", bench.path("s.sqlite")]))
    #expect(file.code == 64)
    #expect(file.errors.hasPrefix("espalier: --out and --store name one file; give two.\n"))
    #expect(bench.names == ["t.csv"], "nothing was begun")
  }
}
