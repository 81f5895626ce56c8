import EspalierCommand
import Foundation
import Testing

@Suite struct BadInputTests {
  private let bench: Workbench

  init() throws { bench = try Workbench() }

  /// The run failed with one sentence that has these words, and left nothing behind.
  private func expect(
    _ outcome: Workbench.Outcome, code: Int32 = 1, _ words: String..., files: [String] = ["t.csv"],
    _ place: SourceLocation = #_sourceLocation
  ) {
    #expect(outcome.code == code, "\(outcome)", sourceLocation: place)
    #expect(outcome.output.isEmpty, sourceLocation: place)
    let lines = outcome.errors.split(separator: "\n")
    #expect(lines.last?.hasPrefix("espalier: ") == true, "\(lines)", sourceLocation: place)
    for word in words {
      #expect(lines.last?.contains(word) == true, "'\(word)' in \(lines)", sourceLocation: place)
    }
    #expect(bench.names == files, sourceLocation: place)
  }

  private var out: [String] { ["--out", bench.path("m.safetensors")] }

  @Test func missingFile() {
    expect(bench.train(bench.path("none.csv"), out), "There is no file", "none.csv", files: [])
    expect(bench.train("bitcon", out), "did you mean the data set \"bitcoin\"?", files: [])
    expect(bench.train("qqqqqq", out), "no file qqqqqq and no data set", files: [])
    expect(
      bench.run(["train", "bitcoin", "--data-folder", bench.path("x")] + out), "bitcoin_yahoo.csv", "put it there",
      files: [])
  }

  @Test(arguments: ["", " \n\n"]) func emptyFile(text: String) throws {
    expect(bench.train(try bench.write("t.csv", text), out), "is empty")
  }

  @Test func headerOnly() throws {
    expect(bench.train(try bench.write("t.csv", "date,load\n"), out), "a header but no rows")
  }

  /// Sizes that are possible one by one and would together ask for all memory.
  @Test func sizesThatTogetherAreTooLarge() throws {
    let file = try bench.table()
    expect(bench.train(file, ["--hidden", "65536"] + out), "weights", "choose smaller sizes")
    expect(
      bench.run(["bench", "step", "--quiet", "--models", "rnn", "--lookbacks", "65536", "--batch", "65536"]), "GiB",
      "smaller batch")
  }

  @Test func aSettingNamedTwice() {
    expect(bench.run(["compare", "synthetic", "--models", "rnn,rnn"]), code: 64, "'rnn' twice", files: [])
  }

  @Test func directory() {
    expect(bench.train(bench.path("/"), out), "is a folder", files: [])
  }

  @Test func binaryData() throws {
    expect(bench.train(try bench.write("t.csv", "PNG\0\u{1}\0\0abc\n\0"), out), "is not a text file")
  }

  @Test func unknownColumn() throws {
    let file = try bench.table()
    expect(bench.train(file, ["--target", "laod"] + out), "no column \"laod\"", "\"load\"")
    expect(bench.train(file, ["--features", "heta"] + out), "no column \"heta\"", "\"heat\"")
    expect(bench.train(file, ["--date", "dat"] + out), "no column \"dat\"", "\"date\"")
    expect(bench.train(file, ["--features", "load,heat"] + out), "listed among the features")
    expect(bench.run(["train", file]), code: 64, "--target is missing")
  }

  @Test func textInNumericColumn() throws {
    let file = try bench.table { row, line in row == 20 ? "2020-01-21,oops,5" : line }
    expect(bench.train(file, out), "Row 21 (line 22)", "\"oops\"", "\"load\"")
  }

  @Test func conflictingDuplicateDates() throws {
    let file = try bench.table { row, line in row == 20 ? line + "\n2020-01-21,1,2" : line }
    expect(bench.train(file, out), "two different rows for 2020-01-21")
    let kept = bench.train(file, ["--duplicates", "keep-first"])
    #expect(kept.code == 0 && kept.errors.contains("espalier: "))
  }

