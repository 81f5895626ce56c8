import EspalierData
import EspalierPruning
import EspalierTensor
import Foundation
import Testing

@testable import EspalierNN
@testable import EspalierTraining

/// A model to write as ONNX: of a kind, in a state, with a preparation.
struct ONNXCase: Sendable, CustomTestStringConvertible {
  enum State: String, CaseIterable, Sendable { case dense, sparse, shrunken }

  /// The states that a kind can be in: linear maps have no units to remove.
  private static func states(of kind: ModelKind) -> [State] {
    [.dense, .sparse, [.dlinear, .nlinear].contains(kind) ? .dense : .shrunken]
  }

  let kind: ModelKind
  let state: State
  let normalization: WindowNormalization
  let lookback: Int
  var evaluation = Evaluation.strict
  var calendar = false

  var testDescription: String {
    "\(kind.rawValue), \(state.rawValue), \(normalization.rawValue), look-back \(lookback), \(evaluation.rawValue)"
  }

  /// Every kind in every state with every normalization; look-backs whose last patch is whole and not.
  static let all: [ONNXCase] =
    ModelKind.allCases.flatMap { kind in
      // The published patches have 16 steps.
      let lookbacks = kind == .channelPatchTST ? [16, 29, 60] : [8, 13, 60]
      return zip(states(of: kind), zip(WindowNormalization.allCases, lookbacks)).map { state, pair in
        ONNXCase(kind: kind, state: state, normalization: pair.0, lookback: pair.1)
      }
    } + [
      ONNXCase(kind: .patchtst, state: .dense, normalization: .lastValue, lookback: 1, calendar: true),
      ONNXCase(kind: .gru, state: .dense, normalization: .none, lookback: 7, evaluation: .paper),
      ONNXCase(kind: .rnn, state: .sparse, normalization: .meanAndDeviation, lookback: 9, evaluation: .paper),
      ONNXCase(kind: .lstm, state: .sparse, normalization: .lastValue, lookback: 5, evaluation: .paper, calendar: true),
    ]

  var table: SeriesTable { SyntheticSeries.load.table(rows: 400) }

  func data() throws -> PreparedData {
    try PreparedData(
      table: table,
      task: ForecastTask(
        target: "load", lookback: lookback, horizon: 3, evaluation: evaluation, normalization: normalization,
        calendar: calendar, season: 24), drifting: ["temperature"])
  }

  func saved(_ data: PreparedData) throws -> SavedModel {
    let sizes = ModelConfiguration(
      kind: kind, features: data.inputCount, lookback: lookback, horizon: 3, hidden: 16, heads: 4, feedForward: 24)
    let model = try sizes.makeModel(seed: 3)
    if state != .dense { try OneShotPruning(sparsity: 0.9, scope: .perTensor).apply(to: model) }
    if state == .sparse { for parameter in model.parameters { parameter.adopt(.alwaysSparse) } }
    let saved = SavedModel(model: model, run: RunConfiguration(model: sizes), preparation: data.fitted)
    return state == .shrunken ? try saved.shrunk().model : saved
  }

  /// What the graph reads for windows, sample after sample.
  func inputs(_ windows: [Window], _ data: PreparedData, _ units: ONNXUnits) throws -> [String: PythonScript.Numbers] {
    let width = data.inputCount
    var scaled = [Float](repeating: 0, count: windows.count * lookback * width)
    data.fill(windows: windows[...], lanes: windows.count, inputs: &scaled, targets: nil)
    var columns: [[Double]] = []
    for column in data.fitted.columns { columns.append(try table.column(column.name).values) }
    let target = try table.column("load").values
    var series: [Double] = []
    for (lane, window) in windows.enumerated() {
      for step in 0..<lookback {
        for input in 0..<width {
          // The calendar is given as it is.
          let own = Double(scaled[(step * width + input) * windows.count + lane])
          let isRaw = units == .raw && input < columns.count
          series.append(isRaw ? columns[input][Int(window.origin) - lookback + step] : own)
        }
      }
    }
    let type = units == .raw ? "float64" : "float32"
    var result = [
      "series": PythonScript.Numbers(type: type, shape: [windows.count, lookback, width], values: series)
    ]
    if units == .raw, evaluation == .paper, normalization != .none {
      let values = windows.flatMap { target[Int($0.origin) - lookback..<Int($0.origin)] }
      result["history"] = PythonScript.Numbers(type: type, shape: [windows.count, lookback], values: values)
    }
    return result
  }
}

