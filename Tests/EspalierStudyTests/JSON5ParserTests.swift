import EspalierStudy
import Testing

@Suite struct JSON5ParserTests {
  @Test(arguments: [
    ("null", "null"), ("true", "true"), (" false ", "false"), ("[]", "[]"), ("{}", "{}"), ("[ ]", "[]"),
    ("[1,]", "[1]"), ("[1,[2,],]", "[1,[2]]"), ("{a:1,}", "{\"a\":1}"), ("{'a b':{}}", "{\"a b\":{}}"),
    ("{$:1,_:2,a1:3}", "{\"$\":1,\"_\":2,\"a1\":3}"), ("{\\u0061b\\u0031:1}", "{\"ab1\":1}"),
    ("{null:1,true:2,Infinity:3}", "{\"null\":1,\"true\":2,\"Infinity\":3}"), ("{\"\":1}", "{\"\":1}"),
    ("{ünïcödé:1}", "{\"ünïcödé\":1}"), ("{b:1,a:2}", "{\"b\":1,\"a\":2}"), ("{\"a\":1}", "{\"a\":1}"),
  ])
  func containersAndWords(text: String, expected: String) throws {
    #expect(try JSON5Parser.parse(text).plain == expected)
  }

  @Test(arguments: [
    ("\"a'b\"", "a'b"), ("'a\"b'", "a\"b"), ("'it\\'s'", "it's"), ("\"\\\"\\\\\\/\"", "\"\\/"),
    ("'\\b\\f\\n\\r\\t\\v\\0'", "\u{08}\u{0C}\n\r\t\u{0B}\0"), ("'\\x41\\xfF'", "A\u{FF}"),
    ("'\\u0041\\uD83D\\uDE00'", "A😀"), ("'\\A\\C\\/\\D\\C'", "AC/DC"), ("''", ""), ("'\\0a'", "\0a"),
    ("'a\\\nb'", "ab"), ("'a\\\r\nb'", "ab"), ("'a\\\rb'", "ab"), ("'a\\\u{2028}b'", "ab"), ("'a\\\u{2029}b'", "ab"),
    ("'a\u{2028}b\u{2029}'", "a\u{2028}b\u{2029}"), ("'a\tb\u{1}'", "a\tb\u{1}"), ("'// /* */'", "// /* */"),
    ("'\u{FEFF}😀'", "\u{FEFF}😀"), ("'\\😀'", "😀"),
  ])
  func strings(text: String, expected: String) throws {
    let read = try #require(try JSON5Parser.parse(text).string)
    #expect(Array(read.unicodeScalars) == Array(expected.unicodeScalars))
  }

  @Test(arguments: [
    "0", "-0", "+0", "10", "1.5", ".5", "5.", "-.5", "+5.", "1e3", "1E+3", "5.e-2", ".5e1", "0.0", "0x0", "0XdeCAF",
    "-0xC0FFEE", "+0x1", "Infinity", "+Infinity", "-Infinity", "NaN", "-NaN", "0e0", "0.e1", "123456789012345678901",
  ])
  func numbersKeepTheirText(text: String) throws {
    #expect(try JSON5Parser.parse(text).number?.text == text)
    #expect(try JSON5Parser.parse("[\(text)/**/]").elements?.first?.number?.text == text)
  }

  @Test(arguments: [
    "\u{FEFF}1", "\t\u{0B}\u{0C} \u{A0}\u{FEFF}\u{2003}\u{2028}\u{2029}1\r\n", "// a\n1", "// a\r1", "// a\u{2028}1//",
    "/* a * / ** */1/***/", "1 // the end", "/**//**/1",
  ])
  func spacesAndComments(text: String) throws {
    #expect(try JSON5Parser.parse(text).plain == "1")
  }

  @Test func sample() throws {
    let value = try JSON5Parser.parse(sampleText)
    let keys = ["name", "other", "$key_1", "nested", "infinite", "größe", "last"]
    let members = try #require(value.members)
    #expect(members.map(\.key) == keys)
    #expect(members[1].value.string == "a\"éAb\u{0B}\0")
    #expect(members[2].value.plain == "[1,+2,-3.,.5,0x1F,1e-3,5.e+2]")
    #expect(members[3].value.plain == "{\"a\":{\"b\":[[],{},null]},\"ac\":true}")
    #expect(members[4].value.plain == "[Infinity,-Infinity,NaN]")
    #expect(members[5].value.string == "😀😀'")
  }

  @Test func positions() throws {
    let text = "\u{FEFF}{ a: [1,\r\n  'x'],\r b: /* \n */ {\n\tc: null}}"
    let members = try #require(try JSON5Parser.parse(text).members)
    let elements = try #require(members[0].value.elements)
    let inner = try #require(members[1].value.members)
    let places = [members[0].position, elements[0].position, elements[1].position, members[1].position]
    #expect(places.map { [$0.line, $0.column] } == [[1, 3], [1, 7], [2, 3], [3, 2]])
    #expect(members[1].value.position == JSON5Position(line: 4, column: 5))
    #expect(inner[0].position == JSON5Position(line: 5, column: 2))
    #expect(inner[0].value.position == JSON5Position(line: 5, column: 5))
    #expect(places[0] < places[1] && places[1] < places[2])
  }

  @Test func deepTextsAreReadUpToTheLimit() throws {
    func nested(_ depth: Int, _ open: String, _ close: String) -> String {
      String(repeating: open, count: depth) + "0" + String(repeating: close, count: depth)
    }
    #expect(try JSON5Parser.parse(nested(64, "[", "]")).kind == .array)
    #expect(try JSON5Parser.parse(nested(64, "{a:", "}")).kind == .object)
    let error = "arrays and objects lie inside each other more than 64 deep; make it flatter."
    #expect(
      sentence { try JSON5Parser.parse(nested(65, "[", "]")) } == "line 1, column 65: \(error)"
    )
    let depth = 1_000_000
    #expect(
      sentence { try JSON5Parser.parse(String(repeating: "[", count: depth)) }
        == "line 1, column 65: \(error)")
    #expect(
      sentence { try JSON5Parser.parse(String(repeating: "{a:", count: depth)) }
        == "line 1, column 193: \(error)")
  }

  @Test func manyListsBesideEachOtherAreNotDeep() throws {
    let text = "[" + String(repeating: "[{a:[]}],", count: 1000) + "]"
    #expect(try JSON5Parser.parse(text).elements?.count == 1000)
  }
}
