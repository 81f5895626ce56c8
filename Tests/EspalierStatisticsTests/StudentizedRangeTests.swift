import EspalierStatistics
import Testing

@Suite struct StudentizedRangeTests {
  @Test func tailsAreMpmaths() throws {
    for point in try Comparisons.load().studentized_range.exact {
      let tail = Distribution.studentizedRangeTail(
        of: point.q, groups: point.groups, degrees: point.degrees ?? .infinity)
      #expect(close(tail, point.tail, within: 1e-12), "\(point) \(String(describing: tail))")
    }
  }

  @Test func tailsAreSciPys() throws {
    for point in try Comparisons.load().studentized_range.scipy {
      let tail = Distribution.studentizedRangeTail(
        of: point.q, groups: point.groups, degrees: point.degrees ?? .infinity)
      // SciPy integrates to an absolute tolerance and subtracts from 1.
      #expect(near(tail, point.tail, within: 1e-10), "\(point) \(String(describing: tail))")
    }
  }

  @Test func criticalValuesAreSciPys() throws {
    for point in try Comparisons.load().studentized_range.critical {
      let value = Distribution.studentizedRangeCriticalValue(
        tail: point.tail, groups: point.groups, degrees: point.degrees ?? .infinity)
      #expect(close(value, point.q, within: 1e-8), "\(point) \(String(describing: value))")
    }
  }

  /// Tables of the studentized range in textbooks, such as Montgomery's: groups, degrees, tail, value.
  @Test(arguments: [
    (3, 10.0, 0.05, 3.88), (5, 20, 0.05, 4.23), (3, 10, 0.01, 5.27), (10, 60, 0.05, 4.65), (2, 1, 0.05, 17.97),
  ])
  func publishedTable(groups: Int, degrees: Double, tail: Double, value: Double) throws {
    let found = try #require(
      Distribution.studentizedRangeCriticalValue(tail: tail, groups: groups, degrees: degrees))
    #expect(abs(found - value) < 0.0051)
  }

  @Test(arguments: [2, 3, 10, 200], [0.9, 0.5, 0.05, 1e-6, 1e-30])
  func criticalValuesInvertTails(groups: Int, tail: Double) throws {
    for degrees in [3, 75.5, .infinity] {
      let value = Distribution.studentizedRangeCriticalValue(tail: tail, groups: groups, degrees: degrees)
      if degrees == 3 && tail == 1e-30 {
        // This far out the value is above 1e9.
        #expect(value == nil)
        continue
      }
      let again = Distribution.studentizedRangeTail(of: try #require(value), groups: groups, degrees: degrees)
      #expect(close(again, tail, within: 1e-11), "\(degrees) \(String(describing: again))")
    }
  }

  /// Two variables: the range is `sqrt 2` times a Student t variable without its sign.
  @Test(arguments: [1, 2.5, 12, 1e5], [1e-3, 1, 5, 40])
  func twoGroupsAreStudentsT(degrees: Double, value: Double) throws {
    let tail = Distribution.studentizedRangeTail(of: value, groups: 2, degrees: degrees)
    let half = try #require(Distribution.studentTProbability(of: -value / 2.0.squareRoot(), degrees: degrees))
    #expect(close(tail, 2 * half, within: 1e-11), "\(String(describing: tail)) \(2 * half)")
  }

  @Test func ends() {
    #expect(Distribution.studentizedRangeTail(of: 0, groups: 4) == 1)
    #expect(Distribution.studentizedRangeTail(of: 1e300, groups: 1_000_000_000) == 0)
    #expect(Distribution.studentizedRangeTail(of: 1e300, groups: 3, degrees: 200) == 0)
    #expect(Distribution.studentizedRangeTail(of: .nan, groups: 3) == nil)
    #expect(Distribution.studentizedRangeTail(of: .infinity, groups: 3) == nil)
    #expect(Distribution.studentizedRangeTail(of: -1, groups: 3) == nil)
    #expect(Distribution.studentizedRangeTail(of: 1, groups: 1) == nil)
    #expect(Distribution.studentizedRangeTail(of: 1, groups: 3, degrees: 0.5) == nil)
    #expect(Distribution.studentizedRangeCriticalValue(tail: 0, groups: 3) == nil)
    #expect(Distribution.studentizedRangeCriticalValue(tail: 1, groups: 3) == nil)
    #expect(Distribution.studentizedRangeCriticalValue(tail: .nan, groups: 3) == nil)
    #expect(Distribution.studentizedRangeCriticalValue(tail: 0.05, groups: 3, degrees: .nan) == nil)
  }

  @Test func manyDegreesApproachTheKnownDeviation() throws {
    let known = try #require(Distribution.studentizedRangeTail(of: 3.3, groups: 4))
    #expect(close(Distribution.studentizedRangeTail(of: 3.3, groups: 4, degrees: 1e9), known, within: 1e-7))
    #expect(Distribution.studentizedRangeTail(of: 3.3, groups: 4, degrees: 1e300) == known)
  }
}
