import EspalierCommand
import Foundation
import Testing

/// Wide tables, gaps, covariates and unknown series on the command line.
@Suite struct PanelCommandTests {
  private let bench: Workbench
  private let model: String

  init() throws {
    bench = try Workbench()
    model = bench.path("m.safetensors")
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  /// A panel in long format: two shops whose sales follow the price, with rows of the future that have no sales.
  private func shops(ahead: Int = 2, names: [String] = ["a", "b"], kinds: [String] = ["city", "village"]) -> String {
    let days = Workbench.lines(60 + ahead).dropFirst().map { $0.prefix(10) }
    let rows = names.indices.flatMap { shop in
      days.indices.map { row in
        let price = 5 + sin(Double(row * row % 17)) + Double(shop)
        let sales = row < days.startIndex + 60 ? "\(20 - 2 * price)" : ""
        return "\(names[shop]),\(days[row]),\(sales),\(price),\(kinds[shop])"
      }
    }
    return (["shop,day,sales,price,kind"] + rows).joined(separator: "\n")
  }

  private let roles = [
    "--target", "sales", "--series", "shop", "--known", "price", "--static", "kind", "--horizon", "2",
  ]

  @Test func channelsOfAWideTableAreOnePanel() throws {
    let file = try bench.table()
    let words = ["--channels", "all", "--split", "35,10,15", "--out", model]
    let outcome = bench.train(file, words, without: ["--target"])
    #expect(outcome.code == 0, "\(outcome.errors)")
    #expect(outcome.output.contains("strict evaluation on 30 test windows, trained on 64, one row every 1 d"))
    #expect(outcome.output.contains("On scaled data: mean squared error "))
    let line = try object(bench.train(file, words + ["--json"], without: ["--target"]).output)
    #expect((line["scaled"] as? [String: Any])?["scored"] as? Int == 30)
    #expect(line["frequency"] as? String == "1 d")
    let rows = bench.run(["predict", model, file]).output.split(separator: "\n")
    #expect(rows.count == 3 && rows[0] == "time,series,step,forecast")
    #expect(rows[1].hasPrefix("2020-03-01,load,1,") && rows[2].hasPrefix("2020-03-01,heat,1,"))
    #expect(bench.run(["inspect", model]).output.contains("scalers of 2 series, one row every 1 d"))
    let loads = Workbench.lines().map { $0.split(separator: ",").dropLast().joined(separator: ",") }
    let narrow = try bench.write("n.csv", loads.joined(separator: "\n"))
    let refused = bench.run(["predict", model, narrow])
    #expect(refused.code == 1 && refused.errors.contains("no column \"heat\""))
  }

  @Test(arguments: [
    (["--channels", "all", "--target", "load"], "--target has no effect beside --channels"),
    (["--channels", "all", "--series", "date"], "--series tells the series"),
    (["--channels", "all", "--split", "5,5"], "--split needs three numbers"),
    (["--channels", "all", "--split", "5,5,5", "--evaluation", "paper"], "--split has no effect"),
  ])
  func optionsThatContradictEachOther(words: [String], sentence: String) throws {
    let outcome = bench.run(["train", try bench.table()] + Workbench.quick.dropFirst(2) + words)
    #expect(outcome.code == 64 && outcome.errors.contains(sentence), "\(outcome.errors)")
  }

  @Test func missingRowsNeedARule() throws {
    let text = Workbench.lines().enumerated().filter { $0.offset != 20 }.map(\.element).joined(separator: "\n")
    let file = try bench.write("gap.csv", text)
    let refused = bench.train(file, ["--out", model])
    #expect(refused.code == 1 && refused.output.isEmpty)
    #expect(
      refused.errors.contains("Rows come every 1 d, and one is missing, first between 2020-01-19 and 2020-01-21"))
    #expect(bench.names == ["gap.csv"])
    for rule in ["forward", "linear", "zero", "none"] {
      let outcome = bench.train(file, ["--fill", rule, "--out", model])
      #expect(outcome.code == 0)
      #expect(outcome.errors.contains(rule == "none" ? "count as neighbours" : "inserted (\(rule))"))
      // The model's file knows the rule.
      #expect(bench.run(["predict", model, file]).code == 0)
    }
  }

