import EspalierData
import EspalierNN
import EspalierPruning
import EspalierTensor
import Foundation
import Testing

@testable import EspalierTraining

/// Weights to PyTorch's modules and back; the fixtures stand in for PyTorch where there is no Python.
@Suite struct PyTorchTests {
  static let fixtures = ParityTests.known

  /// The weights and running statistics of a fixture as `save_file(module.state_dict(), ...)` writes them.
  private func stateDictionary(_ file: SafetensorsFile) throws -> SafetensorsWriter {
    var writer = SafetensorsWriter()
    for name in file.names {
      guard let prefix = ["param.", "running."].first(where: name.hasPrefix) else { continue }
      try writer.add(String(name.dropFirst(prefix.count)), try file.tensor(name))
    }
    return writer
  }

  @Test(arguments: fixtures)
  func weightsOfPyTorchForecastTheSame(name: String) throws {
    let folder = try TemporaryFolder()
    let fixture = try ParityFixture(name)
    let path = folder.path("w.safetensors")
    try stateDictionary(fixture.file).data().write(to: URL(filePath: path))
    let model = try fixture.configuration.makeModel(seed: 9)
    try model.load(contentsOf: path)
    let out = try FrozenForecaster(model).forecast(fixture.file.tensor("x"))
    #expect(PyTorch.difference(out.values.map { Double($0) }, try fixture.file.tensor("out").values) <= 1e-5)
  }

  /// PyTorch's batch normalization writes how many batches it has seen, too.
  @Test(arguments: LongHorizonParityTests.names)
  func runningStatisticsOfPyTorchForecastTheSame(name: String) throws {
    let folder = try TemporaryFolder()
    let fixture = try LongHorizonFixture(name)
    let path = folder.path("w.safetensors")
    var writer = try stateDictionary(fixture.file)
    let model = try fixture.configuration.makeModel(seed: 9)
    for buffer in model.buffers where buffer.name.hasSuffix("running_mean") {
      try writer.add(String(buffer.name.dropLast("running_mean".count)) + "num_batches_tracked", [1])
    }
    try writer.data().write(to: URL(filePath: path))
    try model.load(contentsOf: path)
    let out = try fixture.forecasts(FrozenForecaster(model)).map { Double($0) }
    let expected = try fixture.file.tensor("eval.out").values
    let largest = expected.reduce(0) { max($0, abs(Double($1))) }
    #expect(PyTorch.difference(out, expected) <= 1e-5 * max(1, largest))
  }

  /// `load_state_dict` is strict: exactly PyTorch's names and shapes, whatever the state of our weights.
  @Test(arguments: fixtures + LongHorizonParityTests.names, ONNXCase.State.allCases)
  func exportedWeightsHaveTheNamesAndShapesOfPyTorch(name: String, state: ONNXCase.State) throws {
    let isLong = LongHorizonFixture.isOne(name)
    let sizes = try isLong ? LongHorizonFixture(name).configuration : ParityFixture(name).configuration
    let file = try isLong ? LongHorizonFixture(name).file : ParityFixture(name).file
    let exported = try SafetensorsFile(data: PyTorch.saved(sizes, state).denseData())
    let module = try SafetensorsFile(data: stateDictionary(file).data())
    #expect(exported.names == module.names)
    for name in module.names { #expect(exported.entry(name)?.shape == module.entry(name)?.shape, "\(name)") }
    #expect(exported.entries.allSatisfy { $0.element == .float32 })
  }

  @Test func weightsOfAnotherModelAreRefused() throws {
    let folder = try TemporaryFolder()
    let path = folder.path("w.safetensors")
    let lstm = try PyTorch.saved(ModelConfiguration(kind: .lstm, features: 3, lookback: 4, hidden: 8), .sparse)
    try lstm.write(path: path)
    let same = try ModelConfiguration(kind: .lstm, features: 3, lookback: 4, hidden: 8).makeModel(seed: 1)
    try same.load(contentsOf: path)
    #expect(zip(same.parameters, lstm.model.parameters).allSatisfy { $0.mask == $1.mask && $0.tensor == $1.tensor })
    for hidden in [7, 9] {
      let other = try ModelConfiguration(kind: .lstm, features: 3, lookback: 4, hidden: hidden).makeModel(seed: 1)
      let before = other.tensors
      #expect(throws: ModelError.self) { try other.load(contentsOf: path) }
      #expect(other.tensors == before)
    }
  }
}

/// The same with PyTorch itself, where `ESPALIER_TORCH_PYTHON` names a Python that has it and `ESPALIER_PEERS` the folder of
/// `models.py`.
@Suite(
  .enabled(
    if: PythonScript.torch != nil && PythonScript.peers != nil,
    "ESPALIER_TORCH_PYTHON names no Python with torch, or ESPALIER_PEERS no folder of models.py"))
struct PyTorchModuleTests {
  private struct Case: Encodable {
    let kind: String
    let features: Int
    let lookback: Int
    let sizes: [String: Int]
    let x: PythonScript.Numbers
    var load: String?
    var save: String?

    init(_ sizes: ModelConfiguration, _ x: Tensor) {
      kind = sizes.kind.rawValue
      features = sizes.features
      lookback = sizes.lookback
      self.sizes =
        sizes.kind.hasAttention
        ? [
          "width": sizes.hidden, "heads": sizes.heads, "layers": sizes.layers, "ff": sizes.feedForward,
          "horizon": sizes.horizon,
        ] : sizes.kind.isLinear ? ["horizon": sizes.horizon] : ["hidden": sizes.hidden, "horizon": sizes.horizon]
      self.x = PythonScript.Numbers(shape: x.shape, values: x.values.map { Double($0) })
    }
  }

