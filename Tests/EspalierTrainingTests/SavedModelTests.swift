import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor
import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierTraining

/// A model that stands in for a trained one: random weights with the preparation of made-up data.
enum Untrained {
  static let data = Result { try Small.data(rows: 300) }

  static func saved(
    _ kind: ModelKind, sparsity: Double = 0, scope: PruningScope = .global, regularizer: RegularizerKind = .none,
    _ change: (inout ModelConfiguration) -> Void = { _ in }
  ) throws -> SavedModel {
    let data = try data.get()
    var sizes = ModelConfiguration(kind: kind, features: data.inputCount, lookback: data.lookback)
    change(&sizes)
    let model = try sizes.makeModel(seed: 5)
    // A linear model of this look-back has so few weights that a hundredth of them is none.
    let share = kind.isLinear ? min(sparsity, 0.9) : sparsity
    if share > 0 { try OneShotPruning(sparsity: share, scope: scope).apply(to: model) }
    try model.fillBuffers(seed: 6)
    return SavedModel(
      model: model, run: RunConfiguration(model: sizes, regularizer: RegularizerConfiguration(kind: regularizer)),
      preparation: data.fitted)
  }
}

extension SavedModel {
  /// The forecasts of the made-up data, as trained scaled numbers in the target's unit.
  func check() throws -> [Double] {
    let data = try Untrained.data.get()
    return try forecasts(of: data.test, data: data).values
  }

  static func reading(_ bytes: Data) throws -> SavedModel { try SavedModel(SafetensorsFile(data: bytes)) }
}

