import EspalierNN
import EspalierPruning
import EspalierTensor
import Foundation
import Testing

@testable import EspalierTraining

/// PyTorch's side: the names and shapes of the fixtures' parameters are those of PyTorch's modules.
struct WeightFileTests {
  /// A fixture's parameters in a file of their own, as `safetensors.torch.save_file(model.state_dict(), ...)` writes it.
  private func plain(_ name: String, metadata: [String: String] = [:]) throws -> SafetensorsWriter {
    let fixture = try ParityFixture(name)
    var writer = SafetensorsWriter(metadata: metadata)
    for entry in fixture.file.names where entry.hasPrefix("param.") {
      try writer.add(String(entry.dropFirst(6)), try fixture.file.tensor(entry))
    }
    return writer
  }

  private func reading(_ data: Data) throws -> WeightFile {
    let path = FileManager.default.temporaryDirectory.appending(path: "weights-\(UUID().uuidString).safetensors").path
    defer { try? FileManager.default.removeItem(atPath: path) }
    try data.write(to: URL(filePath: path))
    return try WeightFile(path: path)
  }

  @Test(arguments: ParityTests.known)
  func kindsAreToldFromShapes(name: String) throws {
    let fixture = try ParityFixture(name)
    let model = try reading(try plain(name).data()).model
    #expect(model.configuration.kind == fixture.configuration.kind)
    #expect(model.shapes == (try fixture.model().shapes))
    #expect(model.prunableParameters.map(\.name) == (try fixture.model().prunableParameters.map(\.name)))
  }

  @Test(arguments: ParityTests.known, PruningScope.allCases)
  func plainFilesStayWhole(name: String, scope: PruningScope) throws {
    let file = try reading(try plain(name, metadata: ["note": "kept"]).data())
    let report = try file.prune(OneShotPruning(sparsity: 0.6, scope: scope))
    #expect(abs(report.sparsity - 0.6) < (scope == .global ? 0.51 / Double(report.total) : 0.05))
    let written = try SafetensorsFile(data: try file.data())
    #expect(written.metadata == ["note": "kept"])
    #expect(Dictionary(uniqueKeysWithValues: written.entries.map { ($0.name, $0.shape) }) == file.model.shapes)
    #expect(try reading(try file.data()).model.prunableParameters.map(\.sparsity).max() ?? 0 > 0.5)
  }

  @Test func magnitudeKeepsTheLargestAndChanceDoesNot() throws {
    let name = try #require(ParityTests.known.first { $0.hasPrefix("lstm") })
    func survivors(_ importance: ImportanceKind) throws -> [Float] {
      let file = try reading(try plain(name).data())
      try file.prune(OneShotPruning(sparsity: 0.5, importance: importance))
      return file.model.prunableParameters.filter { $0.name.contains("weight") }
        .flatMap { $0.tensor.values.map(abs).filter { $0 > 0 } }
    }
    let kept = try survivors(.magnitude), chosen = try survivors(.random)
    #expect(kept.count == chosen.count)
    #expect(try #require(kept.min()) > chosen.min() ?? 0)
    #expect(try survivors(.random) == chosen)
  }

  @Test func exportsHavePyTorchsNamesAndShapes() throws {
    for name in ParityTests.known {
      let fixture = try ParityFixture(name)
      let sizes = fixture.configuration
      let data = try Untrained.data.get()
      let model = try fixture.model()
      try OneShotPruning(sparsity: 0.9).apply(to: model)
      let saved = SavedModel(model: model, run: RunConfiguration(model: sizes), preparation: data.fitted)
      let file = try SafetensorsFile(data: try saved.denseData())
      let expected = fixture.file.names.filter { $0.hasPrefix("param.") }
      #expect(file.names == expected.map { String($0.dropFirst(6)) })
      for entry in expected {
        #expect(file.entry(String(entry.dropFirst(6)))?.shape == fixture.file.entry(entry)?.shape)
        #expect(file.entry(String(entry.dropFirst(6)))?.element == .float32)
      }
    }
  }

  /// Empty tensors may have any extent beside a 0.
  @Test(arguments: [[0, 1 << 62, 1], [1, 1 << 62, 0], [2, 3, 4], [1, 0, 4]])
  func absurdPositionsAreRefused(position: [Int]) throws {
    var writer = SafetensorsWriter()
    try writer.add("embed.weight", Tensor(repeating: 0, shape: [4, 2]))
    try writer.add("head.weight", Tensor(repeating: 0, shape: [1, 4]))
    try writer.add("blocks.0.attention.q.weight", Tensor(repeating: 0, shape: [4, 4]))
    try writer.add("blocks.0.ff1.weight", Tensor(repeating: 0, shape: [8, 4]))
    try writer.add("position", Tensor(repeating: 0, shape: position))
    let error = #expect(throws: WeightFileError.self) { try reading(writer.data()) }
    #expect(error?.description.contains("no layout that is known") == true)
  }

  @Test func otherLayoutsAreRefused() throws {
    let name = try #require(ParityTests.known.first { $0.hasPrefix("lstm") })
    var extra = try plain(name)
    try extra.add("other.weight", Tensor(repeating: 0, shape: [2, 2]))
    var bent = try plain(name)
    try bent.add("cell.weight_hh_l0", Tensor(repeating: 0, shape: [5, 0]))
    var stranger = SafetensorsWriter()
    try stranger.add("layers.0.weight", Tensor(repeating: 0, shape: [2, 2]))
    for writer in [extra, bent, stranger, SafetensorsWriter()] {
      let error = #expect(throws: WeightFileError.self) { try reading(writer.data()) }
      #expect(error?.description.contains("no layout that is known") == true)
    }
  }
}
