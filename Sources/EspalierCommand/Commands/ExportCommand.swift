import Espalier

/// `espalier export`: a model's file for other programs.
enum ExportCommand {
  static let dense = Option.flag("dense", help: "Whole tensors with zeros in them, of the shapes of PyTorch's modules")

  static let command = Command(
    "export", summary: "Write a model so that other programs can read its weights",
    discussion: """
      With --dense every tensor is whole, under PyTorch's names and shapes, and blocks that lost units are filled up with \
      zeros: 'load_state_dict' takes what 'safetensors.torch.load_file' returns. The result is an Espalier model too.
      """,
    examples: ["espalier export model.safetensors --dense --out dense.safetensors"],
    parameters: [ModelFileOptions.model.parameter, dense.parameter, ModelFileOptions.out.parameter]
  ) { context in
    guard context[dense] else {
      throw UsageError.conflict("There is one form to export to; add --dense.")
    }
    let output = try ModelFileOptions.output(context)
    let path = context[ModelFileOptions.model]
    let saved = try SavedModel(path: path)
    let bytes = Array(try saved.denseData())
    let before = try ModelFileOptions.bytes(path)
    try output.write(bytes)
    if context.wantsJSON {
      let line: JSONLine = [
        "model": .string(saved.run.model.kind.rawValue), "bytes_before": .int(before),
        "bytes_after": .int(bytes.count), "out": .string(output.path),
      ]
      context.print(line.text)
    } else {
      context.print(ModelFileOptions.sizes(output, before: before, after: bytes.count))
    }
  }
}
