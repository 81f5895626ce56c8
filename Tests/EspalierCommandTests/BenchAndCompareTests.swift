import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierCommand

@Suite struct BenchAndCompareTests {
  private static func run(
    _ line: String, cancelled: Bool = false
  ) -> (code: Int32, output: String, errors: String) {
    let recorder = Recorder()
    let flag = CancellationFlag()
    if cancelled { flag.cancel(signal: 2) }
    let words = line.split(separator: " ").map(String.init)
    let code = Program(EspalierProgram.root, version: "0.1.0")
      .run(words, console: recorder.console(), cancellation: flag)
    return (code, recorder.output, recorder.errors)
  }

  private static let small =
    "compare synthetic --models rnn,lstm --lookbacks 2,5 --regularizers none,mc-dropout,synaptic-pruning --trials 2 "
    + "--hidden 4 --epochs 4 --quiet"

  /// Every number but the two that a clock made.
  private static func timeless(_ output: String) -> [String] {
    output.split(separator: "\n").map {
      String($0).replacing(/"(mask_)?seconds": [^,]*/, with: "")
    }
  }

  @Test func compareGivesTheSameLinesForAnyNumberOfThreads() {
    SIMDTargetLock.holding {
      let one = Self.run(Self.small + " --json --threads 1")
      let two = Self.run(Self.small + " --json --threads 2")
      #expect(one.code == 0 && two.code == 0 && one.errors.isEmpty && two.errors.isEmpty)
      #expect(Self.timeless(one.output) == Self.timeless(two.output))
      #expect(one.output.split(separator: "\n").count == 12)
    }
  }

  @Test func benchTrainReportsPruningAgainstNone() throws {
    let line =
      "bench train synthetic --models rnn --lookbacks 8 --hidden 8 --epochs 4 --rounds 1 --sparsity 0.75 --quiet"
    let run = Self.run(line)
    #expect(run.code == 0 && run.errors.isEmpty)
    let object = try JSONSerialization.jsonObject(with: Data(run.output.utf8))
    let values = try #require(object as? [String: Any])
    let sparsity = try #require(values["sparsity"] as? [Double])
    #expect(sparsity.count == 4 && sparsity[0] == 0 && abs(sparsity[3] - 0.75) < 0.01)
    #expect(try #require(values["ratio"] as? Double) > 0 && values["dropout_seconds"] is NSNull)
  }

  @Test func benchKernelsHasALineForEveryKernel() throws {
    let run = Self.run("bench kernels --steps 1 --lanes 16 --json")
    #expect(run.code == 0 && run.errors.isEmpty)
    let lines = run.output.split(separator: "\n")
    var kernels: [String: Int] = [:]
    for line in lines {
      let object = try JSONSerialization.jsonObject(with: Data(line.utf8)) as? [String: Any]
      #expect(try #require(object?["rate"] as? Double) > 0 && (object?["bound"] as? Double ?? 0) > 0)
      kernels[try #require(object?["kernel"] as? String), default: 0] += 1
    }
    let sizes = 4, densities = 4
    for name in ["product", "product by CBLAS", "transposed product", "weight gradient"] {
      #expect(kernels[name] == sizes)
    }
    for name in ["sparse product", "sparse transposed product", "sparse weight gradient"] {
      #expect(kernels[name] == sizes * densities)
    }
    for name in ["vector product", "LSTM, one series"] { #expect(kernels[name] == 1 + densities) }
    #expect(kernels["sparse LSTM, lanes"] == densities)
    for name in ["LSTM", "GRU", "RNN"] {
      #expect(kernels[name + " cell"] == 1 && kernels[name + " cell, backward"] == 1)
    }
    for name in ["layer norm", "layer norm, backward", "ReLU", "dropout mask", "dropout", "attention", "Adam"] {
      #expect(kernels[name] == 1)
    }
    for name in ["mask by threshold", "normalization, forecasts", "softmax, forecasts"] { #expect(kernels[name] == 1) }
  }

  @Test func compareSaysWhatItDidAboveTheTable() {
    let run = Self.run(Self.small + " --threads 1")
    #expect(run.code == 0 && run.errors.isEmpty)
    let header = """
      data        synthetic: Generated hourly load with daily and weekly cycles, 2400 rows
      target      load, one step ahead; MAE, sd and RMSE are in its unit
      evaluation  strict: fitted on the training part alone, selected on the validation part, tested once on later rows
      pruning     preset default
      trials      2 (seeds 42 to 43)
      machine     
      """
    #expect(run.output.hasPrefix(header))
  }

  @Test func anInterruptionEndsSilentlyWithoutResults() {
    #expect(Self.run(Self.small + " --json", cancelled: true) == (130, "", ""))
    #expect(Self.run("bench step --quiet --models rnn --lookbacks 1", cancelled: true) == (130, "", ""))
  }

  @Test(arguments: [
    (
      "compare synthetic --models rmn",
      "--models must be one of rnn, lstm, gru, patchtst, channel-patchtst, dlinear, nlinear, not 'rmn'; did you mean 'rnn'?",
      64
    ),
    ("compare synthetic --lookbacks 0", "--lookbacks must be a whole number from 1 to 65536, not '0'.", 64),
    ("compare synthetic --sparsity 1.5", "--sparsity must be a number from 0 to 1, not '1.5'.", 64),
    ("bench step --sparsity 1", "--sparsity must be a number from 0 to 0.999, not '1'.", 64),
    (
      "bench step --models patchtst --hidden 7",
      "A width of 7 cannot be split into 4 heads; choose a number of heads that divides it.", 1
    ),
  ])
  func badInputIsOneSentence(line: String, sentence: String, code: Int) {
    let run = Self.run(line)
    #expect(run.errors == "espalier: \(sentence)\n")
    #expect(run.output.isEmpty && run.code == Int32(code))
  }

  @Test func benchStepPrintsThePeersKeys() throws {
    let run = Self.run(
      "bench step --quiet --models rnn,gru --lookbacks 1,3 --features 2 --batch 8 --hidden 4 --threads 1 --sparsity 0.5 "
        + "--steps 2")
    #expect(run.code == 0 && run.errors.isEmpty)
    let lines = run.output.split(separator: "\n").map { String($0).replacing(/[0-9.]+}$/, with: "T}") }
    let expected = ["rnn", "gru"].flatMap { model in
      [1, 3].map {
        "{\"engine\": \"espalier 0.1.0\", \"model\": \"\(model)\", \"lookback\": \($0), \"features\": 2, \"hidden\": 4, "
          + "\"batch\": 8, \"threads\": 1, \"sparsity\": 0.5, \"ms\": T}"
      }
    }
    #expect(lines == expected)
  }

  @Test func benchInferPrintsThePeersKeys() throws {
    let run = Self.run(
      "bench infer --quiet --models lstm,patchtst --batch 1,20 --lookback 5 --features 2 --hidden 4 --sparsity 0.5 "
        + "--threads 1 --repeats 2")
    #expect(run.code == 0 && run.errors.isEmpty)
    let lines = run.output.split(separator: "\n").map { String($0).replacing(/[0-9.e-]+}$/, with: "T}") }
    let expected = ["lstm", "patchtst"].flatMap { model in
      [1, 20].map {
        "{\"engine\": \"espalier 0.1.0\", \"model\": \"\(model)\", \"lookback\": 5, \"features\": 2, \"hidden\": 4, "
          + "\"batch\": \($0), \"threads\": 1, \"sparsity\": 0.5, \"ms\": T}"
      }
    }
    #expect(lines == expected)
  }
}
