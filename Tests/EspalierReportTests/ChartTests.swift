import EspalierStudy
import Testing

@testable import EspalierReport

@Suite struct ChartTests {
  private func part(_ records: StudyRecords) throws -> ReportPart {
    try #require(ReportPart.parts(of: records, level: 0.95).first)
  }

  @Test func noTwoMethodsLookAlike() {
    let names = (0..<42).map { "method \($0)" }
    let styles = MethodStyles(names)
    func range(_ channel: JSONText) -> [JSONText] {
      guard case .object(let members) = channel,
        case .object(let scale)? = members.first(where: { $0.key == "scale" })?.value,
        case .array(let values)? = scale.first(where: { $0.key == "range" })?.value
      else { return [] }
      return values
    }
    let looks = zip(range(styles.color("m", names)), range(styles.shape("m", names))).map { $0.text + $1.text }
    #expect(Set(looks).count == 42)
  }

  @Test func synapticPruningComesFirstAndStylesStay() {
    let styles = MethodStyles(["none", "dropout", "synaptic-pruning"])
    #expect(styles.methods == ["synaptic-pruning", "none", "dropout"])
    // A chart of some methods alone colours them as one of all.
    #expect(styles.color("m", ["dropout"]).text.contains("#009E73"))
    #expect(styles.color("m", ["none", "dropout"]).text.contains(##""range":["#0072B2","#009E73"]"##))
  }

  @Test func curvesAreMeansOverSeeds() {
    let curve = EpochCurve([SmallStudy.run(seed: 0, mae: 1, epochs: 1), SmallStudy.run(seed: 1, mae: 3, epochs: 2)])
    #expect(curve.points.map(\.epoch) == [0, 1] && curve.points.map(\.runs) == [2, 1])
    #expect(curve.points[0].validation == (mean: 2, low: 1, high: 3))
    #expect(curve.points[1].training == (mean: 1.5, low: 1.5, high: 1.5))
  }

  @Test(arguments: [(5, 60, [0, 1, 2, 3, 4]), (100, 4, [0, 33, 66, 99]), (3, 2, [0, 2])])
  func longTrainingsAreThinned(epochs: Int, count: Int, kept: [Int]) {
    #expect(EpochCurve([SmallStudy.run(seed: 0, mae: 1, epochs: epochs)]).thinned(to: count).map(\.epoch) == kept)
  }

  @Test func methodsThatDifferInSparsityAreOneFamily() throws {
    let part = try part(
      SmallStudy.records([(7, "pruning 0.3", [1]), (7, "pruning 0.9", [1]), (7, "random 0.5", [1]), (7, "l2", [1])]))
    let chart = SparsityChart(part: part, styles: MethodStyles(part.methods))
    #expect(part.methods.map(chart.family) == ["pruning", "pruning", "random 0.5", "l2"])
    #expect(!chart.isWorthDrawing)
  }

  @Test func sweepsAreDrawn() throws {
    var study = SyntheticStudy()
    study.methods = ["none", "pruning 0.3", "pruning 0.5", "pruning 0.9"]
    study.datasets = ["bitcoin"]
    study.lookbacks = [7]
    study.seeds = 2
    let part = try part(study.records())
    let sweep = SparsityChart(part: part, styles: MethodStyles(part.methods))
    #expect(sweep.isWorthDrawing)
    let rows = try #require(sweep.chart(part.datasets[0])).data.rows
    #expect(rows.count == 3 * 4)
    #expect(rows[1][3] == "pruning" && rows[1][4] == true && rows[0][3] == "none" && rows[0][4] == false)
  }

  @Test func aSingleSeedHasNoInterval() throws {
    let part = try part(SmallStudy.records([(7, "none", [1]), (7, "pruning 0.5", [1, 2])]))
    let styles = MethodStyles(part.methods)
    let lookback = try #require(LookbackChart(part: part, styles: styles).chart(part.datasets[0])).data.rows
    #expect(lookback[0][4...5] == [nil, nil] && lookback[1][4...5] != [nil, nil])
    let sparsity = try #require(SparsityChart(part: part, styles: styles).chart(part.datasets[0])).data.rows
    #expect(sparsity[0][7...8] == [nil, nil] && sparsity[1][7...8] != [nil, nil])
  }

  /// Layers lose three of four weights in every run of the small study.
  @Test func layersAreMeansOverSeeds() throws {
    let part = try part(SmallStudy.records([(7, "a", [1, 2])]))
    let chart = try #require(LayerChart(part: part).chart(.lstm))
    #expect(chart.data.rows == [["load", "a", 7, "cell.weight", 75.0, 4, 1.0]])
  }

  @Test func theDiagramHasALineAMethodAndABarAGroup() throws {
    let part = try part(
      SmallStudy.records(
        [
          (1, "a", [1]), (1, "b", [2]), (1, "c", [3]), (7, "a", [1]), (7, "b", [2]), (7, "c", [3]),
        ], planned: 1))
    let analysis = RankAnalysis(of: part, metric: .mae, alpha: 0.05)
    let rows = try #require(CriticalDifferenceChart(part: part, analysis: analysis).chart()).data.rows
    let groups = rows.filter { $0[0] == "group" }
    // With two blocks no difference is large enough: one bar over all.
    #expect(groups.count == 1 && groups[0][5] == "a, b, c")
    #expect(rows.filter { $0[0] == "label" }.map { $0[5] } == ["a  1.00", "b  2.00", "c  3.00"])
  }

  @Test func stretchesOfUnequalLengthsAreDrawnAsFarAsTheyGo() throws {
    var records = SmallStudy.records([(7, "a", [1])])
    records.samples = [
      StudyForecastSample(
        setting: records.cells[0].setting, times: [1, 2, 3], timesAreDates: false, truth: [1, nil, 3],
        lastValue: [0, 1],
        mean: [1, 2, 3], lowest: [1, 2, 3], highest: [1, 2, 3])
    ]
    let part = try part(records)
    let chart = ForecastChart(part: part, styles: MethodStyles(part.methods), samples: records.samples)
    let rows = try #require(chart.chart(part.datasets[0])).data.rows
    #expect(rows.filter { $0[1] == "a" }.map { $0[2] } == [1, 2])
    #expect(rows.filter { $0[1] == "truth" }.map { $0[3] } == [1.0, nil])
  }

  @Test(arguments: [nil, [0.5, 1]])
  func monteCarloPassesHaveABandOfTheirOwn(deviation: [Double]?) throws {
    var records = SmallStudy.records([(7, "mc-dropout", [1])])
    records.samples = [
      StudyForecastSample(
        setting: records.cells[0].setting, times: [1, 2], timesAreDates: false, truth: [1, 2], lastValue: [0, 1],
        mean: [3, 4], lowest: [2, 3], highest: [4, 5], deviation: deviation)
    ]
    let part = try part(records)
    let styles = MethodStyles(part.methods)
    let chart = try #require(
      ForecastChart(part: part, styles: styles, samples: records.samples).chart(part.datasets[0]))
    let bands = chart.data.rows.filter { $0[1] == "mc-dropout" }.map { Array($0[4...]) }
    #expect(
      bands
        == (deviation == nil ? [[2.0, 4.0, nil, nil], [3.0, 5.0, nil, nil]] : [[2, 4, 2, 4], [3, 5, 2, 6]])
        .map { row in row.map(JSONText.optional) })
    let words = chart.caption.contains { phrase in
      if case .text(let text) = phrase { text.contains("deviations over the passes") } else { false }
    }
    #expect(words == (deviation != nil))
  }
}
