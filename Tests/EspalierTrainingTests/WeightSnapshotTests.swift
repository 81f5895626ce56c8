import EspalierNN
import EspalierTensor
import Testing

@testable import EspalierTraining

struct WeightSnapshotTests {
  /// Weights, masks and running statistics all come back, also after more was pruned.
  @Test(arguments: ModelKind.allCases)
  func everythingComesBack(kind: ModelKind) throws {
    let model = try ModelConfiguration(kind: kind, features: 2, lookback: 8, hidden: 8, feedForward: 16)
      .makeModel(seed: 1)
    try model.fillBuffers(seed: 1)
    try OneShotPruning(sparsity: 0.5).apply(to: model)
    let before = model.tensors
    let snapshot = WeightSnapshot(model)
    try OneShotPruning(sparsity: 0.8).apply(to: model)
    try model.fillBuffers(seed: 2)
    for parameter in model.parameters { parameter.withValues { for index in $0.indices { $0[index] += 1 } } }
    #expect(model.tensors != before)
    try snapshot.restore(model)
    #expect(model.tensors == before)
  }
}