  @Test func unsortedRowsAreSortedWithANote() throws {
    let sorted = bench.train(try bench.table())
    var lines = Workbench.lines()
    lines.swapAt(5, 40)
    lines.swapAt(12, 13)
    let file = try bench.write("u.csv", lines.joined(separator: "\n"))
    let outcome = bench.train(file)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("sorted"))
    // The same rows give the same figures.
    #expect(outcome.output.split(separator: "\n")[3] == sorted.output.split(separator: "\n")[3])
  }

  @Test func tooShort() throws {
    expect(
      bench.train(try bench.table(rows: 8), ["--lookback", "6", "--horizon", "3"] + out), "8 rows", "need 9")
    expect(bench.train(try bench.table(rows: 10), ["--horizon", "2"] + out), "No window", "validation part")
  }

  @Test func panelSkipsShortSeries() throws {
    let lines = Workbench.lines().enumerated().map { $0.offset == 0 ? "\($0.element),id" : "\($0.element),a" }
    let file = try bench.write("p.csv", (lines + ["2020-01-01,1,2,b"]).joined(separator: "\n"))
    let outcome = bench.train(file, ["--series", "id"])
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("1 of 2 series have fewer than 4 rows and were skipped."))
  }

  @Test func constantColumns() throws {
    let target = try bench.table { row, line in "\(line.prefix(10)),4,\(row % 9)" }
    expect(bench.train(target, out), "\"load\" is constant")
    let feature = try bench.table { _, line in line.split(separator: ",").prefix(2).joined(separator: ",") + ",7" }
    let outcome = bench.train(feature)
    #expect(outcome.code == 0)
    #expect(outcome.errors.contains("Feature \"heat\" has fewer than two different values"))
  }

  @Test(arguments: ["inf", "-Infinity", "1e999"]) func infiniteValue(word: String) throws {
    let file = try bench.table { row, line in row == 9 ? "2020-01-10,\(word),5" : line }
    expect(bench.train(file, out), "Row 10 (line 11)", "infinite", "\"load\"")
  }

  @Test func notANumberIsMissing() throws {
    let file = try bench.table { row, line in row % 9 == 8 ? "\(line.prefix(10)),NaN,5" : line }
    #expect(bench.train(file).code == 0)
  }

  @Test func unwritableOutput() throws {
    let file = try bench.table()
    expect(bench.train(file, ["--out", bench.path("no/m.safetensors")]), "there is no folder")
    expect(bench.train(file, ["--out", bench.path("")]), "is a folder")
    expect(bench.train(file, ["--out", "/proc/m.safetensors"]), "can't be written")
    expect(bench.train(file, ["--out", file]), code: 64, "would overwrite the data")
  }

  /// The model goes through the same writer as all output, which also leaves devices alone.
  @Test func linksStayWhatTheyAre() throws {
    let file = try bench.table()
    try bench.write("real.safetensors", "old")
    let link = bench.path("link.safetensors")
    try FileManager.default.createSymbolicLink(atPath: link, withDestinationPath: "real.safetensors")
    #expect(bench.train(file, ["--out", link]).code == 0)
    #expect(try FileManager.default.destinationOfSymbolicLink(atPath: link) == "real.safetensors")
    #expect(bench.run(["inspect", bench.path("real.safetensors")]).code == 0)
  }

  @Test func divergenceSaysWhenAndUnderWhichSettings() throws {
    expect(
      bench.train(try bench.table(), ["--learning-rate", "1e30", "--optimizer", "sgd"] + out),
      "stopped being a finite number in epoch", "rnn", "look-back 3", "1e+30", "seed 42")
  }

  @Test func interruptionWritesNothing() throws {
    let file = try bench.table()
    let flag = CancellationFlag()
    flag.cancel(signal: 2)
    let outcome = bench.run(["train", file] + Workbench.quick + out, cancellation: flag)
    #expect(outcome == .init(code: 130, output: "", errors: ""))
    #expect(bench.names == ["t.csv"])
  }

  @Test(arguments: [
    (["--lookback", "0"], "--lookback must be a whole number from 1"),
    (["--horizon", "0"], "--horizon must be"),
    (["--sparsity", "1.5"], "--sparsity must be a number from 0 to 1, not '1.5'."),
    (["--sparsity", "nan"], "--sparsity must be a number"),
    (["--model", "lstn"], "did you mean 'lstm'?"),
    (["--regularizer", "synaptic"], "--regularizer must be one of"),
    (["--epochs", "0"], "--epochs must be"),
    (["--learning-rate", "0"], "--learning-rate must be a number above 0"),
    (["--heads", "2"], "--heads has no effect on rnn"),
    (["--regularizer", "none", "--dropout", "0.5"], "--dropout has no effect with none"),
    (["--regularizer", "dropout"], "--warmup has no effect with dropout"),
    (["--huber-delta", "2"], "--huber-delta has no effect"),
    (["--quantiles", "0.5"], "--quantiles has no effect on the loss 'mse'"),
    (["--loss", "quantile", "--quantiles", "0.9,0.5"], "The levels of quantiles ascend, and 0.5 stands behind 0.9"),
    (["--loss", "quantile", "--quantiles", "0.6,0.9"], "don't reach the median"),
    (["--loss", "quantile", "--quantiles", "0"], "--quantiles must be a number above 0"),
    (["--schedule", "one-shot", "--initial-sparsity", "0.1"], "--initial-sparsity has no effect"),
    (["--exclude", "heat", "--features", "heat"], "--exclude has no effect"),
    (["--evaluation", "paper", "--patience", "2"], "--patience has no effect"),
    (["--evaluation", "paper", "--select-from", "0"], "--select-from has no effect"),
    (["--select-from", "3"], "--select-from 3 leaves no epoch to select among 3; give at most 2."),
  ])
  func settingsOutOfRangeAreUsageErrors(words: [String], sentence: String) throws {
    expect(bench.train(try bench.table(), words + out), code: 64, sentence)
  }

  @Test func settingsThatDontFitAreFailures() throws {
    let file = try bench.table()
    expect(bench.train(file, ["--sparsity", "0.2", "--initial-sparsity", "0.5"] + out), "cannot fall")
    expect(bench.train(file, ["--end", "9"] + out), "training has only 3")
    expect(bench.train(file, ["--lookback", "2", "--normalization", "mean-and-deviation"] + out), "at least 3, not 2")
    expect(
      bench.train(file, ["--model", "patchtst", "--hidden", "6", "--heads", "4"] + out), "cannot be split into 4 heads")
  }

  @Test func paperPresetTakesSparsityAboveOne() throws {
    let words = ["--evaluation", "paper", "--sparsity", "1.2", "--model", "lstm"]
    #expect(bench.train(try bench.table(), words, without: ["--warmup"]).code == 0)
  }
}
