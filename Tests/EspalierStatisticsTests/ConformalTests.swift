import EspalierStatistics
import Testing

@Suite struct ConformalTests {
  /// Whether a number is the reference's, where nil stands for infinity.
  private func same(_ value: Double, _ reference: Double?, sign: Double = 1) -> Bool {
    guard let reference else { return value == sign * .infinity }
    return value == reference
  }

  @Test func splitIntervalsAreTheReferences() throws {
    for one in try IntervalNumbers.load().splits {
      let name = Comment(rawValue: "\(one.residuals.count) residuals at \(one.level)")
      let absolute = try SplitConformal(residuals: one.residuals, level: one.level)
      #expect(same(absolute.band.upper, one.absolute), name)
      #expect(absolute.band.lower == -absolute.band.upper && absolute.count == one.residuals.count, name)
      let signed = try SplitConformal(residuals: one.residuals, level: one.level, scores: .signed)
      // Ends of low levels may cross, and become one point.
      if let lower = one.lower, let upper = one.upper, lower > upper {
        #expect(signed.band.lower == signed.band.upper, name)
      } else {
        #expect(same(signed.band.lower, one.lower, sign: -1) && same(signed.band.upper, one.upper), name)
      }
    }
  }

  @Test func conformalizedQuantilesAreTheReferences() throws {
    for one in try IntervalNumbers.load().cqr {
      let intervals = zip(one.lower, one.upper).map { PredictionInterval(lower: $0, upper: $1) }
      let conformalized = try ConformalizedQuantiles(intervals, truths: one.truths, level: one.level)
      #expect(same(conformalized.margin, one.margin), "\(one.truths.count) truths at \(one.level)")
      let moved = conformalized.interval(around: PredictionInterval(lower: -10, upper: 10))
      #expect(same(moved.upper, one.margin.map { 10 + $0 }) && same(moved.lower, one.margin.map { -10 - $0 }, sign: -1))
    }
  }

  @Test func adaptiveIntervalsAreTheReferences() throws {
    let all = try IntervalNumbers.load().adaptive
    #expect(all.count == 6)
    for one in all {
      let residuals = one.residuals.map { $0 ?? .nan }
      var settings = AdaptiveConformal(
        level: one.level, window: one.window, stepSizes: one.stepSizes, span: one.span)
      let absolute = try settings.bands(residuals: residuals, from: one.start, delay: one.delay)
      #expect(absolute.count == residuals.count - one.start)
      for (index, band) in absolute.enumerated() {
        #expect(same(band.upper, one.absolute[index]) && band.lower == -band.upper, "\(one.name), \(index)")
      }
      settings.scores = .signed
      let signed = try settings.bands(residuals: residuals, from: one.start, delay: one.delay)
      for (index, band) in signed.enumerated() {
        if let lower = one.lower[index], let upper = one.upper[index], lower > upper {
          #expect(band.lower == band.upper, "\(one.name), \(index)")
        } else {
          #expect(same(band.lower, one.lower[index], sign: -1), "\(one.name), \(index)")
          #expect(same(band.upper, one.upper[index]), "\(one.name), \(index)")
        }
      }
    }
    // The cases reach what they are there for.
    #expect(all.contains { $0.absolute.contains(nil) } && all.contains { !$0.absolute.contains(nil) })
  }

