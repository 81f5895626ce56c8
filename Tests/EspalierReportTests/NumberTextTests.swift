import Testing

@testable import EspalierReport

@Suite struct NumberTextTests {
  @Test(arguments: [
    (0.38216, 4, "0.3822"), (1033.6, 0, "1034"), (-0.0004, 2, "0.00"), (-0.05, 1, "-0.1"), (12_345_678, 2, "1.235e+07"),
    (.nan, 2, "–"), (.infinity, 2, "–"), (0, 1, "0.0"),
  ])
  func fixed(value: Double, decimals: Int, text: String) {
    #expect(NumberText.fixed(value, decimals: decimals) == text)
  }

  @Test(arguments: [
    (0.012345, "0.0123"), (1.0, "1.00"), (999.4, "999"), (123_456, "123456"), (0, "0.00"), (-2.5, "-2.50"),
  ])
  func significant(value: Double, text: String) {
    #expect(NumberText.significant(value) == text)
  }

  @Test(arguments: [(0.0009, "< 0.001"), (0.001, "0.001"), (0.0344, "0.034"), (1, "1.000"), (.nan, "–")])
  func probability(value: Double, text: String) {
    #expect(NumberText.probability(value) == text)
  }

  @Test(arguments: [
    ([0.31, 0.38, 0.42], 4), ([900, 1034, 1200], 0), ([], 3), ([0, 0], 3), ([.nan, 27.1], 2), ([1e-20], 12),
  ])
  func decimalsOfATable(values: [Double], decimals: Int) {
    #expect(NumberText.decimals(for: values) == decimals)
  }
}
