import EspalierCommand
import EspalierStudy
import EspalierTestSupport
import Foundation
import Testing

@Suite struct StudyCommandTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  private static let study = """
    {
      name: "small", datasets: [{ name: "made", file: "t.csv", target: "load" }], models: ["rnn"], lookbacks: [3],
      seeds: 2, methods: ["none", "dropout"], sizes: { hidden: 4 }, training: { epochs: 2 },
    }
    """

  private func specification(_ text: String = study, name: String = "s.json5") throws -> String {
    _ = try bench.table()
    return try bench.write(name, text)
  }

  @Test func aStudyFromItsSpecificationToItsNumbers() throws {
    let file = try specification()
    let check = bench.run(["study", "check", file, "--threads", "1", "--json", "--quiet"])
    #expect(check.code == 0)
    #expect(
      check.output.hasPrefix(
        #"{"study": "small", "trainings": 4, "finished": 0, "grids": [{"name": "small", "places": 4, "trainings": 4, "#
          + #""shared": 0, "selections": [{"model": "rnn", "firstSelectedEpoch": 1}]}], "#))
    #expect(check.output.hasSuffix(#""threads": 1, "sameTrainings": []}"# + "\n"))
    let store = bench.path("s.sqlite")
    let run = bench.run(["study", "run", file, "--quiet"])
    let line = "Trained 4, done before 0; 'espalier study report \(store)' makes a page of the results.\n"
    #expect(run == .init(code: 0, output: line, errors: ""))
    let again = bench.run(["study", "run", file, "--json"])
    #expect(
      again.output
        == #"{"study": "small", "store": "\#(store)", "trained": 0, "before": 4, "failed": 0, "elsewhere": 0}"# + "\n")
    #expect(again.errors == "espalier: 4 trainings are done already.\n")
    #expect(
      bench.run(["study", "status", store]).output == """
        small: 4 of 4 trainings done

        grid   planned  finished  failed  in work
        -----  -------  --------  ------  -------
        small        4         4       0        0

        """)
    #expect(
      bench.run(["study", "sql", store, "plan", "--where", "method=none,seed=43", "--json"]).output.hasPrefix(
        #"{"grid": "small", "dataset": "made", "evaluation": "strict", "model": "rnn", "lookback": 3, "horizon": 1, "#
          + #""method": "none", "candidate": null, "seed": 43, "run": "#))
    let sum = bench.run(["study", "sql", store, "SELECT count(*) AS n, count(DISTINCT method) AS methods FROM result"])
    #expect(sum.output == "n  methods\n-  -------\n4        2\n")
  }

  @Test func checkSaysFromWhichEpochOnAndWhatIsTheSame() throws {
    let methods = #""dropout", "paper-pruning", { regularizer: "none", name: "nothing" }"#
    let file = try specification(
      Self.study.replacing("\"dropout\"", with: methods).replacing("epochs: 2", with: "epochs: 12").replacing(
        #"["rnn"]"#, with: #"["rnn", "gru"], evaluations: ["paper", "strict"]"#))
    let check = bench.run(["study", "check", file])
    #expect(check.code == 0)
    #expect(check.output.contains("\nsmall, strict: all methods stop and select from epoch 12 of 12 on for rnn, gru."))
    for model in ["rnn", "gru"] {
      for evaluation in ["paper", "strict"] {
        #expect(
          check.errors.contains(
            "In grid \"small\", \"none\" and \"nothing\" are the same trainings for \(model) under \(evaluation):"))
      }
    }
  }

  @Test func partsAreMerged() throws {
    try SIMDTargetLock.holding {
      let file = try specification()
      let parts = [bench.path("s-1of2.sqlite"), bench.path("p2")]
      for (words, store) in zip([["--shard", "1/2"], ["--shard", "2/2", "--store", parts[1]]], parts) {
        let run = bench.run(["study", "run", file, "--quiet"] + words)
        #expect(
          run.output == "Trained 2, done before 0; 'espalier study report \(store)' makes a page of the results.\n")
      }
      let merge = bench.run(["study", "merge", bench.path("all")] + parts)
      #expect(merge.output == parts.map { "\($0): 2 trainings copied, 0 there already\n" }.joined())
      let run = bench.run(["study", "run", file, "--store", bench.path("all"), "--quiet"])
      #expect(run.output.hasPrefix("Trained 0, done before 4;"))
      #expect(bench.run(["study", "merge", bench.path("all"), bench.path("all")]).code == 64)
    }
  }

  @Test func onlyWhatIsAskedForIsTrained() throws {
    let file = try specification()
    let run = bench.run(["study", "run", file, "--only", "method=none", "--quiet"])
    #expect(run.output.hasPrefix("Trained 2, done before 0;"))
    let wrong = bench.run(["study", "run", file, "--only", "methd=none", "--quiet"])
    #expect(wrong.code == 1 && wrong.errors.contains("no label \"methd\""))
  }

  @Test func initWritesASpecificationOnce() throws {
    let path = bench.path("new.json5")
    let first = bench.run(["study", "init", path, "--preset", "sparsity"])
    #expect(first.output == "Wrote \(path); 'espalier study check \(path)' says what it means.\n")
    #expect(try bench.bytes("new.json5") == Data(StudyPreset.sparsity.text.utf8))
    let second = bench.run(["study", "init", path])
    #expect(second.code == 1)
    #expect(
      second.errors == "espalier: '\(path)' is there already; name another file, or replace it with --force.\n")
    #expect(try bench.bytes("new.json5") == Data(StudyPreset.sparsity.text.utf8))
    #expect(bench.run(["study", "init", path, "--force"]).code == 0)
    #expect(try bench.bytes("new.json5") == Data(StudyPreset.quick.text.utf8))
  }

  @Test func failuresEndWithOneAndAreShown() throws {
    let file = try specification(
      Self.study.replacing("\"dropout\"", with: "{ preset: 'none', name: 'wild', optimizer: { learningRate: 1e38 } }"))
    let run = bench.run(["study", "run", file, "--quiet"])
    #expect(run.code == 1 && run.output.hasPrefix("Trained 2,"))
    #expect(run.errors.hasPrefix("espalier: 2 trainings failed; 'study status' shows why"))
    let status = bench.run(["study", "status", bench.path("s.sqlite")])
    #expect(status.output.contains("failed: small, made, strict, rnn, look-back 3, wild, seed 43: "))
    let lines = bench.run(["study", "status", bench.path("s.sqlite"), "--json"]).output.split(separator: "\n")
    #expect(lines.count == 1 + 2)
    #expect(lines.last?.contains(#""method": "wild", "seed": 43, "error": "#) == true)
    #expect(bench.run(["study", "run", file, "--quiet"]).code == 1)
  }

  @Test func aRegisteredDataSetIsStudied() throws {
    let folder = ["--data-folder", bench.path("data")]
    let file = try specification(
      Self.study.replacing("{ name: \"made\", file: \"t.csv\", target: \"load\" }", with: "'mine'"))
    let unknown = bench.run(["study", "run", file] + folder)
    #expect(
      unknown.code == 1 && unknown.errors.contains("line 2, column 29: datasets[0]: There is no data set \"mine\""))
    let table = bench.path("t.csv")
    #expect(bench.run(["datasets", "add", table, "--name", "mine", "--target", "load"] + folder).code == 0)
    #expect(bench.run(["study", "check", file, "--quiet"] + folder).code == 0)
    let run = bench.run(["study", "run", file, "--quiet"] + folder)
    #expect(run.code == 0 && run.output.hasPrefix("Trained 4,"), "\(run)")
    _ = try bench.table(rows: 61)
    let changed = bench.run(["study", "run", file, "--quiet"] + folder)
    #expect(changed.code == 1 && changed.errors.contains("has changed since it was registered as \"mine\""))
  }

  @Test func whatIsWrongIsSaidInOneSentence() throws {
    let file = try specification()
    let broken = try specification(Self.study.replacing("seeds", with: "sedes"), name: "broken.json5")
    let missing = try specification(Self.study.replacing("t.csv", with: "none.csv"), name: "missing.json5")
    let text = try bench.write("text.sqlite", String(repeating: "this is no database\n", count: 200))
    let cases: [([String], Int32, String)] = [
      (["check", bench.path("none.json5")], 1, "There is no specification"),
      (["check", broken], 1, "line 3, column"), (["check", missing], 1, "none.csv"),
      (["run", missing], 1, "none.csv"), (["run", file, "--store", text], 1, "is no SQLite database"),
      (["run", file, "--shard", "3/2"], 64, "a part and the number of parts"),
      (["run", file, "--store", bench.path("no/where")], 1, "can't be opened"),
      (["status", bench.path("none")], 1, "There is no store"), (["sql", text], 1, "is no SQLite database"),
    ]
    for (words, code, part) in cases {
      let outcome = bench.run(["study"] + words + ["--quiet"])
      #expect(outcome.code == code, "\(words)")
      #expect(outcome.errors.contains(part), "\(outcome.errors)")
      #expect(outcome.errors.filter { $0 == "\n" }.count == 1 && outcome.output.isEmpty)
    }
    _ = bench.run(["study", "run", file, "--quiet"])
    let wrong = bench.run(["study", "sql", bench.path("s.sqlite"), "resuls"])
    #expect(wrong.code == 64 && wrong.errors.hasSuffix("did you mean 'results'?\n"))
    let unknown = bench.run(["study", "sql", bench.path("s.sqlite"), "SELECT a FROM b"])
    #expect(unknown.errors == "espalier: The query can't be carried out: no such table: b.\n")
  }
}
