import Foundation

/// Numbers as a reader wants them: a few significant digits, and exponents only where nothing else is legible.
enum NumberText {
  /// What stands where there is no number.
  static let missing = "–"

  /// A number with so many digits behind the point; an exponent from ten million on, `–` when it is not finite.
  static func fixed(_ value: Double, decimals: Int) -> String {
    guard value.isFinite else { return missing }
    guard abs(value) < 1e7 else { return String(format: "%.3e", value) }
    let text = String(format: "%.\(max(0, decimals))f", value)
    // A tiny negative number rounds to a zero that needs no sign.
    return text.hasPrefix("-") && text.allSatisfy({ "-0.".contains($0) }) ? String(text.dropFirst()) : text
  }

  /// A number with so many significant digits.
  static func significant(_ value: Double, digits: Int = 3) -> String {
    fixed(value, decimals: decimals(showing: value, digits: digits))
  }

  /// A fraction as a percentage with one decimal.
  static func percent(_ fraction: Double) -> String {
    fixed(100 * fraction, decimals: 1)
  }

  /// The probability of a test: three decimals, or that it is below what they can say.
  static func probability(_ value: Double) -> String {
    guard value.isFinite else { return missing }
    return value < 0.001 ? "< 0.001" : fixed(value, decimals: 3)
  }

  /// The decimals that show the middle of some numbers with so many significant digits: one count for a whole table.
  static func decimals(for values: [Double], digits: Int = 4) -> Int {
    let sizes = values.filter { $0.isFinite && $0 != 0 }.map(abs).sorted()
    guard !sizes.isEmpty else { return digits - 1 }
    return decimals(showing: sizes[sizes.count / 2], digits: digits)
  }

  private static func decimals(showing value: Double, digits: Int) -> Int {
    guard value.isFinite, value != 0 else { return digits - 1 }
    let magnitude = Int(log10(abs(value)).rounded(.down))
    return min(max(digits - 1 - magnitude, 0), 12)
  }
}
