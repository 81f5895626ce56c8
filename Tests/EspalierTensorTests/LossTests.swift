import Foundation
import Testing

@testable import EspalierTensor

/// What `Tests/Fixtures/make_loss_numbers.py` wrote with PyTorch.
private struct LossNumbers: Decodable {
  struct Case: Decodable {
    let kind: String
    let levels: [Double]?
    let outputs: Int
    let forecast, target: [Float]
    let value: Double
    let gradient: [Double]

    var loss: LossKind { kind == "normal" ? .normal : kind == "studentT" ? .studentT : .quantiles(levels ?? []) }
  }
  let horizon, samples: Int
  let cases: [Case]

  static func load() throws -> LossNumbers {
    let file = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../Fixtures/loss_numbers.json")
    return try JSONDecoder().decode(Self.self, from: Data(contentsOf: file.standardized))
  }
}

struct LossTests {
  @Test func quantilesAndLikelihoodsFollowPyTorch() throws {
    let numbers = try LossNumbers.load()
    #expect(numbers.cases.count == 11)
    for (index, one) in numbers.cases.enumerated() {
      let (value, gradient) = run(
        one.loss, forecast: one.forecast, target: one.target, horizon: numbers.horizon, samples: numbers.samples)
      #expect(abs(value - one.value) <= 1e-12 * abs(one.value), "case \(index)")
      let largest = one.gradient.reduce(0) { max($0, abs($1)) }
      #expect(gradient.count == one.gradient.count)
      // The gradient is a 32-bit float.
      #expect(
        zip(gradient, one.gradient).allSatisfy { abs(Double($0) - $1) <= 1e-7 * largest + 1e-7 * abs($1) },
        "case \(index)")
    }
  }

  @Test(arguments: [
    LossKind.quantiles([0.5]), .quantiles([0.2, 0.6]), .quantiles([0.05, 0.5, 0.95]), .normal, .studentT,
  ])
  func gradientsAreCentralDifferences(kind: LossKind) {
    let horizon = 2, samples = 21
    let random = Numbers(seed: 3)
    // Pinball losses have a kink where forecast and truth meet: they are kept apart.
    let target = random.array(horizon * samples).map { $0 < 0 ? $0 - 2 : $0 + 2 }
    var forecast = random.array(kind.outputsPerStep * horizon * samples)
    func value() -> Double {
      run(kind, forecast: forecast, target: target, horizon: horizon, samples: samples).value
    }
    let gradient = run(kind, forecast: forecast, target: target, horizon: horizon, samples: samples).gradient
    let largest = gradient.reduce(Float(0)) { max($0, abs($1)) }
    for index in forecast.indices {
      let center = forecast[index], step: Float = 1 / 64
      let sides = [-2, -1, 1, 2].map { (factor: Float) in
        forecast[index] = center + factor * step
        return value()
      }
      // What the additions really came to: the sum is rounded.
      let width = Double(center + 2 * step) - Double(center - 2 * step)
      forecast[index] = center
      let expected = (sides[0] - 8 * sides[1] + 8 * sides[2] - sides[3]) / (3 * width)
      #expect(abs(expected - Double(gradient[index])) <= 1e-4 * Double(largest), "element \(index)")
    }
  }

  /// Where a truth meets its quantile, the derivative is the middle of both sides; rows stand output after output.
  @Test func pinballByHand() {
    // Two levels, two steps, one sample: rows q1s1, q1s2, q2s1, q2s2.
    let (value, gradient) = run(
      .quantiles([0.25, 0.75]), forecast: [1, 5, 2, 8], target: [3, 5], horizon: 2, samples: 1)
    // 0.25 * 2, 0; 0.75 * 1, 0.25 * 3.
    #expect(value == (0.5 + 0 + 0.75 + 0.75) / 4)
    #expect(gradient == [-0.0625, 0.0625, -0.1875, 0.0625])
  }

  /// Errors count in the units of their lanes; a likelihood does not depend on them.
  @Test(arguments: [
    LossKind.meanSquaredError, .meanAbsoluteError, .huber(delta: 0.5), .quantiles([0.2, 0.6]), .normal, .studentT,
  ])
  func unitsScaleErrors(kind: LossKind) {
    let horizon = 2, samples = 18
    let random = Numbers(seed: 4)
    let target = random.array(horizon * samples)
    let forecast = random.array(kind.outputsPerStep * horizon * samples)
    // Powers of two, so that nothing is rounded.
    let units = (0..<samples).map { Float(sign: .plus, exponent: $0 % 5 - 2, significand: 1) }
    func scaled(_ values: [Float]) -> [Float] {
      kind.isDistribution ? values : values.indices.map { values[$0] * units[$0 % samples] }
    }
    let (value, gradient) = run(
      kind, forecast: forecast, target: target, units: units, horizon: horizon, samples: samples)
    let (expected, slopes) = run(
      kind, forecast: scaled(forecast), target: scaled(target), horizon: horizon, samples: samples)
    #expect(value == expected)
    #expect(gradient == scaled(slopes))
  }

  @Test func paddingAndMissingNumbers() {
    for kind in [LossKind.quantiles([0.5, 0.9]), .normal, .studentT] {
      let tape = Tape()
      let rows = kind.outputsPerStep
      let forecast = tape.input(steps: 1, rows: rows, lanes: 16, needsGradient: true) { memory in
        for index in 0..<rows * 16 { memory[index] = index % 16 < 3 ? 0.5 : .nan }
      }
      let target = tape.input(steps: 1, rows: 1, lanes: 16) { $0.update(repeating: 0, count: 16) }
      let loss = tape.loss(kind, forecast: forecast, target: target, samples: 3)
      tape.backward(from: loss)
      let gradient = tape.gradient(of: forecast)
      #expect(loss.value.isFinite)
      #expect(gradient.indices.allSatisfy { $0 % 16 < 3 ? gradient[$0] != 0 : gradient[$0] == 0 }, "\(kind)")
      #expect(!tape.loss(kind, forecast: forecast, target: target, samples: 4).value.isFinite, "\(kind)")
    }
  }

  @Test func scalesAndDegreesStayAboveTheirFloors() {
    #expect(LossKind.scale(of: -1000) == 1e-4 && LossKind.degrees(of: -1000) == 2 + 1e-4)
    #expect(abs(LossKind.scale(of: 0) - (log(2) + 1e-4)) < 1e-15)
    #expect(LossKind.scale(of: 1000) == 1000 + 1e-4)
  }

  @Test func levelsAreChecked() throws {
    try LossKind.quantiles([0.5]).validate()
    try LossKind.quantiles([0.1, 0.9]).validate()
    for (levels, error) in [
      ([], QuantileError.noLevels), ([0, 0.5], .level(0)), ([0.5, 1], .level(1)),
      ([0.5, 0.5], .notAscending(0.5, after: 0.5)), ([0.9, 0.1], .notAscending(0.1, after: 0.9)),
      ([0.1, 0.2], .medianOutside(low: 0.1, high: 0.2)), ([0.6, 0.9], .medianOutside(low: 0.6, high: 0.9)),
    ] {
      #expect(throws: error) { try LossKind.quantiles(levels).validate() }
    }
    #expect(throws: QuantileError.self) { try LossKind.quantiles([.nan]).validate() }
  }

  @Test func kindsComeBackFromJSON() throws {
    let kinds: [LossKind] = [
      .meanSquaredError, .meanAbsoluteError, .huber(delta: 2), .quantiles([0.1, 0.5]), .normal, .studentT,
    ]
    let text = try JSONEncoder().encode(kinds)
    #expect(try JSONDecoder().decode([LossKind].self, from: text) == kinds)
    let quantiles = try JSONEncoder().encode(LossKind.quantiles([0.5]))
    #expect(String(decoding: quantiles, as: UTF8.self) == #"{"quantiles":{"levels":[0.5]}}"#)
  }

  /// The loss and its gradient; `forecast` is `[outputs, horizon, samples]`, padded here.
  private func run(
    _ kind: LossKind, forecast: [Float], target: [Float], units: [Float]? = nil, horizon: Int, samples: Int
  ) -> (value: Double, gradient: [Float]) {
    let tape = Tape()
    let lanes = Tape.paddedLanes(samples)
    func input(_ values: [Float], needsGradient: Bool) -> Variable {
      let rows = values.count / samples
      return tape.input(steps: 1, rows: rows, lanes: lanes, needsGradient: needsGradient) { memory in
        for index in 0..<rows * lanes {
          memory[index] = index % lanes < samples ? values[index / lanes * samples + index % lanes] : 0
        }
      }
    }
    let x = input(forecast, needsGradient: true)
    let loss = tape.loss(
      kind, forecast: x, target: input(target, needsGradient: false),
      units: units.map { input($0, needsGradient: false) }, samples: samples)
    tape.backward(from: loss)
    let gradient = tape.gradient(of: x)
    return (loss.value, gradient.indices.filter { $0 % lanes < samples }.map { gradient[$0] })
  }
}