@Suite struct ONNXTests {
  /// A small graph, byte by byte; ONNX's checker and ONNX Runtime took the same bytes when they were written down.
  @Test func aSmallGraphHasTheseBytes() throws {
    var graph = ONNXGraph(name: "g")
    let x = graph.input("x", .float, [.any("n"), .fixed(2)])
    let sum = graph.adding(x, graph.constant("c", try Tensor(shape: [2], values: [1, -2])))
    graph.output(graph.softmax(sum), name: "y", .float, [.any("n"), .fixed(2)])
    let data = graph.data(producer: ("p", "1"), metadata: ["k": "v"])
    let expected =
      "08081201701a01313ac2010a190a01780a016312054164642e301a054164642e3022034164640a3c0a054164642e3012"
      + "09536f66746d61782e311a09536f66746d61782e312207536f66746d61782a140a046178697318ffffffffffffffffff"
      + "01a001020a240a09536f66746d61782e311201791a0a4964656e746974792e3222084964656e746974791201672a120a"
      + "010210014201634a080000803f000000c05a140a0178120f0a0d080112090a0312016e0a02080262140a0179120f0a0d"
      + "080112090a0312016e0a0208024202101172060a016b120176"
    #expect(data.map { String(format: "%02x", $0) }.joined() == expected)
  }

  @Test(arguments: ONNXCase.all, ONNXUnits.allCases)
  func theFileIsConsistent(sample: ONNXCase, units: ONNXUnits) throws {
    let data = try sample.data()
    let saved = try sample.saved(data)
    let bytes = try saved.onnxData(units: units, version: "1.2.3")
    #expect(try saved.onnxData(units: units, version: "1.2.3") == bytes)
    let file = try ONNXFile(bytes)
    #expect(file.layoutVersion == 8 && file.operatorSet == 17 && file.producer == ["espalier", "1.2.3"])
    #expect(file.metadata["espalier.units"] == units.rawValue && file.metadata["espalier.target"] == "load")
    #expect(JSONText.decode([String].self, from: file.metadata["espalier.inputs"] ?? "") == data.inputNames)
    let element = units == .raw ? 11 : 1
    #expect(
      file.inputs.first
        == .init(name: "series", element: element, axes: ["batch", "\(sample.lookback)", "\(data.inputCount)"]))
    #expect(file.outputs == [.init(name: "forecast", element: element, axes: ["batch", "3"])])
    let needsHistory = units == .raw && sample.evaluation == .paper && sample.normalization != .none
    #expect(file.inputs.dropFirst().map(\.name) == (needsHistory ? ["history"] : []))
    // Whatever a node reads was there before, and nothing has two meanings.
    var known = Set(file.inputs.map(\.name) + file.constants.map(\.name))
    #expect(known.count == file.inputs.count + file.constants.count)
    for node in file.nodes {
      #expect(node.inputs.allSatisfy { $0.isEmpty || known.contains($0) }, "\(node.name)")
      for output in node.outputs where !output.isEmpty { #expect(known.insert(output).inserted, "\(output)") }
    }
    #expect(Set(file.nodes.map(\.name)).count == file.nodes.count)
    let sizes = [1: 4, 7: 8, 9: 1, 11: 8]
    for constant in file.constants {
      #expect(constant.bytes.count == constant.shape.reduce(1, *) * (sizes[constant.element] ?? 0), "\(constant.name)")
    }
    let name = [.dlinear: "season.weight", .nlinear: "linear.weight"][sample.kind] ?? "head.weight"
    let head = try #require(file.constants.first { $0.name == name })
    #expect(head.bytes == saved.model.tensors[name]?.values.withUnsafeBytes { Data($0) })
  }

  /// A model that is not the library's own is refused, not written in part.
  @Test func otherModelsAreRefused() throws {
    let data = try Small.data()
    let sizes = ModelConfiguration(kind: .rnn, features: data.inputCount, lookback: 8)
    let saved = SavedModel(
      model: Constant(configuration: sizes), run: RunConfiguration(model: sizes), preparation: data.fitted)
    #expect(throws: ONNXError.unknownModel("rnn")) { try saved.onnxData(version: "1") }
  }

  private final class Constant: ForecastModel {
    let configuration: ModelConfiguration
    let parameters: [Parameter] = []
    let prunableParameters: [Parameter] = []
    init(configuration: ModelConfiguration) { self.configuration = configuration }
    func forward(_ x: Variable, on tape: Tape) -> Variable { x }
  }
}

/// ONNX's checker and ONNX Runtime on the files, where `ESPALIER_ONNX_PYTHON` names a Python that has them.
@Suite(.enabled(if: PythonScript.onnx != nil, "ESPALIER_ONNX_PYTHON names no Python with onnx and onnxruntime"))
struct ONNXRuntimeTests {
  private struct Case: Codable {
    let model: String
    let inputs: [String: PythonScript.Numbers]
  }

