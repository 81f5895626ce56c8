import EspalierData
import EspalierNN
import EspalierPruning

/// Times whole trainings with pruning against the same ones without, epoch for epoch, in turns.
///
/// Early stopping is off: all trainings run all epochs under the `strict` evaluation.
public struct TrainingBenchmark: Codable, Equatable, Sendable {
  /// The model and how it is trained.
  public var run: RunConfiguration
  /// The pruning.
  public var pruning: PruningConfiguration
  /// How often each training is done; medians are reported.
  public var rounds: Int

  /// What one comparison came to.
  public struct Result: Codable, Equatable, Sendable {
    /// Median seconds of processor time of a training without a regularizer.
    public let plainSeconds: Double
    /// The same with pruning.
    public let pruningSeconds: Double
    /// The same with dropout alone, where the pruning keeps dropout beside it; else nil.
    public let dropoutSeconds: Double?
    /// The median over rounds of pruning's time over the plain one's in the same round.
    public let ratio: Double
    /// The same over the time with dropout alone.
    public let ratioToDropout: Double?
    /// The test error without a regularizer, in the target's unit.
    public let plainMAE: Double
    /// The test error with pruning.
    public let pruningMAE: Double
    /// The share of prunable weights that were gone after every epoch.
    public let sparsity: [Double]
  }

  /// Compares a run with pruning against the same run without.
  public init(run: RunConfiguration, pruning: PruningConfiguration, rounds: Int = 3) {
    self.run = run
    self.pruning = pruning
    self.rounds = rounds
  }

  /// Does all trainings on the calling thread.
  ///
  /// - Parameters:
  ///   - data: What is trained on, prepared under `strict`.
  ///   - isCancelled: Asked before every step.
  /// - Returns: Times, errors and sparsities.
  /// - Throws: What ``Trainer`` throws, or ``TrainingError/notPositive(name:value:)``.
  public func measure(data: PreparedData, isCancelled: () -> Bool = { false }) throws -> Result {
    guard rounds >= 1 else { throw TrainingError.notPositive(name: "number of rounds", value: rounds) }
    var kinds = [
      RegularizerConfiguration(kind: .none), RegularizerConfiguration(kind: .synapticPruning, pruning: pruning),
    ]
    if pruning.dropout > 0 { kinds.append(RegularizerConfiguration(kind: .dropout, dropoutRate: pruning.dropout)) }
    var seconds = kinds.map { _ in [Double]() }
    var errors = [Double](repeating: 0, count: kinds.count)
    var sparsity: [Double] = []
    for _ in 0..<rounds {
      for (index, kind) in kinds.enumerated() {
        var run = run
        run.regularizer = kind
        run.training.firstSelectedEpoch = run.training.epochs - 1
        let trainer = try Trainer(run, data: data)
        let result = try trainer.run(isCancelled: isCancelled)
        seconds[index].append(result.seconds)
        errors[index] = try data.metrics(of: data.test, forecasts: trainer.forecasts(of: data.test).values).mae
        if kind.kind == .synapticPruning { sparsity = result.history.map(\.sparsity) }
      }
    }
    func median(_ values: [Double]) -> Double { values.sorted()[values.count / 2] }
    func ratio(to other: Int) -> Double { median(zip(seconds[1], seconds[other]).map(/)) }
    return Result(
      plainSeconds: median(seconds[0]), pruningSeconds: median(seconds[1]),
      dropoutSeconds: kinds.count > 2 ? median(seconds[2]) : nil, ratio: ratio(to: 0),
      ratioToDropout: kinds.count > 2 ? ratio(to: 2) : nil, plainMAE: errors[0], pruningMAE: errors[1],
      sparsity: sparsity)
  }
}
