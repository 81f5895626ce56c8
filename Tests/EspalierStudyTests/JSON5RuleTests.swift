import EspalierStudy
import Testing

private enum Model: String, CaseIterable, Sendable {
  case rnn, lstm, gru, patchTST = "patchtst"
}

private struct Pruning: Equatable, Sendable {
  var sparsity = 0.5
  var rampEnd: Double?
}

private struct TooMuch: Error, CustomStringConvertible {
  let description = "That is too much; take less."
}

private struct Grid: Equatable, Sendable {
  var models: [Model] = [.rnn]
  var lookbacks = [30]
  var pruning: Pruning? = Pruning()

  static let lookback = JSON5Rule.integer(in: 1...65536)
  static let presets: KeyValuePairs = ["paper": Pruning(sparsity: 0.9), "default": Pruning()]
  static let pruning = JSON5Rule<Pruning>.named(presets).or(
    .object("a pruning rule") { fields in
      var pruning = try fields.take("preset", .named(presets), default: Pruning())
      try fields.take("sparsity", .number(in: 0..<1), into: &pruning.sparsity)
      try fields.take("rampEnd", .number(above: 0, through: 1), into: &pruning.rampEnd)
      if pruning.sparsity > 0.98 { throw TooMuch() }
      return pruning
    })

  init() {}

  init(fields: JSON5Fields) throws {
    try fields.take("models", .distinctList(of: .choice()), into: &models)
    try fields.take("lookbacks", Self.lookback.map { [$0] }.or(.distinctList(of: Self.lookback)), into: &lookbacks)
    try fields.take("pruning", .orNull(Self.pruning), into: &pruning)
    if lookbacks.count > 3 { throw fields.error(at: "lookbacks", "More than three look-backs are too many.") }
    if fields.contains("pruning"), models == [.gru] { throw fields.error("A GRU is not pruned.") }
  }
}

private struct Study: Equatable, Sendable {
  var name = ""
  var seed: UInt64 = 0
  var rate = 0.001
  var limit: Int?
  var verbose = false
  var grids: [Grid] = []

  static let rule = JSON5Rule.object("a study", Self.init(fields:))

  init() {}

  init(fields: JSON5Fields) throws {
    name = try fields.take("name", .nonEmptyString)
    seed = try fields.take("seed", .integer(in: 0...UInt64.max), default: 1)
    try fields.take("rate", .number(above: 0), into: &rate)
    limit = try fields.takeIfPresent("limit", .integer(in: 1...10))
    try fields.take("verbose", .bool, into: &verbose)
    try fields.take("grids", .list(of: .object("a grid", Grid.init(fields:)), count: 1...4), into: &grids)
  }
}

@Suite struct JSON5RuleTests {
  @Test func everythingGiven() throws {
    let study = try Study.rule.read(
      """
      {
        name: 'air', seed: 18446744073709551615, rate: 1e-2, limit: 10, verbose: true,
        grids: [
          { models: ['lstm', 'patchtst'], lookbacks: [7, 3e1], pruning: 'paper' },
          { lookbacks: 7, pruning: { preset: 'paper', rampEnd: 0.75 } },
          { pruning: null },
        ],
      }
      """)
    #expect((study.name, study.seed, study.rate, study.limit) == ("air", .max, 0.01, 10))
    #expect(study.verbose)
    #expect(study.grids.map(\.models) == [[.lstm, .patchTST], [.rnn], [.rnn]])
    #expect(study.grids.map(\.lookbacks) == [[7, 30], [7], [30]])
    #expect(study.grids.map(\.pruning) == [Pruning(sparsity: 0.9), Pruning(sparsity: 0.9, rampEnd: 0.75), nil])
  }

  @Test func defaultsStayWhereNothingIsSaid() throws {
    let study = try Study.rule.read(utf8: Array("{name:'x',grids:[{}]}".utf8))
    var expected = Study()
    expected.name = "x"
    expected.seed = 1
    expected.grids = [Grid()]
    #expect(study == expected)
  }

