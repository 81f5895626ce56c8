import EspalierData
import EspalierNN
import EspalierTensor
import Foundation

/// What an ONNX graph reads and returns.
public enum ONNXUnits: String, Codable, Sendable, CaseIterable {
  /// The columns in their own units, as 64-bit floats: scaling and window normalization are in the graph.
  case raw
  /// What the network itself reads and returns, as 32-bit floats: scaled, and normalized window by window.
  case scaled
}

extension SavedModel {
  /// The bytes of an ONNX file with the model's forecasts.
  ///
  /// The graph's input is `series`, `[batch, lookback, inputs]`, its output `forecast`, `[batch, outputs * horizon]` with one
  /// output, or one a quantile in the order of the levels; the batch is as large as the caller likes. Inputs stand in the
  /// order of `FittedPreparation.inputNames`; those of the calendar are given as they are. Where the window normalization needs the target's past and it is not among the inputs,
  /// a second input `history`, `[batch, lookback]`, has it in the target's unit. Nothing is dropped: a model with Monte
  /// Carlo dropout forecasts without it.
  ///
  /// - Parameters:
  ///   - units: What goes in and comes out.
  ///   - version: The program's version, for the file's record of its producer.
  /// - Returns: An ONNX model of operator set 17; the same model gives the same bytes.
  /// - Throws: `ONNXError` for a model that no graph can stand for.
  public func onnxData(units: ONNXUnits = .raw, version: String) throws -> Data {
    if run.model.futureCovariates != nil || run.model.staticCovariates != nil { throw ONNXError.covariates }
    if units == .raw {
      if preparation.series != nil { throw ONNXError.scalersOfSeries }
      if run.training.loss.isDistribution { throw ONNXError.distribution }
    }
    guard let model = model as? any ONNXExportable else { throw ONNXError.unknownModel(run.model.kind.rawValue) }
    var graph = ONNXGraph(name: run.model.kind.rawValue)
    let sizes = run.model
    let shape: [ONNXGraph.Axis] = [.any("batch"), .fixed(sizes.lookback), .fixed(sizes.features)]
    let result: [ONNXGraph.Axis] = [.any("batch"), .fixed(sizes.outputCount)]
    switch units {
    case .scaled:
      let series = graph.input("series", .float, shape)
      graph.output(model.addForward(series, to: &graph), name: "forecast", .float, result)
    case .raw:
      let series = graph.input("series", .double, shape)
      var frame = ONNXFrame(preparation, graph: graph)
      let normalized = frame.normalized(series)
      let map = frame.targetMap(series)
      graph = frame.graph
      let output = graph.cast(model.addForward(normalized, to: &graph), to: .double)
      graph.output(
        graph.adding(graph.multiplying(output, map.scale), map.offset), name: "forecast", .double, result)
    }
    return graph.data(
      producer: ("espalier", version),
      metadata: [
        "espalier.units": units.rawValue, "espalier.target": preparation.target.name,
        "espalier.inputs": try JSONText.encode(preparation.inputNames),
      ])
  }
}

/// What stands before and behind a network so that raw units go in and come out: `PreparedData.fill` and its inverse as
/// operators.
private struct ONNXFrame {
  private(set) var graph: ONNXGraph
  private let preparation: FittedPreparation
  private typealias Value = ONNXGraph.Value

  init(_ preparation: FittedPreparation, graph: ONNXGraph) {
    self.preparation = preparation
    self.graph = graph
  }

  /// Scales in double precision, rounds as the library does, and takes out the window normalization.
  mutating func normalized(_ series: ONNXGraph.Value) -> ONNXGraph.Value {
    let calendar = 2 * preparation.calendar.count
    let scalers =
      preparation.columns.map(\.scaler) + Array(repeating: ColumnScaler(offset: 0, scale: 1), count: calendar)
    let offset = graph.constant("inputs.offset", doubles: scalers.map(\.offset))
    let scale = graph.constant("inputs.scale", doubles: scalers.map(\.scale))
    let scaled = graph.cast(graph.dividing(graph.subtracting(series, offset), scale), to: .float)
    let drifts = preparation.columns.map(\.drifts) + Array(repeating: false, count: calendar)
    guard preparation.normalization != .none, drifts.contains(true) else { return scaled }
    let changed: Value
    if preparation.normalization == .lastValue {
      let last = graph.constant("inputs.last", integers: [preparation.task.lookback - 1])
      changed = graph.subtracting(scaled, graph.gather(scaled, last, axis: 1))
    } else {
      let centred = graph.subtracting(scaled, graph.mean(scaled, axes: [1], keepsAxes: true))
      let variance = graph.mean(graph.multiplying(centred, centred), axes: [1], keepsAxes: true)
      let epsilon = graph.constant(
        "inputs.epsilon", Tensor(repeating: Float(WindowNormalization.epsilon), shape: []))
      changed = graph.dividing(centred, graph.squareRoot(graph.adding(variance, epsilon)))
    }
    return graph.choose(graph.constant("inputs.drift", truths: drifts), changed, else: scaled)
  }

  /// The factor and the offset that lead from the network's output to the target's unit, `[batch, 1]` or numbers.
  mutating func targetMap(_ series: ONNXGraph.Value) -> (scale: ONNXGraph.Value, offset: ONNXGraph.Value) {
    let scaler = preparation.target.scaler
    let scale = graph.constant("target.scale", doubles: [scaler.scale])
    switch preparation.normalization {
    case .none: return (scale, graph.constant("target.offset", doubles: [scaler.offset]))
    case .lastValue:
      let last = graph.constant("target.last", integers: [preparation.task.lookback - 1])
      return (scale, graph.gather(history(series), last, axis: 1))
    case .meanAndDeviation:
      let history = history(series)
      let mean = graph.mean(history, axes: [1], keepsAxes: true)
      let distance = graph.dividing(graph.subtracting(history, mean), scale)
      let variance = graph.mean(graph.multiplying(distance, distance), axes: [1], keepsAxes: true)
      let epsilon = graph.constant("target.epsilon", doubles: [WindowNormalization.epsilon])
      return (graph.multiplying(graph.squareRoot(graph.adding(variance, epsilon)), scale), mean)
    }
  }

  /// The target's past in its unit, `[batch, lookback]`.
  private mutating func history(_ series: ONNXGraph.Value) -> ONNXGraph.Value {
    guard let place = preparation.columns.firstIndex(where: { $0.name == preparation.target.name }) else {
      return graph.input("history", .double, [.any("batch"), .fixed(preparation.task.lookback)])
    }
    let index = graph.constant("target.place", integers: [place], shape: [])
    return graph.gather(series, index, axis: 2)
  }
}
