import Foundation
import Testing

@testable import EspalierData

@Suite struct PreparedDataTests {
  private let rows = 200

  private func table(changing change: (_ column: String, _ row: Int) -> Double? = { _, _ in nil }) throws -> SeriesTable
  {
    try hourlyTable(
      ["y", "a", "b"].enumerated().map { index, name in
        let values = scrambled(rows, index).enumerated().map { row, value in
          change(name, row) ?? (row % 37 == 5 + index ? .nan : 10 * value + Double(row) / 10)
        }
        return (name, values)
      })
  }

  private func task(
    _ evaluation: Evaluation = .strict, _ normalization: WindowNormalization? = nil, scaler: ScalerKind = .standard
  ) -> ForecastTask {
    ForecastTask(
      target: "y", lookback: 5, horizon: 3, evaluation: evaluation, scaler: scaler, normalization: normalization,
      calendar: true, season: 24)
  }

  @Test func `strict windows lie wholly in their part and know their target`() throws {
    let data = try PreparedData(table: table(), task: task())
    let missing = Set((0..<rows).filter { $0 % 37 == 5 })
    func origins(_ part: Range<Int>) -> [Int32] {
      part.filter { $0 >= 5 && $0 + 3 <= part.upperBound && missing.isDisjoint(with: $0..<$0 + 3) }.map(Int32.init)
    }
    #expect(data.train.map(\.origin) == origins(0..<140))
    #expect(data.validation.map(\.origin) == origins(140..<160))
    #expect(data.test.map(\.origin) == origins(160..<200))
    #expect(data.inputNames.prefix(3) == ["y", "a", "b"])
    #expect(data.inputCount == 3 + 8)
    #expect(data.future == [Window(origin: 200, series: 0)])
  }

  @Test(arguments: Evaluation.allCases, WindowNormalization.allCases)
  func `a batch is what the definition says`(evaluation: Evaluation, normalization: WindowNormalization) throws {
    let table = try table()
    let data = try PreparedData(table: table, task: task(evaluation, normalization), drifting: ["b"])
    let windows = Array(data.train.prefix(70)) + data.test
    let lanes = windows.count + 6
    let (inputs, targets, units) = data.batchWithUnits(windows, lanes: lanes)
    for (lane, window) in windows.enumerated() {
      for (index, column) in data.fitted.columns.enumerated() {
        let scaled = (0..<5).map { step in
          Double(data.matrix[(Int(window.origin) - 5 + step) * data.inputCount + index])
        }
        let (offset, scale) = Self.window(scaled, column.drifts ? normalization : .none)
        if column.name == "y", column.drifts { #expect(abs(Double(units[lane]) - scale) <= 1e-5 * scale) }
        for step in 0..<5 {
          let got = Double(inputs[(step * data.inputCount + index) * lanes + lane])
          #expect(abs(got - (scaled[step] - offset) / scale) <= 1e-5 * max(1, abs(got)))
        }
      }
      for step in 0..<3 {
        let normalised = targets[step * lanes + lane]
        let back = data.forecastInTargetUnits(normalised: normalised, window: window, step: step)
        #expect(abs(back - data.truth(window, step: step)) <= 1e-5 * 30)
      }
    }
    for element in 0..<5 * data.inputCount {
      #expect(inputs[element * lanes + windows.count..<(element + 1) * lanes].allSatisfy { $0 == 0 })
    }
    #expect((0..<3).allSatisfy { targets[$0 * lanes + windows.count..<($0 + 1) * lanes].allSatisfy { $0 == 0 } })
    #expect(units[windows.count...].allSatisfy { $0 == 0 })
  }

  private static func window(_ scaled: [Double], _ normalization: WindowNormalization) -> (Double, Double) {
    switch normalization {
    case .none: return (0, 1)
    case .lastValue: return (scaled[scaled.count - 1], 1)
    case .meanAndDeviation:
      let mean = scaled.reduce(0, +) / Double(scaled.count)
      let variance = scaled.reduce(0) { $0 + ($1 - mean) * ($1 - mean) } / Double(scaled.count)
      return (mean, (variance + 1e-5).squareRoot())
    }
  }

  @Test(arguments: ScalerKind.allCases)
  func `nothing that is fitted changes with a value behind the training part`(scaler: ScalerKind) throws {
    let original = try PreparedData(table: table(), task: task(scaler: scaler))
    let changed = try PreparedData(
      table: table { _, row in row >= 140 ? Double(row * row) : nil }, task: task(scaler: scaler))
    #expect(original.fitted == changed.fitted)
    #expect(original.train == changed.train)
    #expect(original.batch(original.train) == changed.batch(original.train))
    let earlier = try PreparedData(table: table { _, row in row == 100 ? 99 : nil }, task: task(scaler: scaler))
    #expect(earlier.fitted != original.fitted)
  }

  @Test(arguments: WindowNormalization.allCases)
  func `the inputs of a window don't change with a value at or behind its origin`(
    normalization: WindowNormalization
  ) throws {
    let task = task(.strict, normalization)
    let original = try PreparedData(table: table(), task: task, drifting: ["a"])
    for window in original.validation + original.test {
      let changed = try PreparedData(
        table: table { _, row in row >= Int(window.origin) ? -50 - Double(row % 7) : nil }, task: task, drifting: ["a"])
      #expect(original.batch([window]).inputs == changed.batch([window]).inputs)
      #expect(original.naiveLastValue(window, step: 2) == changed.naiveLastValue(window, step: 2))
      #expect(original.naiveSeasonal(window, step: 2) == changed.naiveSeasonal(window, step: 2))
      #expect(
        original.forecastInTargetUnits(normalised: 0.3, window: window, step: 1)
          == changed.forecastInTargetUnits(normalised: 0.3, window: window, step: 1))
    }
  }

