/// Text for a page.
enum HTMLText {
  /// Text in which nothing is taken for markup, for the inside of elements and of quoted attributes.
  ///
  /// Control characters, U+FFFE and U+FFFF, which no page and no XML may have, become U+FFFD.
  static func escaped(_ text: String) -> String {
    var result = ""
    result.reserveCapacity(text.utf8.count)
    for scalar in text.unicodeScalars {
      switch scalar {
      case "&": result += "&amp;"
      case "<": result += "&lt;"
      case ">": result += "&gt;"
      case "\"": result += "&quot;"
      case "'": result += "&#39;"
      case "\t", "\n", "\r": result.unicodeScalars.append(scalar)
      case _
      where scalar.value < 0x20 || (0x7F...0x9F).contains(scalar.value) || (0xFFFE...0xFFFF).contains(scalar.value):
        result += "\u{FFFD}"
      default: result.unicodeScalars.append(scalar)
      }
    }
    return result
  }

  /// A script that nothing inside can end: what would end it stands in strings and patterns, where `\/` is `/`.
  static func script(_ source: String) -> String {
    source.replacing("<!--", with: "<\\!--").replacing(/<\/(?<name>[sS][cC][rR][iI][pP][tT])/) { "<\\/\($0.name)" }
  }
}
