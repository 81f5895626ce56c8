import EspalierTensor

/// Moves parameters against their gradients.
///
/// Running averages live in the parameters, so that they follow a weight when a parameter is repacked; the optimizer
/// itself keeps its settings and a step count.
public protocol Optimizer: Sendable {
  /// Steps taken so far; a checkpoint stores it beside the parameters' ``Parameter/momentTensors``.
  var stepCount: Int { get set }

  /// The share of old gradients in the running direction, in 0 ..< 1: momentum, or Adam's first beta. One-cycle
  /// schedules change it.
  var momentum: Double { get set }

  /// Takes one step. Pruned weights and their running averages become 0.
  ///
  /// - Parameters:
  ///   - parameters: What moves; the same ones at every step.
  ///   - learningRate: How far, without unit.
  mutating func step(_ parameters: [Parameter], learningRate: Double)
}
