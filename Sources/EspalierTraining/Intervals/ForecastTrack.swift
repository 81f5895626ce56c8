import EspalierData
import EspalierStatistics

/// The windows of one series from its first calibration window to its last test window, one place a row.
///
/// Places without a window hold no residual. So a place is a time step, and the delay until a forecast's truth is known
/// can be counted in places.
struct ForecastTrack {
  /// Where each window stands among the calibration and test windows, by place; nil where there is none.
  let windows: [Int?]
  /// The place of the first test window.
  let start: Int
  /// Calibration windows of all series: indices from here on are test windows.
  private let calibrationCount: Int

  /// The track of every series that has test windows.
  static func all(of data: PreparedData) -> [ForecastTrack] {
    var bySeries: [Int32: [Int]] = [:]
    let windows = data.calibration + data.test
    for (index, window) in windows.enumerated() { bySeries[window.series, default: []].append(index) }
    return bySeries.keys.sorted().compactMap { series in
      ForecastTrack(bySeries[series] ?? [], windows: windows, calibrationCount: data.calibration.count)
    }
  }

  private init?(_ indices: [Int], windows all: [Window], calibrationCount: Int) {
    // Calibration windows come first, and each part is in time order.
    guard let first = indices.first, let last = indices.last,
      let firstTest = indices.first(where: { $0 >= calibrationCount })
    else { return nil }
    let origin = Int(all[first].origin)
    var places = [Int?](repeating: nil, count: Int(all[last].origin) - origin + 1)
    for index in indices { places[Int(all[index].origin) - origin] = index }
    windows = places
    start = Int(all[firstTest].origin) - origin
    self.calibrationCount = calibrationCount
  }

  /// A number a place, NaN where there is no window.
  func numbers(_ number: (Int) -> Double) -> [Double] { windows.map { $0.map(number) ?? .nan } }

  /// The indices of the test windows with their places counted from ``start``.
  var tests: [(window: Int, place: Int)] {
    windows[start...].enumerated().compactMap { place, window in window.map { ($0, place) } }
  }

  /// The indices of the calibration windows.
  var calibrations: [Int] { windows.compactMap { $0 }.filter { $0 < calibrationCount } }
}
