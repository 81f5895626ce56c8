import Espalier

/// `espalier export`: a model's file for other programs.
enum ExportCommand {
  static let dense = Option.flag("dense", help: "Whole tensors with zeros in them, of the shapes of PyTorch's modules")
  static let out = Option("out", .text("file"), otherwise: "required with --dense", help: "Where the tensors go")
  static let onnx = Option(
    "onnx", .text("file"), otherwise: "none", help: "Write the forward pass for ONNX Runtime there")
  static let units = Option(
    "units", .choice(ONNXUnits.self), default: .raw,
    help: "What an ONNX graph reads and returns: the columns' own units, or what the network itself sees")

  static let command = Command(
    "export", summary: "Write a model so that other programs can read its weights or run it",
    discussion: """
      With --dense every tensor is whole, under PyTorch's names and shapes, and blocks that lost units are filled up with \
      zeros: 'load_state_dict' takes what 'safetensors.torch.load_file' returns. The result is an Espalier model too.

      With --onnx the forward pass is written as operators: 'series' goes in, [batch, look-back, inputs], and 'forecast' \
      comes out, [batch, horizon], or one after the other for every quantile. Scaling and window normalization are part of it unless --units scaled says otherwise.
      """,
    examples: [
      "espalier export model.safetensors --dense --out dense.safetensors",
      "espalier export model.safetensors --onnx model.onnx",
    ],
    parameters: [
      ModelFileOptions.model.parameter, dense.parameter, out.parameter, onnx.parameter, units.parameter,
    ]
  ) { context in
    let path = context[ModelFileOptions.model]
    let output = try ModelFileOptions.output(context, path: try place(context))
    let saved = try SavedModel(path: path)
    let isONNX = context[onnx] != nil
    let bytes = Array(
      try isONNX ? saved.onnxData(units: context[units], version: EspalierVersion.current) : saved.denseData())
    let before = try ModelFileOptions.bytes(path)
    try output.write(bytes)
    if isONNX, saved.run.regularizer.kind == .monteCarloDropout {
      context.note("The graph forecasts without dropout; 'espalier predict' takes the mean of several passes with it.")
    }
    if context.wantsJSON {
      var line: JSONLine = [
        "model": .string(saved.run.model.kind.rawValue), "bytes_before": .int(before),
        "bytes_after": .int(bytes.count), "out": .string(output.path),
      ]
      if isONNX {
        line["units"] = .string(context[units].rawValue)
        line["inputs"] = .array(saved.preparation.inputNames.map(JSONValue.string))
      }
      context.print(line.text)
    } else {
      context.print(ModelFileOptions.sizes(output, before: before, after: bytes.count))
      if isONNX {
        context.print(
          "Its input 'series' holds, step by step: \(saved.preparation.inputNames.joined(separator: ", ")).")
      }
    }
  }

  /// Where the result goes.
  private static func place(_ context: Context) throws(UsageError) -> String {
    if let onnx = context[onnx] {
      if context[dense] || context[out] != nil {
        throw .conflict(
          "--onnx names its own file, so --dense and --out have no effect beside it; export twice for both.")
      }
      return onnx
    }
    if context.arguments.isGiven(units) {
      throw .conflict("--units has no effect without --onnx; leave it out or add --onnx.")
    }
    guard context[dense] else {
      throw .conflict("There are two forms to export to; add --dense or --onnx.")
    }
    guard let out = context[out] else {
      throw .missing(name: Self.out.parameter.label, command: "espalier export")
    }
    return out
  }
}
