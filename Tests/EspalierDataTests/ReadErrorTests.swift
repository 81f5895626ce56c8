import Foundation
import Testing

@testable import EspalierData

@Suite struct ReadErrorTests {
  @Test(arguments: [
    ("", "FILE is empty: give a file with a header line and rows."),
    (" \r\n\n", "FILE is empty: give a file with a header line and rows."),
    (",,,\n,,,\n", "FILE is empty: give a file with a header line and rows."),
    ("d,x\n", "FILE has a header but no rows: add data below it."),
    ("d,x\n,\n", "FILE has a header but no rows: add data below it."),
    ("1,2\n3,4\n", "FILE starts with numbers: add a first line with the names of the columns."),
    ("d,x,x\n2020-01-01,1,2\n", "FILE has two columns named \"x\": rename one of them."),
    (
      "d,x\n2020-01-01,1\n2020-01-02,2,3\n",
      "Line 3 of FILE has 3 fields where the header has 2: correct that line."
    ),
    ("d,x\n2020-01-01,1\n\n2020-01-02\n", "Line 4 of FILE has 1 fields where the header has 2: correct that line."),
    ("d,x\n2020-01-01,\"1\n", "A quoted field that starts in line 2 of FILE never ends: close the quote."),
    (
      "d,x\n2020-01-01,a\n2020-01-02,b\n",
      "FILE has no numeric column: give a file with at least one column of numbers."
    ),
    (
      "d,x\n2020-01-01,1\n2020-01-02,inf\n",
      "Row 2 (line 3) of FILE holds an infinite value in column \"x\": correct it or leave it empty."
    ),
    (
      "d,x,Name\n2020-01-01,1,A\n2020-01-01,2,B\n",
      "FILE has two different rows for 2020-01-01: name the column that tells the series apart (perhaps \"Name\"), "
        + "or ask to keep the first of them."
    ),
    (
      "d,x\n2020-01-01,1\n2020-01-01,2\n",
      "FILE has two different rows for 2020-01-01: remove one, or ask to keep the first of them."
    ),
  ])
  func `one sentence says what is wrong and what to do`(text: String, sentence: String) throws {
    #expect(try readError(text) == sentence)
  }

  @Test func `text in a numeric column is reported with row and column`() throws {
    var lines = (0..<20).map { "\(TimeStamp.text(Int64($0) * 86_400_000)),\($0)" }
    lines[15] = "1970-01-16,n.d."
    let text = "d,x\n" + lines.joined(separator: "\n")
    #expect(
      try readError(text) == "Row 16 (line 17) of FILE holds the text \"n.d.\" in the numeric column \"x\": "
        + "correct it, name it as a missing marker, or leave the column out.")
    #expect(try readError(text, ReadOptions(missingMarkers: ["N.D."])) == nil)
    #expect(
      try readError("d,x,t\n2020-01-01,1,a\n", ReadOptions(required: ["t"]))
        == "Row 1 (line 2) of FILE holds the text \"a\" in the numeric column \"t\": "
        + "correct it, name it as a missing marker, or leave the column out.")
    #expect(
      try readError("d,x,t\n2020-01-01,1,a\n", ReadOptions(columns: ["t"]))
        == "Row 1 (line 2) of FILE holds the text \"a\" in the numeric column \"t\": "
        + "correct it, name it as a missing marker, or leave the column out.")
  }

  @Test func `a cell that is no date is reported`() throws {
    var lines = (0..<20).map { "\(TimeStamp.text(Int64($0) * 86_400_000)),\($0)" }
    lines[3] = "yesterday,3"
    #expect(
      try readError("d,x\n" + lines.joined(separator: "\n"))
        == "Row 4 (line 5) of FILE holds \"yesterday\" in the date column \"d\": write dates as 2024-12-31, "
        + "2024-12-31 23:59:59 or 31/12/2024, or name another date column.")
  }

  @Test func `unknown columns get the nearest name`() throws {
    let text = "d,Close,Volume\n2020-01-01,1,2\n"
    #expect(
      try readError(text, ReadOptions(columns: ["close"]))
        == "FILE has no column \"close\": the nearest name is \"Close\".")
    #expect(
      try readError(text, ReadOptions(dateColumn: "whenever"))
        == "FILE has no column \"whenever\": check the names in the header.")
    #expect(try readError(text, ReadOptions(seriesColumn: "Nmae")) != nil)
    #expect(try readError(text, ReadOptions(excluded: ["Volum"])) != nil)
  }

  @Test func `binary data, folders and missing files are refused`() throws {
    #expect(
      try readError([0x64, 0, 0x2C, 0, 0x78, 0])
        == "FILE is not a text file, it holds zero bytes: save it as comma-separated text in UTF-8.")
    #expect(throws: ReadError.missingFile("/no/such/file.csv")) { try DelimitedReader.read("/no/such/file.csv") }
    let folder = NSTemporaryDirectory()
    #expect(throws: ReadError.directory(folder)) { try DelimitedReader.read(folder) }
    #expect(throws: ReadError.unreadable("/dev/null")) { try DelimitedReader.read("/dev/null") }
  }

  @Test func `a missing series id is reported`() throws {
    #expect(
      try readError("d,x,n\n2020-01-01,1,\n", ReadOptions(seriesColumn: "n"))
        == "Row 1 (line 2) of FILE has no series id in column \"n\": fill it in or remove the row.")
  }

  @Test func `random bytes never trap`() throws {
    var state: UInt64 = 7
    let alphabet = Array("0123456789.,;-/: \"\n\r\tabNA?e".utf8)
    for length in 0..<600 {
      var bytes = Array("d,x\n2020-01-01,1\n".utf8)
      for _ in 0..<length % 97 {
        state = state &* 6_364_136_223_846_793_005 &+ 1_442_695_040_888_963_407
        bytes.append(alphabet[Int(state >> 33) % alphabet.count])
      }
      _ = try readError(bytes)
      _ = try readError(Array(bytes.dropFirst(length % 17)))
    }
  }
}
