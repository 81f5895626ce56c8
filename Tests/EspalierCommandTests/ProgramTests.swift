import EspalierCommand
import Testing

@Suite struct ProgramTests {
  @Test func defaultsStand() {
    let run = Toy.run("grow t.csv --column h")
    #expect(run.output == "t.csv - h 30 0.001 none round [1, 7, 30] false -\n")
    #expect(run.errors == "espalier: a remark\n")
    #expect(run.code == 0)
  }

  @Test func everyFormOfAValue() {
    let run = Toy.run(
      "grow --quiet --lookback=7 t.csv --column h a --seed -5 --rate 1 --shape square --lookbacks 1,2 --lookbacks 3 "
        + "--dense --out=--x=y")
    #expect(run.output == "t.csv a h 7 1.0 -5 square [1, 2, 3] true --x=y\n")
    #expect(run.errors.isEmpty && run.code == 0)
  }

  @Test func globalOptionsStandAnywhere() {
    let run = Toy.run("--json --quiet grow t.csv --column h --lookback 30")
    #expect(run.output == "t.csv - h 30 0.001 none round [1, 7, 30] false -\n{\"given\": true}\n")
    #expect(run.errors.isEmpty)
  }

  @Test func twoDashesEndTheOptions() {
    #expect(Toy.run("datasets get -- --a b").output == "get [\"--a\", \"b\"]\n")
  }

  @Test func groupsMayDoSomethingThemselves() {
    #expect(Toy.run("datasets").output == "list\n")
    #expect(Toy.run("datasets get").output == "get []\n")
  }

  @Test func version() {
    #expect(Toy.run("--version") == (0, "espalier 0.1.0\n", ""))
    #expect(Toy.run("grow --version").output == "espalier 0.1.0\n")
  }

  @Test(arguments: [
    ("gorw", "unknown command 'gorw'; did you mean 'grow'?"),
    ("zzz", "unknown command 'zzz'; 'espalier --help' lists the commands."),
    ("datasets git", "unknown command 'git'; did you mean 'get'?"),
    ("grow --lokback 3", "unknown option '--lokback'; did you mean '--lookback'?"),
    ("grow -x", "unknown option '-x'; 'espalier grow --help' lists the options."),
    ("grow --column h", "<file> is missing; 'espalier grow --help' says what to give."),
    ("grow t", "--column is missing; 'espalier grow --help' says what to give."),
    ("grow t n x --column h", "'x' is one argument too many; 'espalier grow --help' shows the usage."),
    ("grow t --column h --lookback 0", "--lookback must be a whole number from 1 to 500, not '0'."),
    ("grow t --column h --lookback 3.5", "--lookback must be a whole number from 1 to 500, not '3.5'."),
    (
      "grow t --column h --lookback 99999999999999999999",
      "--lookback must be a whole number from 1 to 500, not '99999999999999999999'."
    ),
    ("grow t --column h --rate nan", "--rate must be a number above 0, at most 1, not 'nan'."),
    ("grow t --column h --rate 0", "--rate must be a number above 0, at most 1, not '0'."),
    (
      "grow t --column h --shape sqare",
      "--shape must be one of round, square, hexagonal, not 'sqare'; did you mean 'square'?"
    ),
    ("grow t --column h --shape oak", "--shape must be one of round, square, hexagonal, not 'oak'."),
    ("grow t --column h --lookbacks 1,,7", "--lookbacks must be a whole number of at least 1, not ''."),
    ("grow t --column h --lookbacks 1,0", "--lookbacks must be a whole number of at least 1, not '0'."),
    ("grow t --column", "--column needs a value: some text."),
    ("grow t --column --dense", "--column needs a value: some text."),
    ("grow t --column=", "--column must be some text, not ''."),
    ("grow t --column h --dense=yes", "--dense takes no value; leave out what follows '='."),
    ("grow t --column h --seed 1 --seed 2", "--seed was given twice; give it once."),
    ("fail usage", "--a and --b exclude each other; give one."),
  ])
  func badUsageIsOneSentenceAnd64(line: String, sentence: String) {
    let run = Toy.run(line)
    #expect(run.errors == "espalier: \(sentence)\n")
    #expect(run.output.isEmpty && run.code == 64)
  }

  @Test func failuresAreOneSentenceAnd1() {
    #expect(Toy.run("fail") == (1, "", "espalier: The tree fell; plant another.\n"))
    #expect(Toy.run("fail lines") == (1, "", "espalier: two lines\n"))
  }

  @Test func interruptionsAreSilentAnd130() {
    #expect(Toy.run("fail wait") == (130, "", ""))
    #expect(Toy.run("fail task") == (130, "", ""))
  }
}
