/// Where moments and values of a panel lie in the picture.
struct PlotFrame {
  let left: Double
  let right: Double
  let top: Double
  let bottom: Double
  let valueTicks: ValueTicks
  let timeTicks: TimeTicks
  private let times: ClosedRange<Int64>
  private let values: ClosedRange<Double>

  /// Makes room for the labels of the values on the left.
  init(_ panel: ForecastPanel, areDates: Bool, right: Double, top: Double, height: Double, letter: Double) {
    times = panel.times
    let range = panel.values
    let span = range.upperBound - range.lowerBound
    let margin = span > 0 ? 0.06 * span : max(0.1 * abs(range.upperBound), 1e-9)
    values = range.lowerBound - margin...range.upperBound + margin
    valueTicks = ValueTicks(values, about: 6)
    let longest = valueTicks.labels.map(\.count).max() ?? 1
    left = min(20 + letter * Double(longest), right / 3)
    self.right = right
    self.top = top
    bottom = top + height
    timeTicks = TimeTicks(times, areDates: areDates, atMost: 6)
  }

  func x(_ time: Int64) -> Double {
    let span = Double(times.upperBound) - Double(times.lowerBound)
    guard span > 0 else { return (left + right) / 2 }
    // A little air on both sides for dots and bars.
    return left + 5 + (right - left - 10) * (Double(time) - Double(times.lowerBound)) / span
  }

  func y(_ value: Double) -> Double {
    bottom - (bottom - top) * (value - values.lowerBound) / (values.upperBound - values.lowerBound)
  }
}