  @Test(arguments: [
    ("5", "line 1, column 1: the whole text must be an object, but it is 5."),
    ("{nam: 'x'}", "line 1, column 1: a study needs the key \"name\"; is \"nam\" meant to be it?"),
    ("{}", "line 1, column 1: a study needs the key \"name\"."),
    ("{name: ' '}", "line 1, column 8: name must be a text that is not empty, but it is \" \"."),
    ("{name: 5}", "line 1, column 8: name must be a text that is not empty, but it is 5."),
    ("{name: 'x',\n\nsede: 1}", "line 3, column 1: there is no key \"sede\" in a study; did you mean \"seed\"?"),
    (
      "{name: 'x', colour: 1}",
      "line 1, column 13: there is no key \"colour\" in a study; "
        + "its keys are \"name\", \"seed\", \"rate\", \"limit\", \"verbose\", \"grids\"."
    ),
    (
      "{name: 'x', seed: -1}",
      "line 1, column 19: seed must be a whole number in 0...18446744073709551615, but it is -1."
    ),
    ("{name: 'x', limit: 2.5}", "line 1, column 20: limit must be a whole number in 1...10, but it is 2.5."),
    ("{name: 'x', limit: '2'}", "line 1, column 20: limit must be a whole number in 1...10, but it is \"2\"."),
    ("{name: 'x', limit: null}", "line 1, column 20: limit must be a whole number in 1...10, but it is null."),
    ("{name: 'x', rate: 0}", "line 1, column 19: rate must be a number above 0, but it is 0."),
    ("{name: 'x', rate: NaN}", "line 1, column 19: rate must be a number above 0, but it is NaN."),
    ("{name: 'x', rate: 1e999}", "line 1, column 19: rate must be a number above 0, but it is 1e999."),
    ("{name: 'x', verbose: 1}", "line 1, column 22: verbose must be true or false, but it is 1."),
    ("{name: 'x', grids: {}}", "line 1, column 20: grids must be a list of 1 to 4 elements, but it is an object."),
    ("{name: 'x', grids: []}", "line 1, column 20: grids must be a list of 1 to 4 elements, but it is one of 0."),
    ("{name: 'x', grids: [[]]}", "line 1, column 21: grids[0] must be an object, but it is a list."),
  ])
  func studies(text: String, expected: String) {
    #expect(sentence { try Study.rule.read(text) } == expected)
  }

  @Test(arguments: [
    (
      "models: ['rnn', 'lsmt']", 16,
      "grids[0].models[1] must be \"rnn\", \"lstm\", \"gru\" or \"patchtst\", "
        + "but it is \"lsmt\"; did you mean \"lstm\"?"
    ),
    (
      "models: ['transformer']", 9,
      "grids[0].models[0] must be \"rnn\", \"lstm\", \"gru\" or \"patchtst\", "
        + "but it is \"transformer\"."
    ),
    ("models: [null]", 9, "grids[0].models[0] must be \"rnn\", \"lstm\", \"gru\" or \"patchtst\", but it is null."),
    (
      "models: ['gru', \"gru\"]", 16,
      "grids[0].models[1] is \"gru\", as grids[0].models[0] is already; "
        + "remove one of them."
    ),
    ("models: []", 8, "grids[0].models must be a list of at least 1 element, but it is one of 0."),
    (
      "lookbacks: [1e1, 10]", 17,
      "grids[0].lookbacks[1] is 10, as grids[0].lookbacks[0] is already; "
        + "remove one of them."
    ),
    (
      "lookbacks: 'all'", 11,
      "grids[0].lookbacks must be a whole number in 1...65536 or a list of at least 1 element, "
        + "but it is \"all\"."
    ),
    ("lookbacks: [7, 70000]", 15, "grids[0].lookbacks[1] must be a whole number in 1...65536, but it is 70000."),
    ("lookbacks: [1,2,3,4]", 11, "grids[0].lookbacks: More than three look-backs are too many."),
    (
      "pruning: 'papr'", 9,
      "grids[0].pruning must be \"paper\" or \"default\", but it is \"papr\"; "
        + "did you mean \"paper\"?"
    ),
    ("pruning: 5", 9, "grids[0].pruning must be \"paper\", \"default\", an object or null, but it is 5."),
    ("pruning: {sparsity: 1}", 20, "grids[0].pruning.sparsity must be a number in 0..<1, but it is 1."),
    ("pruning: {sparsity: -.5}", 20, "grids[0].pruning.sparsity must be a number in 0..<1, but it is -.5."),
    ("pruning: {rampEnd: 0}", 19, "grids[0].pruning.rampEnd must be a number above 0 and up to 1, but it is 0."),
    ("pruning: {sparsity: 0.99}", 9, "grids[0].pruning: That is too much; take less."),
    (
      "pruning: {sparsty: .9}", 10,
      "there is no key \"sparsty\" in grids[0].pruning (a pruning rule); "
        + "did you mean \"sparsity\"?"
    ),
    ("models: ['gru'], pruning: null", -1, "grids[0]: A GRU is not pruned."),
  ])
  func grids(text: String, offset: Int, expected: String) {
    let read = sentence { try Study.rule.read("{name: 'x', grids: [\n{\(text)}]}") }
    #expect(read == "line 2, column \(offset + 2): \(expected)")
  }

