extension StringProtocol {
  /// The text as a JSON string: quotation marks, backslashes and control characters escaped, everything else as it is.
  ///
  /// Control characters have one form, `\u` with four digits, so that equal texts are equal bytes: runs are keyed by them.
  package var quotedAsJSON: String {
    var result = "\""
    for scalar in unicodeScalars {
      switch scalar {
      case "\"": result += "\\\""
      case "\\": result += "\\\\"
      case _ where scalar.value < 0x20:
        let digits = String(scalar.value, radix: 16)
        result += "\\u" + String(repeating: "0", count: 4 - digits.count) + digits
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result + "\""
  }
}