  private func run(_ cases: [Case], in folder: TemporaryFolder) throws -> [PythonScript.Numbers] {
    try PythonScript(python: try #require(PythonScript.onnx), name: "check_onnx.py").run(cases: cases, in: folder.url)
  }

  /// Forecasts within 1e-5 of ours: of the scaled output, and raw of the target's scale.
  @Test(arguments: ONNXUnits.allCases)
  func forecastsAreOurs(units: ONNXUnits) throws {
    let folder = try TemporaryFolder()
    var cases: [Case] = []
    var expected: [(sample: ONNXCase, values: [Double], scale: Double)] = []
    for (number, sample) in ONNXCase.all.enumerated() {
      let data = try sample.data()
      let saved = try sample.saved(data)
      for windows in [Array(data.test.prefix(1)), Array(data.test.suffix(17))] {
        let path = folder.path("\(number).onnx")
        try saved.onnxData(units: units, version: "1").write(to: URL(filePath: path))
        cases.append(Case(model: path, inputs: try sample.inputs(windows, data, units)))
        let forecasts = try saved.forecasts(of: windows, data: data).values
        let values =
          units == .raw ? forecasts : try Self.normalized(forecasts, windows, data, saved)
        expected.append((sample, values, units == .raw ? data.fitted.target.scaler.scale : 1))
      }
    }
    let results = try run(cases, in: folder)
    #expect(results.count == expected.count)
    var worst = 0.0
    for (result, (sample, values, scale)) in zip(results, expected) {
      #expect(result.shape == [values.count / 3, 3] && values.allSatisfy(\.isFinite))
      let off = zip(result.values, values).reduce(0) { $1.0.isNaN ? .infinity : max($0, abs($1.0 - $1.1) / scale) }
      #expect(off <= 1e-5, "\(sample.testDescription): \(off)")
      worst = max(worst, off)
    }
    print("ONNX Runtime, \(units.rawValue) units: the largest difference is \(worst)")
  }

  /// What the network itself returns.
  private static func normalized(
    _ forecasts: [Double], _ windows: [Window], _ data: PreparedData, _ saved: SavedModel
  ) throws -> [Double] {
    let width = data.inputCount, lookback = data.lookback
    var inputs = [Float](repeating: 0, count: windows.count * lookback * width)
    data.fill(windows: windows[...], lanes: windows.count, inputs: &inputs, targets: nil)
    var x = Tensor(repeating: 0, shape: [windows.count, lookback, width])
    for lane in windows.indices {
      for element in 0..<lookback * width {
        x.values[lane * lookback * width + element] = inputs[element * windows.count + lane]
      }
    }
    return try FrozenForecaster(saved.model).forecast(x).values.map { Double($0) }
  }

  /// Operators that no model of this test uses are right as well.
  @Test func operatorsThatModelsMayNeed() throws {
    let folder = try TemporaryFolder()
    var graph = ONNXGraph(name: "operators")
    let x = graph.input("x", .float, [.any("batch"), .fixed(2), .fixed(3)])
    let gain = graph.constant("gain", try Tensor(shape: [2], values: [2, 3]))
    let bias = graph.constant("bias", try Tensor(shape: [2], values: [0.5, -0.5]))
    let mean = graph.constant("mean", try Tensor(shape: [2], values: [0.25, -1]))
    let variance = graph.constant("variance", try Tensor(shape: [2], values: [4, 0.25]))
    let active = graph.gelu(graph.batchNorm(x, gain: gain, bias: bias, mean: mean, variance: variance))
    // Overlapping windows of 2 over the last axis.
    let windows = graph.gather(active, graph.constant("places", integers: [0, 1, 1, 2], shape: [2, 2]), axis: 2)
    graph.output(windows, name: "y", .float, [.any("batch"), .fixed(2), .fixed(2), .fixed(2)])
    let path = folder.path("operators.onnx")
    try graph.data(producer: ("test", "1")).write(to: URL(filePath: path))
    let values = [0.5, -1, 2, 0, 0.75, -0.25]
    let result = try run(
      [Case(model: path, inputs: ["x": .init(type: "float32", shape: [1, 2, 3], values: values)])], in: folder)[0]
    let expected: [Double] = values.enumerated().map { index, value in
      let channel = index / 3
      let normal =
        (value - [0.25, -1][channel]) / ([4, 0.25][channel] + 1e-5).squareRoot() * [2, 3][channel]
        + [0.5, -0.5][channel]
      return normal / 2 * (1 + erf(normal / 2.0.squareRoot()))
    }
    let cut = [0, 1, 1, 2, 3, 4, 4, 5].map { expected[$0] }
    #expect(result.shape == [1, 2, 2, 2])
    #expect(zip(result.values, cut).allSatisfy { abs($0 - $1) <= 1e-5 })
  }
}