  /// Only what is known may be seen: a residual changes no interval before its delay has passed.
  @Test(arguments: [1, 3, 7], ConformalScores.allCases)
  func intervalsDoNotLookAhead(delay: Int, scores: ConformalScores) throws {
    var numbers = SplitMix(seed: 5)
    var residuals = (0..<80).map { _ in Double.random(in: 0..<1, using: &numbers) - 0.4 }
    let start = 30
    let places = [0, 20, start - delay, start, start + 11, 79]
    // Well inside, so that it matters when they come to lie outside.
    for place in places { residuals[place] = 0.01 }
    let settings = AdaptiveConformal(level: 0.8, scores: scores, window: 25, span: 20)
    let before = try settings.bands(residuals: residuals, from: start, delay: delay)
    for changed in places {
      var others = residuals
      others[changed] = 1000
      let after = try settings.bands(residuals: others, from: start, delay: delay)
      let unseen = max(0, min(changed + delay, 80) - start)
      #expect(before[..<unseen] == after[..<unseen], "residual \(changed)")
      if changed >= 20, unseen < before.count { #expect(before[unseen...] != after[unseen...], "residual \(changed)") }
    }
    // The first intervals do use residuals known by then: exactly those up to start - delay.
    let first = try settings.bands(residuals: Array(residuals[...start]), from: start, delay: delay)[0]
    let known = Array(residuals[...(start - delay)].suffix(25))
    #expect(first == (try SplitConformal(residuals: known, level: 0.8, scores: scores)).band)
  }

  /// The bound of Gibbs and Candès 2021, proposition 4.1: misses come to the goal on any sequence.
  @Test(arguments: [0.005, 0.05])
  func missesComeToTheirShareOnAnySequence(step: Double) throws {
    var numbers = SplitMix(seed: 11)
    // The spread grows a hundredfold, which split conformal can't follow.
    let count = 3000
    let residuals = (0..<count).map { index in
      Double.random(in: -0.5..<0.5, using: &numbers) * (1 + Double(index) * Double(index) / 9e4)
    }
    let level = 0.9
    let bands = try AdaptiveConformal(level: level, window: 200, stepSizes: [step])
      .bands(residuals: residuals, from: 200)
    let misses = zip(bands, residuals[200...]).filter { !$0.contains($1) }.count
    let share = Double(misses) / Double(bands.count)
    #expect(abs(share - (1 - level)) <= (max(1 - level, level) + step) / (step * Double(bands.count)))
    let split = try SplitConformal(residuals: Array(residuals[..<200]), level: level)
    #expect(residuals[200...].filter { !split.band.contains($0) }.count > 2 * misses)
  }

  @Test func thresholdsServeAnyScores() throws {
    let scores = [3.0, 1, 2, 4, 5, 6]
    let settings = AdaptiveConformal(level: 0.5, window: 3, stepSizes: [0])
    // Rank ceil(4 * 0.5) = 2 of the three before.
    #expect(try settings.thresholds(scores: scores, from: 3) == [2, 2, 4])
    #expect(try settings.thresholds(scores: scores, from: 6).isEmpty)
  }

  @Test func badInputIsRefused() {
    let residuals = [1.0, 2, 3]
    #expect(throws: IntervalError.level(1)) { try SplitConformal(residuals: residuals, level: 1) }
    #expect(throws: IntervalError.notFinite(name: "residuals", position: 0)) {
      try SplitConformal(residuals: [.infinity], level: 0.5)
    }
    #expect(throws: IntervalError.level(0)) { try AdaptiveConformal(level: 0).bands(residuals: residuals, from: 1) }
    #expect(throws: IntervalError.notPositive(name: "window of residuals", value: 0)) {
      try AdaptiveConformal(window: 0).bands(residuals: residuals, from: 1)
    }
    #expect(throws: IntervalError.stepSizes([])) {
      try AdaptiveConformal(stepSizes: []).bands(residuals: residuals, from: 1)
    }
    #expect(throws: IntervalError.notPositive(name: "delay", value: 0)) {
      try AdaptiveConformal().bands(residuals: residuals, from: 1, delay: 0)
    }
    #expect(throws: IntervalError.start(4, count: 3)) { try AdaptiveConformal().bands(residuals: residuals, from: 4) }
    #expect(throws: IntervalError.start(-1, count: 3)) { try AdaptiveConformal().bands(residuals: residuals, from: -1) }
    #expect(throws: IntervalError.counts(name: "intervals", count: 0, truths: 1)) {
      try ConformalizedQuantiles([], truths: [1], level: 0.5)
    }
  }

  /// No residual is no reason to fail: nothing is known, so nothing bounds.
  @Test func withoutResidualsIntervalsAreInfinite() throws {
    let everything = PredictionInterval(lower: -.infinity, upper: .infinity)
    #expect(try SplitConformal(residuals: [.nan], level: 0.9).band == everything)
    #expect(try SplitConformal(residuals: [], level: 0.9, scores: .signed).band == everything)
    #expect(try AdaptiveConformal().bands(residuals: [.nan, .nan], from: 0) == [everything, everything])
    #expect(try AdaptiveConformal(level: 0.5).bands(residuals: [1, 1, 1], from: 0)[0] == everything)
  }
}
