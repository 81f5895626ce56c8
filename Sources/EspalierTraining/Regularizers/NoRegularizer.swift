/// Leaves a training alone.
public final class NoRegularizer: Regularizer {
  /// A regularizer that does nothing.
  public init() {}
}