  @Test func syntaxErrorsComeThroughRules() {
    #expect(
      sentence { try Study.rule.read("{name: 'x'") }
        == "line 1, column 11: expected a comma or the closing brace of the object, but found the end of the text.")
  }

  @Test(arguments: [("0", 0.0), ("1", 1), ("0.25", 0.25)])
  func endsOfRangesBelongToThem(text: String, value: Double) throws {
    #expect(try JSON5Rule.number(in: 0...1).read(text) == value)
    #expect(try JSON5Rule.number(in: 0...).read(text) == value)
  }

  @Test func openEndsOfRangesDoNot() {
    let wanted = [
      sentence { try JSON5Rule.number(in: 0.5...1).read("1.01") },
      sentence { try JSON5Rule.number(in: 1.5...).read("Infinity") },
      sentence { try JSON5Rule.number(in: 0...Double.infinity).read("1e999") },
    ]
    #expect(
      wanted == [
        "line 1, column 1: the whole text must be a number in 0.5...1, but it is 1.01.",
        "line 1, column 1: the whole text must be a number of at least 1.5, but it is Infinity.",
        "line 1, column 1: the whole text must be a number in 0...inf, but it is 1e999.",
      ])
    #expect(throws: Never.self) { try JSON5Rule.number(in: 0...Double.infinity).read("Infinity") }
  }

  @Test func keysThatAreNoIdentifiersAreQuotedInPaths() {
    let rule = JSON5Rule.object("a table") { try $0.take("a b", .object("a row") { try $0.take("c", .bool) }) }
    #expect(
      sentence { try rule.read("{'a b': {c: 'x\\n'}}") }
        == "line 1, column 13: [\"a b\"].c must be true or false, but it is \"x\\n\".")
  }

  @Test func objectsWithOneKeyOrNone() {
    let one = JSON5Rule.object("a row") { try $0.takeIfPresent("count", .integer(in: 1...2)) }
    let none = JSON5Rule.object("a void") { _ in 0 }
    #expect(
      sentence { try one.read("{seeds: 1}") }
        == "line 1, column 2: there is no key \"seeds\" in a row; its only key is \"count\".")
    #expect(
      sentence { try none.read("{seeds: 1}") }
        == "line 1, column 2: there is no key \"seeds\" in a void, which has no keys.")
  }

  @Test func hugeKeysAreRefusedQuickly() {
    let key = String(repeating: "k", count: 1_000_000)
    let cut = String(repeating: "k", count: 60)
    let one = JSON5Rule.object("a row") { try $0.takeIfPresent("count", .integer(in: 1...2)) }
    #expect(
      sentence { try one.read("{\(key): 1}") }
        == "line 1, column 2: there is no key \"\(cut)…\" in a row; its only key is \"count\".")
  }
}
