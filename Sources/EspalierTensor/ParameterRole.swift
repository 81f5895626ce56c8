/// What a parameter does in its layer; pruning and weight decay may treat roles differently.
public enum ParameterRole: String, Sendable, Codable, CaseIterable {
  /// Weights between inputs and outputs.
  case matrix
  /// Something that is added.
  case bias
  /// The learned scale of a normalization.
  case gain
  /// Learned positions of steps or patches.
  case position

  /// The role that PyTorch's conventions imply: two axes are a matrix, one axis called `weight` is a gain, a name that
  /// ends in `position` is a position, and the rest is a bias.
  ///
  /// - Parameters:
  ///   - shape: PyTorch's shape.
  ///   - name: PyTorch's name.
  public init(shape: [Int], name: String) {
    if name.hasSuffix("position") {
      self = .position
    } else if shape.count >= 2 {
      self = .matrix
    } else {
      self = name.contains("weight") ? .gain : .bias
    }
  }
}
