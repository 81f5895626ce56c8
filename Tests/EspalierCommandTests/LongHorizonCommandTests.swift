import EspalierCommand
import Foundation
import Testing

/// The commands with channel-independent and linear forecasters.
@Suite struct LongHorizonCommandTests {
  private let bench: Workbench
  private let model: String

  init() throws {
    bench = try Workbench()
    model = bench.path("m.safetensors")
  }

  private func train(_ file: String, _ words: String) -> Workbench.Outcome {
    bench.run(
      ["train", file, "--target", "load", "--epochs", "3", "--warmup", "0", "--out", model]
        + words.split(separator: " ").map(String.init))
  }

  @Test(arguments: [
    (
      "--model channel-patchtst --lookback 12 --horizon 3 --hidden 8 --heads 2 --feed-forward 16 --patch-length 4 "
        + "--patch-stride 2",
      "channel-patchtst, hidden 8, heads 2, layers 2, feed-forward 16, patches of 4 every 2"
    ),
    ("--model dlinear --lookback 12 --horizon 3", "dlinear, linear"),
    ("--model nlinear --lookback 12 --horizon 3", "nlinear, linear"),
  ])
  func trainInspectPredictShrink(words: String, sizes: String) throws {
    let file = try bench.table()
    let trained = train(file, words)
    #expect(trained.code == 0, "\(trained.errors)")
    let inspected = bench.run(["inspect", model])
    #expect(inspected.code == 0 && inspected.output.contains(sizes), "\(inspected.output)")
    let predicted = bench.run(["predict", model, file])
    #expect(predicted.code == 0 && predicted.output.split(separator: "\n").count == 4)
    let small = bench.path("small.safetensors")
    #expect(bench.run(["shrink", model, "--out", small]).code == 0)
    let again = bench.run(["predict", small, file])
    #expect(again.code == 0 && again.output.split(separator: "\n").count == 4)
  }

  /// The instance normalization belongs to that PatchTST; other models keep the evaluation's.
  @Test func channelPatchTSTIsNormalizedAsItsPaperSays() throws {
    let file = try bench.table()
    let patches = "--model channel-patchtst --lookback 12 --hidden 8 --heads 2 --feed-forward 16 "
    for (words, name) in [
      (patches, "mean-and-deviation"), (patches + "--normalization none", "none"),
      ("--model dlinear --lookback 12", "last-value"),
    ] {
      let trained = train(file, words)
      #expect(trained.code == 0, "\(trained.errors)")
      let inspected = bench.run(["inspect", model])
      #expect(inspected.output.contains("normalization \(name)"), "\(inspected.output)")
    }
  }

  /// Validation may rise long before three quarters of the epochs are over.
  @Test func selectionMayBeginEarlier() throws {
    let file = try bench.table()
    let words = [
      "train", file, "--target", "load", "--lookback", "3", "--hidden", "4", "--epochs", "16", "--patience", "1",
      "--learning-rate", "0.3", "--regularizer", "none", "--json", "--quiet",
    ]
    func epochs(_ more: [String]) throws -> Int {
      let outcome = bench.run(words + more)
      #expect(outcome.code == 0, "\(outcome.errors)")
      let line = try JSONSerialization.jsonObject(with: Data(outcome.output.utf8)) as? [String: Any]
      return try #require(line?["epochs"] as? Int)
    }
    // Nothing may stop before the 13th epoch, and early ones don't get better for long.
    let usual = try epochs([])
    #expect(usual > 12)
    #expect(try epochs(["--select-from", "0"]) < 12)
    #expect(try epochs(["--select-from", "12"]) == usual)
  }

  @Test func comparisonsSayWhereDropoutDropsNothing() throws {
    let words = [
      "--target", "load", "--lookbacks", "12", "--trials", "1", "--epochs", "1", "--regularizers", "none,dropout",
    ]
    let file = try bench.table()
    let sentence = "dropout drops nothing in dlinear, which has no units to drop."
    #expect(bench.run(["compare", file, "--models", "dlinear"] + words).errors.contains(sentence))
    #expect(!bench.run(["compare", file, "--models", "rnn"] + words).errors.contains("drops nothing"))
  }

  /// Where pruning does not replace dropout but stands beside it.
  @Test func dropoutStandsBesidePruningWhereItIsAskedFor() throws {
    let file = try bench.table()
    let words = "--model rnn --lookback 3 --hidden 8 --sparsity 0.5"
    let files = try ["", " --dropout 0", " --dropout 0.5"].map { dropout in
      let trained = train(file, words + dropout)
      #expect(trained.code == 0, "\(trained.errors)")
      return try bench.bytes("m.safetensors")
    }
    #expect(files[0] == files[1] && files[1] != files[2])
    #expect(String(decoding: files[2], as: UTF8.self).contains("\\\"dropout\\\":0.5"))
  }

  @Test(arguments: [
    (
      "--model dlinear --hidden 8",
      "--hidden has no effect on dlinear; leave it out or choose a model with hidden units."
    ),
    ("--model nlinear --heads 2", "--heads has no effect on nlinear; leave it out or choose patchtst."),
    (
      "--model patchtst --patch-length 8",
      "--patch-length has no effect on patchtst; leave it out or choose channel-patchtst."
    ),
    (
      "--model nlinear --preset paper",
      "The published experiments have no pruning settings for 'nlinear'; choose the preset 'default'."
    ),
    ("--model dlinear --dropout 0.5", "--dropout has no effect on dlinear, which has no units to drop; leave it out."),
    (
      "--model dlinear --regularizer mc-dropout",
      "--regularizer mc-dropout has no effect on dlinear, which has no units to drop; choose none or synaptic-pruning."
    ),
    (
      "--model channel-patchtst --lookback 7",
      "A look-back of 7 is too short for the patches; choose at least 8, or shorter patches."
    ),
    (
      "--model channel-patchtst --hidden 9",
      "A width of 9 cannot be split into 4 heads; choose a number of heads that divides it."
    ),
  ])
  func whatHasNoEffectIsRefused(words: String, sentence: String) throws {
    let outcome = train(try bench.table(), words)
    #expect(outcome.errors == "espalier: \(sentence)\n")
    #expect(outcome.code != 0 && bench.names == ["t.csv"])
  }

  @Test func benchmarksRun() {
    for line in [
      "bench step --models channel-patchtst,dlinear,nlinear --lookbacks 16 --features 1 --horizon 4 --hidden 8 --heads 2 "
        + "--layers 1 --feed-forward 8 --batch 20 --dropout 0.3 --steps 1",
      "bench infer --models channel-patchtst,dlinear,nlinear --lookback 16 --features 2 --horizon 4 --hidden 8 --heads 2 "
        + "--layers 1 --feed-forward 8 --batch 1 --repeats 1",
    ] {
      let outcome = bench.run(line.split(separator: " ").map(String.init) + ["--quiet"])
      #expect(outcome.code == 0 && outcome.errors.isEmpty, "\(outcome.errors)")
      #expect(outcome.output.split(separator: "\n").count == 3)
    }
  }
}