  private static let sizes: [ModelConfiguration] =
    [ModelKind.rnn, .lstm, .gru, .patchtst].flatMap { kind in
      [1, 13, 60].map { lookback in
        ModelConfiguration(
          kind: kind, features: 3, lookback: lookback, horizon: 2, hidden: 16, heads: 4, feedForward: 24)
      }
    }
    + [ModelKind.channelPatchTST, .dlinear].flatMap { kind in
      [8, 61].map { lookback in
        ModelConfiguration(
          kind: kind, features: 1, lookback: lookback, horizon: 4, hidden: 16, heads: 4, feedForward: 24)
      }
    }

  private func run(_ cases: [Case], in folder: TemporaryFolder) throws -> [PythonScript.Numbers] {
    try PythonScript(python: try #require(PythonScript.torch), name: "check_torch.py")
      .run([try #require(PythonScript.peers)], cases: cases, in: folder.url)
  }

  @Test func modulesLoadOurWeights() throws {
    let folder = try TemporaryFolder()
    var cases: [Case] = []
    var expected: [[Double]] = []
    for sizes in Self.sizes {
      for state in ONNXCase.State.allCases {
        let saved = try PyTorch.saved(sizes, state)
        let x = PyTorch.series(sizes)
        var sample = Case(sizes, x)
        sample.load = folder.path("\(cases.count).safetensors")
        try saved.denseData().write(to: URL(filePath: sample.load ?? ""))
        cases.append(sample)
        expected.append(try FrozenForecaster(saved.model).forecast(x).values.map { Double($0) })
      }
    }
    let results = try run(cases, in: folder)
    #expect(results.count == expected.count)
    var worst = 0.0
    for (result, (values, sample)) in zip(results, zip(expected, cases)) {
      let off = PyTorch.difference(result.values, values.map { Float($0) })
      #expect(off <= 1e-5, "\(sample.kind), look-back \(sample.lookback)")
      worst = max(worst, off)
    }
    print("our weights in PyTorch: the largest difference is \(worst)")
  }

  @Test func weCanLoadTheirs() throws {
    let folder = try TemporaryFolder()
    let cases = Self.sizes.enumerated().map { number, sizes in
      var sample = Case(sizes, PyTorch.series(sizes))
      sample.save = folder.path("\(number).safetensors")
      return sample
    }
    let results = try run(cases, in: folder)
    var worst = 0.0
    for (result, (sizes, sample)) in zip(results, zip(Self.sizes, cases)) {
      let model = try sizes.makeModel(seed: 1)
      try model.load(contentsOf: try #require(sample.save))
      let out = try FrozenForecaster(model).forecast(PyTorch.series(sizes))
      let off = PyTorch.difference(result.values, out.values)
      #expect(off <= 1e-5, "\(sample.kind), look-back \(sample.lookback)")
      worst = max(worst, off)
      // A recurrent forecaster is recognized without being told its sizes.
      guard [.rnn, .lstm, .gru].contains(sizes.kind), let path = sample.save else { continue }
      let found = try WeightFile(path: path).model
      #expect(found.configuration.kind == sizes.kind && found.tensors == model.tensors)
    }
    print("PyTorch's weights in ours: the largest difference is \(worst)")
  }
}

/// What both suites need.
enum PyTorch {
  /// Histories to forecast from.
  ///
  /// Those of a channel PatchTST have the mean 0 and the variance 1 that PyTorch's module, which normalizes its inputs
  /// itself, then leaves as they are.
  static func series(_ sizes: ModelConfiguration) -> Tensor {
    var stream = RandomStream(seed: 4, purpose: .generation)
    var x = Tensor(repeating: 0, shape: [6, sizes.lookback, sizes.features])
    for index in x.values.indices { x.values[index] = Float(stream.nextNormal()) }
    guard sizes.kind == .channelPatchTST else { return x }
    let count = Double(sizes.lookback)
    for start in stride(from: 0, to: x.values.count, by: sizes.lookback) {
      let values = x.values[start..<start + sizes.lookback].map { Double($0) }
      let mean = values.reduce(0, +) / count
      let variance = values.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / count
      for (offset, value) in values.enumerated() {
        x.values[start + offset] = Float((value - mean) * ((1 - WindowNormalization.epsilon) / variance).squareRoot())
      }
    }
    return x
  }

  /// A model in a state; preparation and run are not what these tests are about.
  static func saved(_ sizes: ModelConfiguration, _ state: ONNXCase.State) throws -> SavedModel {
    let model = try sizes.makeModel(seed: 3)
    if state != .dense { try OneShotPruning(sparsity: 0.8, scope: .perTensor).apply(to: model) }
    if state == .sparse { for parameter in model.parameters { parameter.adopt(.alwaysSparse) } }
    let saved = SavedModel(
      model: model, run: RunConfiguration(model: sizes), preparation: try Untrained.data.get().fitted)
    return state == .shrunken && sizes.kind == .patchtst ? try saved.shrunk().model : saved
  }

  /// The largest difference; infinite when counts differ or a number is NaN.
  static func difference(_ actual: [Double], _ expected: [Float]) -> Double {
    guard actual.count == expected.count else { return .infinity }
    return zip(actual, expected).reduce(0) { worst, pair in
      let off = abs(pair.0 - Double(pair.1))
      return off.isNaN ? .infinity : max(worst, off)
    }
  }
}
