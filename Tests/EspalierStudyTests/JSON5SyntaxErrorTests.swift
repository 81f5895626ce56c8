import EspalierStudy
import Testing

@Suite struct JSON5SyntaxErrorTests {
  @Test(arguments: [
    ("", "line 1, column 1: expected a value, but found the end of the text."),
    (" \n // x", "line 2, column 6: expected a value, but found the end of the text."),
    ("]", "line 1, column 1: expected a value, but found \"]\"."),
    ("1 2", "line 1, column 3: expected the end of the text, but found \"2\"."),
    ("{a:1}}", "line 1, column 6: expected the end of the text, but found \"}\"."),
    ("[1 2]", "line 1, column 4: expected a comma or the closing bracket of the list, but found \"2\"."),
    ("[1", "line 1, column 3: expected a comma or the closing bracket of the list, but found the end of the text."),
    ("[1\n", "line 2, column 1: expected a comma or the closing bracket of the list, but found the end of the text."),
    ("[", "line 1, column 2: expected a value, but found the end of the text."),
    ("[,]", "line 1, column 2: expected a value, but found \",\"."),
    ("[1,,2]", "line 1, column 4: expected a value, but found \",\"."),
    ("{a:1 b:2}", "line 1, column 6: expected a comma or the closing brace of the object, but found \"b\"."),
    ("{a:1]", "line 1, column 5: expected a comma or the closing brace of the object, but found \"]\"."),
    ("{a 1}", "line 1, column 4: expected a colon after the key \"a\", but found \"1\"."),
    ("{a\n}", "line 2, column 1: expected a colon after the key \"a\", but found \"}\"."),
    ("{a:}", "line 1, column 4: expected a value, but found \"}\"."),
    ("{1:2}", "line 1, column 2: expected a key or the closing brace of the object, but found \"1\"."),
    ("{,}", "line 1, column 2: expected a key or the closing brace of the object, but found \",\"."),
    ("{", "line 1, column 2: expected a key or the closing brace of the object, but found the end of the text."),
    ("{a-b:1}", "line 1, column 3: expected a colon after the key \"a\", but found \"-\"."),
    (
      "{\u{7}:1}",
      "line 1, column 2: expected a key or the closing brace of the object, but found the character U+0007."
    ),
    ("[1,\u{200B}2]", "line 1, column 4: expected a value, but found the character U+200B."),
    ("#1", "line 1, column 1: expected a value, but found \"#\"."),
    ("[1,\"]", "line 1, column 4: the string that begins here has no end; close it with \"."),
  ])
  func structure(text: String, expected: String) {
    #expect(sentence { try JSON5Parser.parse(text) } == expected)
  }

  @Test(arguments: [
    ("lstm", "line 1, column 1: \"lstm\" is no value; put it in quotation marks if it is a text."),
    ("{a: True}", "line 1, column 5: \"True\" is no value; write true."),
    ("[NULL]", "line 1, column 2: \"NULL\" is no value; write null."),
    ("nan", "line 1, column 1: \"nan\" is no value; write NaN."),
    ("tru\\u0065", "line 1, column 1: \"tru\" is no value; put it in quotation marks if it is a text."),
    ("-", "line 1, column 2: expected a digit, but found the end of the text."),
    ("- 1", "line 1, column 2: expected a digit, but found a space."),
    ("+-1", "line 1, column 2: expected a digit, but found \"-\"."),
    ("01", "line 1, column 2: expected no more digits after a leading zero, but found \"1\"."),
    ("-00", "line 1, column 3: expected no more digits after a leading zero, but found \"0\"."),
    (".", "line 1, column 2: expected a digit, but found the end of the text."),
    ("1e", "line 1, column 3: expected a digit, but found the end of the text."),
    ("1e+]", "line 1, column 4: expected a digit, but found \"]\"."),
    ("0x", "line 1, column 3: expected a hexadecimal digit, but found the end of the text."),
    ("0xG", "line 1, column 3: expected a hexadecimal digit, but found \"G\"."),
    ("0x1.5", "line 1, column 4: expected the end of the number, but found \".\"."),
    ("1.2.3", "line 1, column 4: expected the end of the number, but found \".\"."),
    ("12px", "line 1, column 3: expected the end of the number, but found \"p\"."),
    ("1_000", "line 1, column 2: expected the end of the number, but found \"_\"."),
    ("1١", "line 1, column 2: expected the end of the number, but found \"١\"."),
    ("-Infinite", "line 1, column 9: expected \"y\" of \"Infinity\", but found \"e\"."),
    ("-Nan", "line 1, column 4: expected \"N\" of \"NaN\", but found \"n\"."),
    ("-Infinitys", "line 1, column 10: expected the end of the number, but found \"s\"."),
    ("-true", "line 1, column 2: expected a digit, but found \"t\"."),
  ])
  func wordsAndNumbers(text: String, expected: String) {
    #expect(sentence { try JSON5Parser.parse(text) } == expected)
  }