  @Test func `values before the first one become the training mean in strict and the first one in paper`() throws {
    let values = [.nan, .nan] + (0..<48).map { Double($0 % 7) }
    let table = try hourlyTable([("y", scrambled(50)), ("a", values)])
    let strict = try PreparedData(table: table, task: ForecastTask(target: "y", features: ["a"], lookback: 2))
    let known = values[2..<35]
    #expect(abs(strict.fitted.columns[1].mean - known.reduce(0, +) / Double(known.count)) < 1e-12)
    #expect(strict.matrix[1] == 0)
    let paper = try PreparedData(
      table: table, task: ForecastTask(target: "y", features: ["a"], lookback: 2, evaluation: .paper))
    #expect(paper.matrix[0] == paper.matrix[2])
    #expect(paper.train.count == Int(Double(48) * 0.8))
    #expect(paper.inputNames == ["a"])
  }

  @Test func `naive forecasts and the scale of MASE`() throws {
    let table = try hourlyTable([("y", (0..<100).map { Double($0 % 4) * 3 + Double($0) }), ("a", scrambled(100))])
    let data = try PreparedData(
      table: table, task: ForecastTask(target: "y", lookback: 3, horizon: 6, season: 4))
    let window = Window(origin: 80, series: 0)
    #expect(data.naiveLastValue(window, step: 5) == 9 + 79)
    #expect((0..<6).map { data.naiveSeasonal(window, step: $0) } == [76, 80, 84, 88, 76, 80])
    #expect(data.seasonalScale == 4)
    #expect(
      data.naiveSeasonal(Window(origin: 3, series: 0), step: 0)
        == data.naiveLastValue(Window(origin: 3, series: 0), step: 0))
    #expect(data.time(Window(origin: 100, series: 0), step: 1) == 101 * 3_600_000)
    #expect(data.truth(Window(origin: 100, series: 0), step: 0).isNaN)
  }

  @Test func `constant features are dropped with a note`() throws {
    var late = [Double](repeating: 4, count: 50)
    late[49] = 5
    let table = try hourlyTable([("y", scrambled(50)), ("a", late), ("b", scrambled(50, 2))])
    let strict = try PreparedData(table: table, task: ForecastTask(target: "y", lookback: 2))
    #expect(strict.inputNames == ["y", "b"])
    #expect(strict.notes.contains { $0.contains("\"a\"") })
    let paper = try PreparedData(table: table, task: ForecastTask(target: "y", lookback: 2, evaluation: .paper))
    #expect(paper.inputNames == ["a", "b"])
  }

  @Test func `each refusal is one sentence`() throws {
    let table = try hourlyTable([("y", scrambled(50)), ("a", scrambled(50, 1)), ("c", Array(repeating: 1, count: 50))])
    func refusal(_ task: ForecastTask) -> PreparationError? {
      do {
        _ = try PreparedData(table: table, task: task)
        return nil
      } catch { return error }
    }
    #expect(refusal(ForecastTask(target: "y", lookback: 0)) == .notPositive(name: "look-back", value: 0))
    #expect(refusal(ForecastTask(target: "y", lookback: 1, horizon: 0)) == .notPositive(name: "horizon", value: 0))
    #expect(refusal(ForecastTask(target: "Y2", lookback: 1)) == .unknownColumn(name: "Y2", nearest: "y"))
    #expect(
      refusal(ForecastTask(target: "y", features: ["aa"], lookback: 1)) == .unknownColumn(name: "aa", nearest: "a"))
    #expect(refusal(ForecastTask(target: "y", features: ["y"], lookback: 1)) == .targetAmongFeatures("y"))
    #expect(refusal(ForecastTask(target: "c", lookback: 1)) == .constantTarget("c"))
    #expect(
      refusal(ForecastTask(target: "y", lookback: 45, horizon: 6)) == .tooShort(longest: 50, lookback: 45, horizon: 6))
    #expect(
      refusal(ForecastTask(target: "y", lookback: 2, horizon: 6)) == .emptyPart(name: "validation", rows: 5, horizon: 6)
    )
    #expect(
      refusal(ForecastTask(target: "y", lookback: 2, normalization: .meanAndDeviation))
        == .lookbackTooShortForDeviation(2))
    #expect(
      refusal(ForecastTask(target: "y", lookback: 2, split: FixedSplit(train: 40, validation: 10, test: 10)))
        == .splitBeyondRows(needed: 60, rows: 50))
    #expect(refusal(ForecastTask(target: "y", features: [], lookback: 2, evaluation: .paper)) == .noInputs)
    #expect(refusal(ForecastTask(target: "y", lookback: .max)) != nil)
  }
}
