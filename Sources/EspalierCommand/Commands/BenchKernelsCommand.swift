import Espalier

/// `espalier bench kernels`: how far every kernel is from what bounds it.
enum BenchKernelsCommand {
  static let steps = Option(
    "steps", .int("number", from: 1, to: 1000), default: KernelBenchmark().steps, help: "Time steps of the sequences")
  static let lanes = Option(
    "lanes", .choice(["16", "32", "64", "128", "256"]), default: "\(KernelBenchmark().lanes)", help: "Samples")

  static let command = Command(
    "kernels", summary: "Time every kernel against its bound",
    discussion: """
      Products stand against the rate of the dense product of the same size, everything else against the rate at which \
      as much memory is copied. A sparse product's rate counts the multiply-adds of the survivors alone.
      """,
    examples: ["espalier bench kernels"],
    parameters: [steps.parameter, lanes.parameter]
  ) { context in
    var benchmark = KernelBenchmark()
    benchmark.steps = context[steps]
    benchmark.lanes = Int(context[lanes]) ?? benchmark.lanes
    let results = try benchmark.run()
    guard !context.wantsJSON else {
      for result in results { context.print(line(result).text) }
      return
    }
    var table = TextTable([
      .text("kernel"), .text("size"), .number("time", unit: "µs", decimals: 1), .number("rate", decimals: 1),
      .text("unit"), .number("bound", decimals: 1), .number("share", unit: "%", decimals: 0),
    ])
    for result in results {
      table.add([
        .text(result.kernel), .text(result.size), TextTable.Cell(result.microseconds), TextTable.Cell(result.rate),
        .text(result.unit),
        TextTable.Cell(result.bound), TextTable.Cell(100 * result.rate / result.bound),
      ])
    }
    context.print("SIMD target \(Platform.simdTarget)")
    context.print(table.render())
  }

  private static func line(_ result: KernelBenchmark.Measurement) -> JSONLine {
    [
      "kernel": .string(result.kernel), "size": .string(result.size), "us": .rounded(result.microseconds, 3),
      "rate": .rounded(result.rate, 2), "unit": .string(result.unit), "bound": .rounded(result.bound, 2),
      "target": .string(Platform.simdTarget),
    ]
  }
}