  @Test(arguments: [
    ("'abc", "line 1, column 1: the string that begins here has no end; close it with '."),
    ("[1,\n \"abc\n\"]", "line 2, column 2: the string that begins here has no end; close it with \"."),
    ("'abc\\", "line 1, column 1: the string that begins here has no end; close it with '."),
    ("'abc\\'", "line 1, column 1: the string that begins here has no end; close it with '."),
    ("'\\1'", "line 1, column 3: expected an escape other than of digits, but found \"1\"."),
    ("'\\01'", "line 1, column 3: expected an escape other than of digits, but found \"0\"."),
    ("'\\x4'", "line 1, column 5: expected a hexadecimal digit, but found \"'\"."),
    ("'\\u12\"", "line 1, column 6: expected a hexadecimal digit, but found '\"'."),
    ("'\\uD83D'", "line 1, column 3: this escape is half of a character; write both halves, or the character itself."),
    ("'\\uDE00'", "line 1, column 3: this escape is half of a character; write both halves, or the character itself."),
    (
      "'\\uD83D\\u0041'",
      "line 1, column 3: this escape is half of a character; write both halves, or the character itself."
    ),
    (
      "'\\uD83D\\n'",
      "line 1, column 3: this escape is half of a character; write both halves, or the character itself."
    ),
    ("{\\x41:1}", "line 1, column 3: expected \"u\" and four hexadecimal digits, but found \"x\"."),
    (
      "{\\u0031:1}",
      "line 1, column 2: expected an escape for a character that may stand in a key without quotation marks, but found \"\\\"."
    ),
    (
      "{a\\uD83D:1}",
      "line 1, column 3: expected an escape for a character that may stand in a key without quotation marks, but found \"\\\"."
    ),
    ("1 /", "line 1, column 4: expected \"/\" or \"*\", which begin a comment, but found the end of the text."),
    ("/+ 1", "line 1, column 2: expected \"/\" or \"*\", which begin a comment, but found \"+\"."),
    ("1\n /* a", "line 2, column 2: the comment that begins here has no end; close it with */."),
    ("1 /*/", "line 1, column 3: the comment that begins here has no end; close it with */."),
  ])
  func stringsKeysAndComments(text: String, expected: String) {
    #expect(sentence { try JSON5Parser.parse(text) } == expected)
  }

  @Test(arguments: [
    ("{a:1,b:2,\n a:3}", "line 2, column 2: the key \"a\" stands in line 1 already; remove one of them."),
    ("{\n'a':1,\n\n \\u0061:3}", "line 4, column 2: the key \"a\" stands in line 2 already; remove one of them."),
    ("[{a:1},{a:2,c:{a:3},a:4}]", "line 1, column 21: the key \"a\" stands in line 1 already; remove one of them."),
  ])
  func duplicateKeys(text: String, expected: String) {
    #expect(sentence { try JSON5Parser.parse(text) } == expected)
  }

  @Test(arguments: [
    ([0xFF, 0xFE, 0x31, 0x00], 1, 1), ([0x5B, 0x0A, 0x20, 0xC3], 2, 2), ([0x22, 0xC3, 0xA4, 0x80, 0x22], 1, 3),
    ([0xEF, 0xBB, 0xBF, 0x22, 0xED, 0xA0, 0x80, 0x22], 1, 2), ([0x22, 0xC0, 0x80, 0x22], 1, 2),
  ])
  func bytesThatAreNotUTF8(bytes: [UInt8], line: Int, column: Int) {
    #expect(
      sentence { try JSON5Parser.parse(utf8: bytes) }
        == "line \(line), column \(column): the text is not UTF-8 here; save it in that encoding.")
  }

  @Test func longWordsAreCut() {
    let word = String(repeating: "x", count: 1_000_000)
    let cut = String(repeating: "x", count: 60)
    #expect(
      sentence { try JSON5Parser.parse(word) }
        == "line 1, column 1: \"\(cut)…\" is no value; put it in quotation marks if it is a text.")
  }
}
