import Foundation
import Testing

@testable import EspalierData

@Suite struct DelimitedReaderTests {
  @Test(arguments: [",", ";", "\t", "|"])
  func `detects the separator and drops empty lines and trailing columns`(separator: String) throws {
    let lines = ["date,a,b,,", "2020-01-01,1,2.5,,", "2020-01-02,-3,,,", ",,,,", "", "2020-01-03,1e2,NA,,"]
    let text = lines.joined(separator: "\r\n").replacingOccurrences(of: ",", with: separator)
    let table = try read(text)
    #expect(table.columnNames == ["a", "b"])
    #expect(table.rowCount == 3)
    #expect(try table.column("a").values == [1, -3, 100])
    #expect(try table.missingCount("b") == 2)
    #expect(table.inferredStep == 86_400_000)
    #expect(table.notes == ["2 empty lines were left out."])
  }

  @Test func `reads a decimal comma, day-first dates and a time column`() throws {
    let table = try read(
      "Date;Time;x\n10/03/2004;18.00.00;2,6\n13/03/2004;19.30.00;-200\n", .init(missingMarkers: ["-200,0"]))
    #expect(table.times.map(TimeStamp.text) == ["2004-03-10 18:00:00", "2004-03-13 19:30:00"])
    #expect(try table.value("x", 0) == 2.6)
    #expect(try table.missingCount("x") == 1)
    #expect(table.notes.isEmpty)
  }

  @Test func `detects month-first dates and notes an ambiguity`() throws {
    let american = try read("d,x\n01/02/2020,1\n01/31/2020,2\n")
    #expect(american.times.map(TimeStamp.text) == ["2020-01-02", "2020-01-31"])
    let ambiguous = try read("d,x\n01/02/2020,1\n02/02/2020,2\n")
    #expect(ambiguous.times.map(TimeStamp.text) == ["2020-02-01", "2020-02-02"])
    #expect(ambiguous.notes == ["Dates of column \"d\" were read with the day before the month."])
  }

  @Test func `reads quotes, a byte-order mark and text columns`() throws {
    let text =
      "\u{FEFF}\"when\",\"value, in kg\",\"who \"\"really\"\"\"\n2020-01-01,\"1.5\",\"a,\nb\"\n2020-01-02,\"2\",plain\n"
    let table = try read(text)
    #expect(table.columnNames == ["value, in kg"])
    #expect(try table.column("value, in kg").values == [1.5, 2])
    #expect(table.texts == [TextColumn(name: "who \"really\"", texts: ["a,\nb", "plain"], codes: [0, 1])])
  }

  @Test func `reads latin-1 where the bytes are not UTF-8`() throws {
    let bytes = Array("d,W/m".utf8) + [0xB2] + Array("\n2020-01-01,1\n".utf8)
    let table = try withTemporaryFile(bytes) { try DelimitedReader.read($0) }
    #expect(table.columnNames == ["W/m²"])
    #expect(try read("d,W/m²\n2020-01-01,1\n").columnNames == ["W/m²"])
  }

  @Test func `puts rows in time order and says so`() throws {
    let reversed = try read("d,x\n2020-01-03,3\n2020-01-02,2\n2020-01-01,1\n")
    #expect(try reversed.column("x").values == [1, 2, 3])
    #expect(reversed.notes == ["Rows came newest first and were reversed."])
    let shuffled = try read("d,x,who\n2020-01-03,3,c\n2020-01-01,1,a\n2020-01-02,2,b\n")
    #expect(try shuffled.column("x").values == [1, 2, 3])
    #expect(shuffled.texts[0].codes == [1, 2, 0])
    #expect(shuffled.notes == ["Rows were not in time order and were sorted."])
  }

  @Test func `drops repeated rows and keeps the first of conflicting ones only when told`() throws {
    let repeated = try read("d,x\n2020-01-01,1\n2020-01-01,1\n2020-01-01,1\n2020-01-02,\n2020-01-02,\n")
    #expect(repeated.rowCount == 2)
    #expect(repeated.notes == ["3 rows were dropped for repeating another row."])
    let text = "d,x\n2020-01-02,5\n2020-01-01,1\n2020-01-02,6\n2020-01-03,7\n"
    #expect(throws: ReadError.self) { try read(text) }
    let kept = try read(text, ReadOptions(duplicates: .keepFirst))
    #expect(try kept.column("x").values == [1, 5, 7])
    #expect(kept.notes.last == "1 row was dropped for having the time stamp of an earlier row (first: 2020-01-02).")
  }

  @Test func `a series column makes a panel with a range of rows a series`() throws {
    let text = "d,x,Name\n2020-01-02,2,A\n2020-01-01,1,A\n2020-01-01,9,B\n2020-01-03,3,A\n"
    let table = try read(text, ReadOptions(seriesColumn: "Name"))
    #expect(table.isPanel)
    #expect(table.series == [SeriesRows(id: "A", rows: 0..<3), SeriesRows(id: "B", rows: 3..<4)])
    #expect(try table.column("x").values == [1, 2, 3, 9])
    let named = try read("unique_id,ds,y\nA,2020-01-01,1\nB,2020-01-01,2\n")
    #expect(named.series.map(\.id) == ["A", "B"])
  }

  @Test func `keeps only the columns asked for`() throws {
    let text = "d,x,who,y\n2020-01-01,1,a,oops\n2020-01-02,2,b,4\n"
    let table = try read(text, ReadOptions(columns: ["x"]))
    #expect(table.columnNames == ["x"])
    #expect(table.texts.isEmpty)
    #expect(try read(text, ReadOptions(excluded: ["y"])).columnNames == ["x"])
  }

  @Test func `numbers rows where there are no dates and names nameless columns`() throws {
    let table = try read(",x\n7,1\n8,2\n")
    #expect(!table.hasDates)
    #expect(table.times == [0, 1])
    #expect(table.columnNames == ["column 1", "x"])
    #expect(table.notes == ["There is no column of dates; rows were numbered in the file's order."])
  }

  @Test func `leaves a column out that is empty at first and text later`() throws {
    let rows = (0..<3000).map { "\(TimeStamp.text(Int64($0) * 86_400_000)),\($0),\($0 == 2950 ? "storm" : "")" }
    let table = try read("d,x,remark\n" + rows.joined(separator: "\n"))
    #expect(table.columnNames == ["x"])
    #expect(table.notes == ["Column \"remark\" holds text late in the file and was left out."])
  }

  @Test func `a last line without an end counts, spaces around cells don't`() throws {
    let table = try read("d, x ,y\n2020-01-01 , 1 ,2\n2020-01-02, ? , null")
    #expect(table.columnNames == ["x", "y"])
    #expect(try table.value("x", 0) == 1)
    #expect(try table.missingCount("y") == 1)
  }
}