struct SavedModelTests {
  @Test(arguments: ModelKind.allCases, [0, 0.3, 0.9, 0.99])
  func comesBackBitForBit(kind: ModelKind, sparsity: Double) throws {
    let saved = try Untrained.saved(kind, sparsity: sparsity)
    let bytes = try saved.data()
    let again = try SavedModel.reading(bytes)
    for (old, new) in zip(saved.model.parameters, again.model.parameters) {
      #expect(old.mask == new.mask && old.tensor == new.tensor && old.isSparse == new.isSparse, "\(old.name)")
    }
    for (old, new) in zip(saved.model.buffers, again.model.buffers) { #expect(old.tensor == new.tensor, "\(old.name)") }
    #expect(saved.model.buffers.count == again.model.buffers.count)
    #expect(try again.check() == saved.check())
    #expect(try again.data() == bytes)
    #expect(again.sparsity == saved.sparsity)
  }

  /// A quarter of the dense file, header and metadata included, at the published sizes.
  @Test(arguments: [ModelKind.lstm, .patchtst])
  func nineTenthsSparseTakesUnderAQuarter(kind: ModelKind) throws {
    let dense = try Untrained.saved(kind).data().count
    let sparse = try Untrained.saved(kind, sparsity: 0.9).data().count
    print("\(kind.rawValue): dense \(dense) bytes, at sparsity 0.9 \(sparse)")
    #expect(Double(sparse) < 0.25 * Double(dense))
  }

  /// Which weights are pruned is known even where zeros among the survivors leave it open.
  @Test func zerosThatAreNotPrunedStaySo() throws {
    let saved = try Untrained.saved(.rnn, sparsity: 0.1)
    let weight = saved.model.parameters[1]
    let place = try #require(weight.mask?.firstIndex(of: 1))
    weight.withValues { $0[place] = 0 }
    let again = try SavedModel.reading(try saved.data())
    #expect(again.model.parameters[1].mask == weight.mask)
  }

  @Test func pruningGoesOnWhereItWas() throws {
    let again = try SavedModel.reading(try Untrained.saved(.lstm, sparsity: 0.5).data())
    let before = again.model.parameters.map(\.mask)
    try OneShotPruning(sparsity: 0.8).apply(to: again.model)
    for (old, parameter) in zip(before, again.model.parameters) {
      let new = parameter.mask ?? []
      #expect(zip(old ?? [], new).allSatisfy { $0 >= $1 }, "\(parameter.name)")
    }
    #expect(abs(again.sparsity.sparsity - 0.8) < 1e-4)
  }

  @Test func versionOneIsStillRead() throws {
    let saved = try Untrained.saved(.gru, sparsity: 0.9)
    let dense = try SafetensorsFile(data: try saved.denseData())
    var metadata = dense.metadata
    metadata["espalier.format"] = "1"
    metadata["espalier.masked"] = nil
    var writer = SafetensorsWriter(metadata: metadata)
    for parameter in saved.model.parameters { try writer.add(parameter.name, parameter.tensor) }
    let again = try SavedModel.reading(writer.data())
    #expect(try again.check() == saved.check() && again.sparsity == saved.sparsity)
  }

  private static let weight = "cell.weight_hh_l0"

  /// Files whose sparse arrays lie, made from a good one, with a part of the sentence that each gets.
  @Test(arguments: [
    ("values", "instead of from 0"), ("columns", "columns"), ("row_starts", "row starts"), ("missing", "is missing"),
    ("both", "both whole"), ("shape", "needs shape"), ("stranger", "hold 'x'"), ("fall", "ends before"),
    ("wide", "column 9000"), ("equal", "do not rise"), ("float", "integers"), ("infinite", "not finite"),
    ("text", "espalier.sparse"), ("version", "model format 3"),
  ])
  func lyingFilesAreRefused(lie: String, reason: String) throws {
    let file = try SafetensorsFile(data: try Untrained.saved(.lstm, sparsity: 0.9).data())
    var metadata = file.metadata
    var rows = (
      values: try file.tensor("\(Self.weight).values").values,
      columns: try file.unsignedIntegers("\(Self.weight).columns"),
      starts: try file.unsignedIntegers("\(Self.weight).row_starts")
    )
    let shape = "\"\(Self.weight)\":[256,64]"
    #expect(metadata["espalier.sparse"]?.contains(shape) == true)
    func rewrite(_ new: String) {
      metadata["espalier.sparse"] = metadata["espalier.sparse"]?.replacingOccurrences(of: shape, with: new)
    }
    switch lie {
    case "values": (rows.values, rows.columns) = (rows.values + [1], rows.columns + [1])
    case "columns": rows.columns.removeLast()
    case "row_starts": rows.starts.removeLast()
    case "shape": rewrite("\"\(Self.weight)\":[65536,65535]")
    case "stranger": rewrite("\(shape),\"x\":[60000,60000]")
    case "fall": rows.starts[3] = 60_000
    case "wide": rows.columns[0] = 9000
    case "equal": rows.columns[1] = rows.columns[0]
    case "infinite": rows.values[0] = .infinity
    case "text": metadata["espalier.sparse"] = "{"
    case "version": metadata["espalier.format"] = "3"
    default: break
    }
    var writer = SafetensorsWriter(metadata: metadata)
    for name in file.names where !name.hasPrefix(Self.weight) {
      if name.hasSuffix("columns") || name.hasSuffix("row_starts") {
        try writer.add(name, try file.unsignedIntegers(name))
      } else {
        try writer.add(name, try file.tensor(name))
      }
    }
    if lie == "both" { try writer.add(Self.weight, Tensor(repeating: 0, shape: [256, 64])) }
    try writer.add("\(Self.weight).values", Tensor(shape: [rows.values.count], values: rows.values))
    if lie == "float" {
      try writer.add("\(Self.weight).columns", Tensor(repeating: 0, shape: [rows.columns.count]))
    } else if lie != "missing" {
      try writer.add("\(Self.weight).columns", rows.columns)
    }
    try writer.add("\(Self.weight).row_starts", rows.starts)
    let error = #expect(throws: (any Error).self) { try SavedModel.reading(writer.data()) }
    let sentence = error.map { String(describing: $0) } ?? ""
    #expect(sentence.contains(reason) && sentence.hasSuffix("."), "\(sentence)")
  }

  /// Memory is sized by the model, so windows of another shape must not get that far.
  @Test(arguments: ModelKind.allCases)
  func dataOfAnotherModelAreRefused(kind: ModelKind) throws {
    let saved = try Untrained.saved(kind)
    let longer = try Small.data(lookback: 40, rows: 300)
    #expect(throws: TrainingError.self) { try saved.forecasts(of: longer.test, data: longer) }
  }

  /// The scores of a training are those of its file's forecasts, to the last bit, on any number of threads.
  @Test(arguments: ModelKind.allCases)
  func scoresAreThoseOfTheFile(kind: ModelKind) throws {
    try SIMDTargetLock.holding {
      let data = try Small.data()
      var run = Small.run(data, .synapticPruning, model: kind)
      run.training.epochs = 4
      let trainer = try Trainer(run, data: data)
      let trial = try trainer.trial()
      let again = try SavedModel.reading(try trainer.savedModel.data())
      for threads in [1, 3] {
        let forecasts = try again.forecasts(of: data.test, data: data, threads: threads)
        #expect(try data.metrics(of: data.test, forecasts: forecasts.values) == trial.metrics)
      }
    }
  }

  /// Whatever a changed byte does, reading ends in a model or an error.
  @Test func changedBytesNeverTrap() throws {
    let whole = try Untrained.saved(.rnn, sparsity: 0.8) { $0.hidden = 12 }.data()
    var stream = RandomStream(seed: 3, purpose: .initialization)
    for round in 0..<4000 {
      var damaged = whole
      for _ in 0...round % 3 {
        damaged[Int(stream.nextWord()) % damaged.count] ^= UInt8(truncatingIfNeeded: 1 << (stream.nextWord() % 8))
      }
      // Sizes that a digit more makes huge are models too, which would only take long to build.
      guard let file = try? SafetensorsFile(data: damaged), let run = file.metadata["espalier.run"],
        run == (try SafetensorsFile(data: whole)).metadata["espalier.run"]
      else { continue }
      _ = try? SavedModel(file)
    }
  }
}
