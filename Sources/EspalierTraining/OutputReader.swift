import EspalierStatistics
import EspalierTensor

/// Reads a model's outputs of one step of the horizon as a point forecast and quantiles, in normalized units.
///
/// Quantiles are sorted, so that they don't cross: that brings each nearer to its truth.
///
/// - Source: Chernozhukov, Fernández-Val and Galichon 2010, doi:10.3982/ECTA7880.
struct OutputReader {
  /// The levels of the quantiles that are read, ascending; empty where the loss knows none.
  let levels: [Double]
  let outputsPerStep: Int
  private let form: Form

  private enum Form {
    case point
    /// Where the levels lie among those that were trained on, and the median.
    case quantiles([Place], median: Place)
    /// The quantiles of the standard normal distribution at the levels.
    case normal([Double])
    case studentT
  }

  /// A place between two neighbouring quantiles: a `fraction` of the way from `index` to the next.
  private struct Place {
    let index: Int
    let fraction: Double

    /// The place of a level that lies within ascending levels.
    init(of level: Double, among trained: [Double]) {
      let next = trained.firstIndex { $0 >= level } ?? trained.count - 1
      if next == 0 || trained[next] == level {
        (index, fraction) = (next, 0)
      } else {
        index = next - 1
        fraction = (level - trained[next - 1]) / (trained[next] - trained[next - 1])
      }
    }

    func value(_ sorted: [Float]) -> Float {
      if fraction == 0 { return sorted[index] }
      return Float(Double(sorted[index]) * (1 - fraction) + Double(sorted[index + 1]) * fraction)
    }
  }

  /// Reads what a loss trains; quantiles at the loss' own levels.
  init(_ loss: LossKind) {
    self.init(loss, checked: loss.quantileLevels)
  }

  /// Reads the point forecasts alone.
  init(pointsOf loss: LossKind) {
    self.init(loss, checked: [])
  }

  /// Reads what a loss trains; quantiles at levels of the caller's.
  ///
  /// - Throws: `QuantileError` when the levels don't ascend within 0 and 1 or the loss doesn't tell them.
  init(_ loss: LossKind, levels: [Double]) throws(QuantileError) {
    try QuantileError.check(levels)
    switch loss {
    case .meanSquaredError, .meanAbsoluteError, .huber: throw .lossHasNone
    case .quantiles(let trained):
      let (low, high) = (trained.first ?? .nan, trained.last ?? .nan)
      if let level = levels.first(where: { !($0 >= low && $0 <= high) }) {
        throw .outsideTrained(level, low: low, high: high)
      }
    case .normal, .studentT: break
    }
    self.init(loss, checked: levels)
  }

  private init(_ loss: LossKind, checked levels: [Double]) {
    self.levels = levels
    outputsPerStep = loss.outputsPerStep
    switch loss {
    case .meanSquaredError, .meanAbsoluteError, .huber: form = .point
    case .quantiles(let trained):
      form = .quantiles(
        levels.map { Place(of: $0, among: trained) }, median: Place(of: 0.5, among: trained))
    case .normal: form = .normal(levels.map { Distribution.normalQuantile($0) ?? .nan })
    case .studentT: form = .studentT
    }
  }

  /// Reads one step.
  ///
  /// - Parameter output: The model's outputs of the step, by number.
  /// - Returns: The point forecast, and the quantiles at ``levels``.
  func read(_ output: (Int) -> Float) -> (point: Float, quantiles: [Float]) {
    switch form {
    case .point: return (output(0), [])
    case .quantiles(let places, let median):
      let sorted = (0..<outputsPerStep).map(output).sorted()
      return (median.value(sorted), places.map { $0.value(sorted) })
    case .normal(let standard):
      let scale = LossKind.scale(of: output(1))
      return (output(0), standard.map { Float(Double(output(0)) + $0 * scale) })
    case .studentT:
      let scale = LossKind.scale(of: output(1)), degrees = LossKind.degrees(of: output(2))
      return (
        output(0),
        levels.map { level in
          let standard = Distribution.studentTQuantile(level, degrees: degrees) ?? .nan
          return Float(Double(output(0)) + standard * scale)
        }
      )
    }
  }
}
