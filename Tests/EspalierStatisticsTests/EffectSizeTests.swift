import EspalierStatistics
import Testing

@Suite struct EffectSizeTests {
  @Test func valuesAreSciPys() throws {
    for sample in try Comparisons.load().effects {
      #expect(close(try EffectSize.cohensD(sample.x, sample.y), sample.cohens_d, within: 1e-12), "\(sample.name)")
      #expect(close(try EffectSize.hedgesG(sample.x, sample.y), sample.hedges_g, within: 1e-12), "\(sample.name)")
      #expect(
        close(try EffectSize.varghaDelaneyA(sample.x, sample.y), sample.vargha_delaney, within: 1e-14),
        "\(sample.name)")
      let delta = try EffectSize.cliffsDelta(sample.x, sample.y)
      #expect(near(delta, 2 * sample.vargha_delaney - 1, within: 1e-14), "\(sample.name)")
      if let paired = sample.paired_d {
        #expect(close(try EffectSize.pairedCohensD(sample.x, sample.y), paired, within: 1e-12), "\(sample.name)")
      }
    }
  }

  @Test func separatedSamples() throws {
    #expect(try EffectSize.cliffsDelta([4, 5], [1, 2, 3]) == 1)
    #expect(try EffectSize.cliffsDelta([1, 2], [3]) == -1)
    #expect(try EffectSize.varghaDelaneyA([1, 1], [1]) == 0.5)
  }

  @Test(arguments: [1e-300, 1e-3, 1e300])
  func theUnitDoesNotMatter(unit: Double) throws {
    let (first, second) = ([1.0, 2, 4], [0.5, 1, 2, 2.5])
    func scaled(_ values: [Double]) -> [Double] { values.map { $0 * unit } }
    let expected = try EffectSize.cohensD(first, second)
    #expect(close(try EffectSize.cohensD(scaled(first), scaled(second)), expected, within: 1e-13))
    let paired = try EffectSize.pairedCohensD(first, [0, 2, 1])
    #expect(close(try EffectSize.pairedCohensD(scaled(first), scaled([0, 2, 1])), paired, within: 1e-13))
  }

  /// The exact factor for 2, 10 and 50 degrees of freedom; the first is `1 / sqrt pi`.
  @Test(arguments: [(2, 0.5642), (10, 0.9228), (50, 0.9849)])
  func factorThatFreesFromBias(degrees: Int, factor: Double) throws {
    let first = (0..<(degrees / 2 + 1)).map(Double.init)
    let second = first.map { $0 + 1 }
    let ratio = try EffectSize.hedgesG(first, second) / EffectSize.cohensD(first, second)
    #expect(abs(ratio - factor) < 0.0001)
  }

  @Test func withoutVariationThereIsNoEffectSize() {
    #expect(throws: SampleError.noVariation) { try EffectSize.cohensD([1, 1], [2, 2]) }
    // Equal differences but for rounding.
    #expect(throws: SampleError.noVariation) { try EffectSize.pairedCohensD([0.3, 0.2, 1.1], [0.2, 0.1, 1]) }
    #expect(throws: SampleError.noVariation) { try EffectSize.pairedCohensD([1, 2], [1, 2]) }
  }

  @Test func badSamplesAreRefused() {
    #expect(throws: SampleError.tooFew(count: 1, needed: 2)) { try EffectSize.cohensD([1], [1, 2]) }
    #expect(throws: SampleError.notFinite(position: 1)) { try EffectSize.hedgesG([1, 2], [1, .nan]) }
    #expect(throws: SampleError.tooFew(count: 0, needed: 1)) { try EffectSize.cliffsDelta([], [1]) }
    #expect(throws: SampleError.tooFew(count: 0, needed: 2)) { try EffectSize.hedgesG([], []) }
    #expect(throws: SampleError.unequalCounts(first: 1, second: 2)) { try EffectSize.pairedCohensD([1], [1, 2]) }
  }
}
