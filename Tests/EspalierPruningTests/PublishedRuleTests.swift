import EspalierPruning
import EspalierTensor
import Foundation
import Testing

/// The published rule against masks that the reference implementation made in PyTorch.
struct PublishedRuleTests {
  private static let folder = URL(fileURLWithPath: #filePath)
    .deletingLastPathComponent().deletingLastPathComponent().appending(path: "Fixtures")

  static let kinds = ["rnn", "lstm", "gru", "patchtst"]

  static func fixtures() throws -> [String] {
    try FileManager.default.contentsOfDirectory(atPath: folder.path)
      .filter { name in name.hasSuffix(".safetensors") && kinds.contains { name.hasPrefix($0 + "_") } }.sorted()
  }

  /// The parameters of a fixture that its model hands to the pruner; the last norm of PatchTST is not among them.
  private func parameters(of file: SafetensorsFile) throws -> [Parameter] {
    try file.names.filter { $0.hasPrefix("param.") && $0 != "param.norm.weight" }.map {
      Parameter(name: String($0.dropFirst("param.".count)), initial: try file.tensor($0))
    }
  }

  @Test func everyKindHasAFixture() throws {
    let names = try Self.fixtures()
    for kind in Self.kinds { #expect(names.contains { $0.hasPrefix(kind + "_") }, "\(kind)") }
  }

  @Test(arguments: try fixtures())
  func masksEqualTheReferenceElementByElement(name: String) throws {
    let file = try SafetensorsFile(path: Self.folder.appending(path: name).path)
    let model = try #require(file.metadata["model"].flatMap(PaperModel.init))
    let epochs = try #require(file.metadata["schedule_epochs"].flatMap { Int($0) })
    let configuration = PruningConfiguration.paper(model: model)
    #expect(file.metadata["schedule_low"].flatMap { Double($0) } == lateCubic(configuration)?.low)
    #expect(file.metadata["schedule_high"].flatMap { Double($0) } == lateCubic(configuration)?.high)
    #expect(file.metadata["schedule_warmup"] == "\(configuration.timing.warmup)")
    #expect(file.metadata["schedule_every"] == "\(configuration.timing.every)")

    let pruner = try Pruner(parameters(of: file), configuration: configuration, epochs: epochs)
    let targets = (0..<epochs).map { pruner.target(epoch: $0) }.filter { $0 > 0 }
    #expect(targets.map { Float($0) } == (try file.tensor("targets").values))
    for target in targets { try pruner.update(to: target) }

    let expected = file.names.filter { $0.hasPrefix("mask.") }
    #expect(expected == pruner.parameters.map { "mask.\($0.name)" })
    for parameter in pruner.parameters {
      let mask = try file.tensor("mask.\(parameter.name)").values
      let actual = parameter.mask ?? [UInt8](repeating: 1, count: parameter.count)
      #expect(actual.map { Float($0) } == mask, "\(parameter.name)")
      #expect(parameter.activeCount == mask.count { $0 != 0 })
    }
    #expect(pruner.sparsity > 0)
  }

  private func lateCubic(_ configuration: PruningConfiguration) -> LateCubicSchedule? {
    if case .lateCubic(let schedule) = configuration.schedule { schedule } else { nil }
  }

  @Test func thresholdIsStrictAndLeavesTies() throws {
    let list = try [ranked([4, -1, 2, 2, 2, 5, 6, 7])]
    #expect(try MaskRule.published.prune(list, to: 0.5) == 1, "the 4th smallest is 2, so only 1 goes")
    #expect(list[0].parameter.mask == [1, 0, 1, 1, 1, 1, 1, 1])
    #expect(try MaskRule.published.prune(list, to: 0.5) == 0, "3 more: the 3rd smallest of the rest is 2")
  }

  @Test func nothingHappensWhenEverythingWouldGo() throws {
    let list = try [ranked([1, 2, 3, 4])]
    #expect(try MaskRule.published.prune(list, to: 1) == 0)
    #expect(try MaskRule.published.prune(list, to: 1.2) == 0)
    #expect(try MaskRule.published.prune(list, to: 0.24) == 0, "trunc(0.96) is 0")
    #expect(list[0].parameter.mask == nil)
    #expect(try MaskRule.published.prune(list, to: 0.75) == 2)
  }

  private func ranked(_ values: [Float]) throws -> RankedWeights {
    RankedWeights(Parameter(name: "weight", initial: try Tensor(shape: [1, values.count], values: values)))
  }
}
