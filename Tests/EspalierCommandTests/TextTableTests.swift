import EspalierCommand
import Testing

@Suite struct TextTableTests {
  @Test func numbersStandOnTheRightUnderTheirUnits() {
    var table = TextTable([
      .text("method"), .number("MAE", unit: "µg/m³", decimals: 2, best: .lowest), .number("seconds", decimals: 1),
      .number("R2", decimals: 3, best: .highest),
    ])
    table.add(["none", 10.126, 3.25, 0.5])
    table.add(["synaptic-pruning", 9.5, 12.0, .missing])
    table.startGroup()
    table.add(["last value", .number(.nan), .missing, -1.25])
    #expect(
      table.render()
        == """
        method            MAE [µg/m³]   seconds      R2 
        ----------------  ------------  -------  -------
        none                    10.13       3.2   0.500*
        synaptic-pruning         9.50*     12.0       -
        ----------------  ------------  -------  -------
        last value                  -         -  -1.250*

        """.replacing("R2 \n", with: "R2\n"))
  }

  @Test func digitsFollowTheLargestNumber() {
    func rendered(_ numbers: [Double]) -> [Substring] {
      var table = TextTable([.number("x")])
      for number in numbers { table.add([.number(number)]) }
      return table.render().split(separator: "\n").dropFirst(2).map { $0.drop { $0 == " " } }
    }
    #expect(rendered([0.001234, 0.0004]) == ["0.001234", "0.000400"])
    #expect(rendered([12.3456, 1.5]) == ["12.35", "1.50"])
    #expect(rendered([123456.7]) == ["123457"])
    #expect(rendered([3, 20]) == ["3", "20"])
    #expect(rendered([0, .infinity]) == ["0", "-"])
  }

  @Test func unrankedNumbersAreNeverTheBest() {
    var table = TextTable([.number("x", best: .lowest)])
    for cell in [.unranked(1), .number(2), .unranked(2), .number(3)] as [TextTable.Cell] { table.add([cell]) }
    #expect(table.render() == "x\n--\n1\n2*\n2\n3\n")
  }

  @Test func anEmptyTableHasItsHeader() {
    #expect(TextTable([.text("a"), .number("b")]).render() == "a  b\n-  -\n")
  }

  @Test func missingCellsAreFilled() {
    var table = TextTable([.text("a"), .number("b")])
    table.add(["x"])
    #expect(table.render() == "a  b\n-  -\nx  -\n")
  }
}
