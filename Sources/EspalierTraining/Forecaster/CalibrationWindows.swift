import EspalierData

/// The windows that a model was neither trained on nor selected by, of every series the latest ones.
struct CalibrationWindows {
  /// Up to where the model was trained and selected: all of the windows lie behind it.
  let extent: TrainingExtent
  /// The windows of all series.
  let count: Int
  private let bySeries: [Int32: [Window]]

  /// Finds them.
  ///
  /// - Parameters:
  ///   - data: Data that the model's preparation was applied to.
  ///   - model: The model.
  ///   - most: The most windows of a series.
  /// - Throws: ``ForecastRequestError`` when no window is known to be new to the model.
  init(of data: PreparedData, newTo model: SavedModel, most: Int) throws(ForecastRequestError) {
    guard let extent = model.extent else { throw .extentUnknown }
    guard extent.isDate == data.timesAreDates else { throw .datesDiffer(trainedOnDates: extent.isDate) }
    guard data.timesStay else { throw .undatedPanel }
    let new = data.test.filter { data.time($0, step: 0) > extent.lastTime }
    if new.isEmpty { throw .nothingNew(after: extent) }
    self.extent = extent
    bySeries = Dictionary(grouping: new, by: \.series).mapValues { Array($0.suffix(most)) }
    count = bySeries.values.reduce(0) { $0 + $1.count }
  }

  /// Those of one series, in time order.
  subscript(series: Int32) -> [Window] { bySeries[series] ?? [] }
}