  @Test func whatIsKnownAheadComesWithTheDataOrAFileOfItsOwn() throws {
    let file = try bench.write("shops.csv", shops())
    let trained = bench.train(file, roles + ["--known-calendar", "--out", model])
    #expect(trained.code == 0, "\(trained.errors)")
    #expect(trained.output.contains("covariates.future.weight"))
    let shown = bench.run(["inspect", model]).output
    #expect(shown.contains("known ahead  price, day of week (sine)") && shown.contains("kind = city, kind = village"))
    let forecast = bench.run(["predict", model, file])
    #expect(forecast.code == 0 && forecast.output.split(separator: "\n").count == 5)
    #expect(forecast.output.contains("2020-03-01,a,1,") && forecast.output.contains("2020-03-02,b,2,"))
    // The same from a file of the future.
    let past = try bench.write("past.csv", shops(ahead: 0))
    let refused = bench.run(["predict", model, past, "--out", bench.path("f.csv")])
    #expect(refused.code == 1 && !bench.names.contains("f.csv"))
    #expect(
      refused.errors.contains("The known column \"price\" has no value in series \"a\" at 2020-03-01: give it in"))
    let ahead = shops().split(separator: "\n").filter { $0.hasPrefix("shop") || $0.contains(",2020-03-") }
      .map { line in line.split(separator: ",", omittingEmptySubsequences: false) }
      .map { "\($0[0]),\($0[1]),\($0[3])" }
    let future = try bench.write("future.csv", ahead.joined(separator: "\n"))
    #expect(bench.run(["predict", model, past, "--future", future]).output == forecast.output)
    let same = bench.run(["forecast", model, past, "--future", future, "--intervals", "50"])
    #expect(same.code == 0 && same.output.hasPrefix("series,time,step,forecast,lower-50,upper-50\na,2020-03-01,1,"))
    let both = bench.run(["predict", model, past, "--future", future, "--all"])
    #expect(both.code == 64 && both.errors.contains("--future has no effect beside --all"))
  }

  @Test func unknownSeriesAndCategoriesAreRefused() throws {
    let file = try bench.write("shops.csv", shops())
    #expect(bench.train(file, roles + ["--scaling", "per-series", "--out", model]).code == 0)
    let other = try bench.write("other.csv", shops(names: ["a", "c"]))
    let refused = bench.run(["predict", model, other])
    #expect(refused.code == 1 && refused.errors.contains("Series \"c\" was not trained on"))
    let own = bench.run(["predict", model, other, "--unseen-series", "own-history"])
    #expect(own.code == 0 && own.output.contains(",c,2,"))
    // Its own rows are in its scalers, so that none of its windows calibrates.
    let open = bench.run(["forecast", model, other, "--unseen-series", "own-history", "--intervals", "50"])
    #expect(open.code == 0 && open.errors.contains("Of 4 intervals of 50 %, 2 lack an end: 2 because their series has"))
    let kinds = try bench.write("kinds.csv", shops(kinds: ["city", "moor"]))
    let unseen = bench.run(["predict", model, kinds])
    #expect(unseen.code == 1)
    #expect(unseen.errors.contains("The static column \"kind\" is \"moor\" in series \"b\", which no series"))
  }

  @Test func duplicateKeysNameTheFirst() throws {
    let rows = shops().split(separator: "\n")
    let file = try bench.write(
      "twice.csv", (rows + ["a,2020-01-03,1,2,city", "b,2020-01-05,1,2,village"]).joined(separator: "\n"))
    let outcome = bench.train(file, roles + ["--out", model])
    #expect(outcome.code == 1 && outcome.errors.contains("two different rows for 2020-01-03 of series \"a\""))
    #expect(bench.names == ["twice.csv"])
  }
}
