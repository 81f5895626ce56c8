import Foundation
import Testing

@testable import EspalierData

/// One setting of `Tests/Fixtures/data/paper_preparation.json`, which `paper_preparation.py` beside it made with pandas.
private struct PaperNumbers: Decodable {
  let name: String
  let lookback: Int
  let inputs: [String]
  let windows: Int
  let cut: Int
  let mean: Double
  let deviation: Double
  let chosen: [Int]
  let first_steps: [[Float]]
  let last_steps: [[Float]]
  let sums: [Double]
  let targets: [Float]
  let truths: [Double]
  let naive_mae: Double

  static func all() throws -> [PaperNumbers] {
    let url = RealData.packageRoot.appendingPathComponent("Tests/Fixtures/data/paper_preparation.json")
    return try JSONDecoder().decode([PaperNumbers].self, from: Data(contentsOf: url))
  }
}

@Suite(.enabled(if: RealData.isComplete, "the real data are not in the folder that ESPALIER_DATA names"))
struct PaperPreparationTests {
  @Test func `gives the numbers that pandas gives`() throws {
    let all = try PaperNumbers.all()
    #expect(all.count == 6)
    for numbers in all {
      let dataset = try DatasetCatalogue.load(numbers.name, folder: RealData.folder)
      let data = try dataset.prepare(dataset.description.task(lookback: numbers.lookback, evaluation: .paper))
      #expect(data.inputNames == numbers.inputs)
      #expect(data.train.count == numbers.cut)
      #expect(data.test.count == numbers.windows - numbers.cut)
      #expect(data.validation == data.test)
      #expect(abs(data.fitted.target.scaler.offset - numbers.mean) <= 1e-12 * abs(numbers.mean))
      #expect(abs(data.fitted.target.scaler.scale - numbers.deviation) <= 1e-12 * numbers.deviation)
      let all = data.train + data.test
      let windows = numbers.chosen.map { all[$0] }
      let (inputs, targets) = data.batch(windows)
      let (width, lanes) = (data.inputCount, windows.count)
      for lane in 0..<lanes {
        let cells = (0..<numbers.lookback * width).map { inputs[$0 * lanes + lane] }
        #expect(Self.agree(Array(cells.prefix(width)), numbers.first_steps[lane]))
        #expect(Self.agree(Array(cells.suffix(width)), numbers.last_steps[lane]))
        #expect(abs(cells.reduce(0.0) { $0 + Double($1) } - numbers.sums[lane]) <= 1e-4)
        #expect(Self.agree([targets[lane]], [numbers.targets[lane]]))
        #expect(data.truth(windows[lane], step: 0) == numbers.truths[lane])
      }
      let errors = data.test.map { abs(data.truth($0, step: 0) - data.naiveLastValue($0, step: 0)) }
      let naive = errors.reduce(0, +) / Double(errors.count)
      #expect(abs(naive - numbers.naive_mae) <= 1e-9 * numbers.naive_mae)
    }
  }

  /// Equal up to the last bit of a 32-bit float, at values around 1.
  private static func agree(_ left: [Float], _ right: [Float]) -> Bool {
    left.count == right.count && zip(left, right).allSatisfy { abs($0 - $1) <= 2.5e-7 * max(1, abs($1)) }
  }
}
