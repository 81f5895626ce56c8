import Espalier

/// `espalier shrink`: the same forecasts from smaller matrices.
enum ShrinkCommand {
  static let command = Command(
    "shrink", summary: "Remove units of a pruned model that have no effect, so that its matrices get smaller",
    discussion: """
      Units that nothing reads any more go, and so do units that are constant, whose effect moves into a bias. The \
      forecasts stay the same up to rounding. The result is a model like any other.
      """,
    examples: ["espalier shrink model.safetensors --out small.safetensors"],
    parameters: [ModelFileOptions.model.parameter, ModelFileOptions.out.parameter]
  ) { context in
    let output = try ModelFileOptions.output(context)
    let path = context[ModelFileOptions.model]
    let (saved, report) = try SavedModel(path: path).shrunk()
    let bytes = Array(try saved.data())
    let before = try ModelFileOptions.bytes(path)
    try output.write(bytes)
    if context.wantsJSON {
      let line: JSONLine = [
        "layers": .array(
          report.layers.map {
            .object([
              "name": .string($0.name), "unit": .string($0.unit), "before": .int($0.before), "after": .int($0.after),
            ])
          }),
        "weights_before": .int(report.weightsBefore), "weights_after": .int(report.weightsAfter),
        "bytes_before": .int(before), "bytes_after": .int(bytes.count), "out": .string(output.path),
      ]
      context.print(line.text)
    } else {
      context.print(text(report))
      context.print(ModelFileOptions.sizes(output, before: before, after: bytes.count))
    }
  }

  private static func text(_ report: ShrinkReport) -> String {
    var table = TextTable([
      .text("layer"), .text("of"), .number("before", decimals: 0), .number("after", decimals: 0),
    ])
    for layer in report.layers {
      table.add([
        .text(layer.name), .text(layer.unit), .number(Double(layer.before)), .number(Double(layer.after)),
      ])
    }
    table.add([
      .text("all"), .text("weights"), .number(Double(report.weightsBefore)), .number(Double(report.weightsAfter)),
    ])
    return table.render() + (report.isUnchanged ? "\nNo unit could go: each has an effect on the forecast." : "")
  }
}
