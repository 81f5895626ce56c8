import EspalierStatistics
import Testing

@Suite struct DistributionTests {
  @Test func normalQuantilesAreSciPys() throws {
    for point in try Reference.load().normal {
      #expect(close(Distribution.normalQuantile(point.p), point.x, within: 1e-13), "\(point)")
    }
  }

  @Test func studentTQuantilesAreSciPys() throws {
    for point in try Reference.load().t_quantile {
      let quantile = Distribution.studentTQuantile(point.p, degrees: point.degrees)
      #expect(close(quantile, point.x, within: 1e-11), "\(point) \(String(describing: quantile))")
    }
  }

  @Test func studentTProbabilitiesAreSciPys() throws {
    for point in try Reference.load().t_cdf {
      let probability = Distribution.studentTProbability(of: point.x, degrees: point.degrees)
      // Far tails are smaller than any test needs, so an absolute term stands beside the relative one.
      #expect(probability.map { abs($0 - point.p) <= 1e-15 + 1e-12 * point.p } == true, "\(point)")
    }
  }

  @Test func tailsAreSciPys() throws {
    let reference = try Comparisons.load()
    for point in reference.chi_squared {
      let tail = Distribution.chiSquaredTail(of: point.x, degrees: point.degrees)
      #expect(close(tail, point.p, within: 1e-12), "\(point)")
    }
    for point in reference.f {
      let tail = Distribution.fTail(of: point.x, numerator: point.numerator, denominator: point.denominator)
      #expect(close(tail, point.p, within: 1e-12), "\(point)")
    }
    for point in reference.normal_cdf {
      #expect(close(Distribution.normalProbability(of: point.x), point.p, within: 1e-12), "\(point)")
    }
  }

  /// The table in every textbook: two-sided 95 %.
  @Test(arguments: [(1.0, 12.706), (2, 4.303), (9, 2.262), (29, 2.045), (120, 1.980)])
  func publishedTable(degrees: Double, quantile: Double) throws {
    let value = try #require(Distribution.studentTQuantile(0.975, degrees: degrees))
    #expect(abs(value - quantile) < 0.0005)
  }

  @Test(arguments: [0, 1, -0.1, 1.1, Double.nan, Double.infinity])
  func outsideTheDomainThereIsNoQuantile(probability: Double) {
    #expect(Distribution.normalQuantile(probability) == nil)
    #expect(Distribution.studentTQuantile(probability, degrees: 3) == nil)
  }

  @Test(arguments: [0, -1, Double.nan, Double.infinity, -Double.infinity])
  func impossibleDegreesOfFreedom(degrees: Double) {
    #expect(Distribution.studentTQuantile(0.9, degrees: degrees) == nil)
    #expect(Distribution.studentTProbability(of: 1, degrees: degrees) == nil)
    #expect(Distribution.chiSquaredTail(of: 1, degrees: degrees) == nil)
    #expect(Distribution.fTail(of: 1, numerator: degrees, denominator: 2) == nil)
    #expect(Distribution.fTail(of: 1, numerator: 2, denominator: degrees) == nil)
  }

  @Test(arguments: [-1, Double.nan, Double.infinity])
  func tailsOutsideTheDomain(value: Double) {
    #expect(Distribution.chiSquaredTail(of: value, degrees: 2) == nil)
    #expect(Distribution.fTail(of: value, numerator: 2, denominator: 2) == nil)
    #expect((Distribution.normalProbability(of: value) == nil) == !value.isFinite)
  }

  @Test func extremesNeitherTrapNorThrow() {
    #expect(Distribution.studentTQuantile(Double.leastNonzeroMagnitude, degrees: 1e-3) == nil)
    #expect(Distribution.studentTProbability(of: .infinity, degrees: 1) == nil)
    #expect(Distribution.studentTProbability(of: 1e300, degrees: 1e300) == 1)
  }
}
