import EspalierCommand
import Testing

@Suite struct HelpTests {
  private static let root = """
    Grows trees.

    Usage: espalier <command> [options]

    Commands:
      grow        Grow a tree on a table
      datasets    List what there is, or fetch it
      fail        Fail in a way of your choice

    Everywhere:
      --json      Print results as JSON, one object a line
      --quiet     Print results and errors only, no progress
      -h, --help  Show help for the command
      --version   Show the version

    """

  private static let grow = """
    Grow a tree on a table.

    It grows.

    And it is cut while it does, which is a long story that needs more than one
    line.

    Usage: espalier grow --column <column> <file> [<note>] [options]

    Arguments:
      <file>                   The table to read
      <note>                   A remark (optional)

    Options:
      --column <column>        The column to grow (required)
      --lookback <steps>       Steps of history (1 to 500; default 30)
      --rate <number>          How fast it learns (above 0, at most 1; default
                               0.001)
      --seed <number>          Start of the random numbers (default: drawn anew)

    Form:
      --shape <name>           Form of the tree (round, square, hexagonal; default
                               round)
      --lookbacks <steps>,...  Steps of history, one run for each of them (at least
                               1; default 1,7,30)
      --dense                  Keep the zeros
      --out <file>             Where the result goes

    Everywhere:
      --json                   Print results as JSON, one object a line
      --quiet                  Print results and errors only, no progress
      -h, --help               Show help for the command
      --version                Show the version

    Examples:
      espalier grow table.csv --column height

    """

  @Test(arguments: ["", "--help", "-h", "help"])
  func ofTheProgram(line: String) {
    #expect(Toy.run(line) == (0, Self.root, ""))
  }

  @Test(arguments: ["grow --help", "grow t --lookback -h", "help grow", "--quiet grow --bogus --help"])
  func ofACommand(line: String) {
    let run = Toy.run(line)
    #expect(run.code == 0 && run.errors.isEmpty)
    #expect(run.output == Self.grow)
  }

  @Test func ofAGroupThatDoesSomething() {
    #expect(Toy.run("datasets --help").output.contains("Usage: espalier datasets [<command>] [options]\n"))
    #expect(Toy.run("datasets get --help").output.contains("Usage: espalier datasets get [<name>...] [options]\n"))
  }

  @Test(arguments: [40, 60, 80, 120])
  func noLineIsWiderThanTheTerminal(width: Int) {
    let text = Toy.run("grow --help", width: width).output
    let lines = text.split(separator: "\n").filter { !$0.contains("espalier grow table.csv") }
    #expect(lines.allSatisfy { $0.count <= width })
  }
}
