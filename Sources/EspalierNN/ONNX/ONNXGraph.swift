import EspalierTensor
import Foundation

/// A graph of ONNX operators that is built operator by operator, and its file.
///
/// The operators stand in `ONNXGraph+Operators.swift`; each adds a node and returns the value that it computes, so that
/// a model's forward pass reads as it does on the tape. Here the samples are the first axis: `[batch, steps, features]`.
///
/// - Source: onnx.proto (message and field numbers) and the operators of ai.onnx version 17, github.com/onnx/onnx.
package struct ONNXGraph {
  /// The operator set: the first with layer normalization.
  package static let operatorSet = 17
  /// The version of the file's layout that goes with it.
  static let layoutVersion = 8

  /// Something that a node computes, a constant or an input.
  package struct Value: Equatable, Sendable {
    /// Its name in the file.
    let name: String

    /// An output, or an input that may be left out, which is.
    static let absent = Value(name: "")
  }

  /// What a value's elements are.
  package enum Element: Int, Sendable {
    case float = 1
    case int64 = 7
    case bool = 9
    case double = 11
  }

  /// The extent of an axis of an input or output.
  package enum Axis: Sendable {
    case fixed(Int)
    /// Whatever the caller brings.
    case any(String)
  }

  /// A setting of an operator.
  package enum Attribute: Sendable {
    case int(Int)
    case float(Float)
    case ints([Int])
  }

  private let name: String
  private var nodes = ProtobufWriter()
  private var constants = ProtobufWriter()
  private var inputs = ProtobufWriter()
  private var outputs = ProtobufWriter()
  private var nodeCount = 0
  private var constantNames: Set<String> = []

  /// An empty graph.
  package init(name: String) {
    self.name = name
  }

  // Fields of GraphProto.
  private enum Field { static let node = 1, name = 2, constant = 5, input = 11, output = 12 }

  /// Declares an input.
  ///
  /// - Parameters:
  ///   - name: Its name for callers.
  ///   - element: What it holds.
  ///   - axes: Its extents, outermost first.
  /// - Returns: The input.
  package mutating func input(_ name: String, _ element: Element = .float, _ axes: [Axis]) -> Value {
    inputs.add(Field.input) { Self.describe(name, element, axes, in: &$0) }
    return Value(name: name)
  }

  /// Declares a value to be an output, under a name of its own.
  package mutating func output(_ value: Value, name: String, _ element: Element = .float, _ axes: [Axis]) {
    add("Identity", [value], outputs: [Value(name: name)])
    outputs.add(Field.output) { Self.describe(name, element, axes, in: &$0) }
  }

  /// A constant of 32-bit floats; a second one of the same name is the first.
  package mutating func constant(_ name: String, _ tensor: Tensor) -> Value {
    constant(name, .float, tensor.shape, tensor.values.map(\.bitPattern.littleEndian))
  }

  /// A constant of 64-bit floats.
  package mutating func constant(_ name: String, doubles values: [Double], shape: [Int]? = nil) -> Value {
    constant(name, .double, shape ?? [values.count], values.map(\.bitPattern.littleEndian))
  }

  /// A constant of integers, such as indices.
  package mutating func constant(_ name: String, integers values: [Int], shape: [Int]? = nil) -> Value {
    constant(name, .int64, shape ?? [values.count], values.map { Int64($0).littleEndian })
  }

  /// A constant of truth values.
  package mutating func constant(_ name: String, truths values: [Bool]) -> Value {
    constant(name, .bool, [values.count], values.map { $0 ? UInt8(1) : 0 })
  }

  private mutating func constant<Word: FixedWidthInteger>(
    _ name: String, _ element: Element, _ shape: [Int], _ words: [Word]
  ) -> Value {
    guard constantNames.insert(name).inserted else { return Value(name: name) }
    // TensorProto: dims, data_type, name, raw_data.
    constants.add(Field.constant) { tensor in
      if !shape.isEmpty { tensor.add(1, packed: shape) }
      tensor.add(2, element.rawValue)
      tensor.add(8, name)
      tensor.add(9, words.withUnsafeBytes { Data($0) })
    }
    return Value(name: name)
  }

  /// Adds an operator.
  ///
  /// - Parameters:
  ///   - type: The operator's name.
  ///   - inputs: What it reads; ``Value/absent`` for an input in the middle that is left out.
  ///   - attributes: Its settings.
  ///   - count: How many values it computes.
  /// - Returns: What it computes, in the operator's order.
  @discardableResult
  package mutating func add(
    _ type: String, _ inputs: [Value], _ attributes: KeyValuePairs<String, Attribute> = [:], count: Int = 1
  ) -> [Value] {
    let name = "\(type).\(nodeCount)"
    let values = (0..<count).map { Value(name: count == 1 ? name : "\(name).\($0)") }
    add(type, inputs, attributes, outputs: values)
    return values
  }

  /// Adds an operator whose outputs have names of their own.
  mutating func add(
    _ type: String, _ inputs: [Value], _ attributes: KeyValuePairs<String, Attribute> = [:], outputs: [Value]
  ) {
    // NodeProto: input, output, name, op_type, attribute.
    nodes.add(Field.node) { node in
      for input in inputs { node.add(1, input.name) }
      for output in outputs { node.add(2, output.name) }
      node.add(3, "\(type).\(nodeCount)")
      node.add(4, type)
      for (name, attribute) in attributes { node.add(5) { Self.describe(name, attribute, in: &$0) } }
    }
    nodeCount += 1
  }

  /// AttributeProto: name, f, i, ints, type.
  private static func describe(_ name: String, _ attribute: Attribute, in message: inout ProtobufWriter) {
    message.add(1, name)
    switch attribute {
    case .float(let value):
      message.add(2, value)
      message.add(20, 1)
    case .int(let value):
      message.add(3, value)
      message.add(20, 2)
    case .ints(let values):
      message.add(8, packed: values)
      message.add(20, 7)
    }
  }

  /// ValueInfoProto: name, type; TypeProto: tensor_type; its elem_type and shape; dim with dim_value or dim_param.
  private static func describe(
    _ name: String, _ element: Element, _ axes: [Axis], in message: inout ProtobufWriter
  ) {
    message.add(1, name)
    message.add(2) { type in
      type.add(1) { tensor in
        tensor.add(1, element.rawValue)
        tensor.add(2) { shape in
          for axis in axes {
            shape.add(1) { dimension in
              switch axis {
              case .fixed(let extent): dimension.add(1, extent)
              case .any(let name): dimension.add(2, name)
              }
            }
          }
        }
      }
    }
  }

  /// The bytes of the file.
  ///
  /// - Parameters:
  ///   - producer: The program that writes it, and its version.
  ///   - metadata: Texts that go with the graph, in this order.
  /// - Returns: An ONNX model; the same graph gives the same bytes.
  package func data(
    producer: (name: String, version: String), metadata: KeyValuePairs<String, String> = [:]
  ) -> Data {
    // ModelProto: ir_version, producer_name, producer_version, graph, opset_import, metadata_props.
    var model = ProtobufWriter()
    model.add(1, Self.layoutVersion)
    model.add(2, producer.name)
    model.add(3, producer.version)
    var graph = nodes.data
    var label = ProtobufWriter()
    label.add(Field.name, name)
    for part in [label, constants, inputs, outputs] { graph.append(part.data) }
    model.add(7, graph)
    model.add(8) { $0.add(2, Self.operatorSet) }
    for (key, value) in metadata {
      model.add(14) { entry in
        entry.add(1, key)
        entry.add(2, value)
      }
    }
    return model.data
  }
}
