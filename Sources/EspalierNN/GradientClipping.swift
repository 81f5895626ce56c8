import EspalierTensor

/// Shortens the gradient of all parameters together when it is too long.
///
/// - Source: Pascanu, Mikolov and Bengio, arXiv:1211.5063; numbers as PyTorch's `clip_grad_norm_`.
public struct GradientClipping: Codable, Equatable, Sendable {
  /// The longest gradient that is left alone, above 0.
  public let maximumNorm: Double

  /// A clipping by Euclidean norm.
  ///
  /// - Throws: ``OptimizerError/notPositive(_:_:)`` when the norm is not a number above 0.
  public init(maximumNorm: Double) throws(OptimizerError) {
    guard maximumNorm > 0 else { throw .notPositive("largest gradient norm", maximumNorm) }
    self.maximumNorm = maximumNorm
  }

  /// Multiplies all gradients by `min(1, maximumNorm / (norm + 1e-6))`.
  ///
  /// Gradients of pruned weights count as 0. A norm that is not finite makes gradients 0 or NaN, as in PyTorch; the
  /// caller sees it in the result.
  ///
  /// - Parameter parameters: The parameters whose gradients are one vector.
  /// - Returns: The norm before clipping.
  @discardableResult
  public func apply(to parameters: [Parameter]) -> Double {
    let norm = parameters.reduce(0) { $0 + $1.squaredGradientNorm }.squareRoot()
    let factor = maximumNorm / (norm + 1e-6)
    if !(factor >= 1) {
      for parameter in parameters { parameter.scaleGradient(by: factor) }
    }
    return norm
  }

  private enum CodingKeys: String, CodingKey { case maximumNorm }

  /// Reads and checks the norm.
  public init(from decoder: any Decoder) throws {
    let container = try decoder.container(keyedBy: CodingKeys.self)
    try self.init(maximumNorm: container.decode(Double.self, forKey: .maximumNorm))
  }
}
