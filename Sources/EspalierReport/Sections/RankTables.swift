import EspalierStatistics

/// Tables and words about average ranks and tests.
struct RankTables {
  let part: ReportPart
  let alpha: Double

  /// Elements in the order in which they are read.
  func blocks() -> [ReportBlock] {
    guard part.methods.count >= 2 else {
      return [.text("The grid has one method, so there is nothing to compare.")]
    }
    let all = RankAnalysis(of: part, metric: .mae, alpha: alpha)
    var blocks: [ReportBlock] = [.paragraph(introduction(all)), .table(ranks(.mae))]
    if let chart = CriticalDifferenceChart(part: part, analysis: all).chart() { blocks.append(.chart(chart)) }
    let pairs = all.pairs()
    if !pairs.isEmpty {
      let table = ReportBlock.table(pairTable(pairs, blocks: all.scores.count))
      blocks.append(pairs.count <= 15 ? table : .folded(title: "All \(pairs.count) pairs of methods", [table]))
    }
    if let table = DifferenceTable(part: part).table() { blocks.append(.table(table)) }
    blocks.append(.folded(title: "Ranks by RMSE", [.table(ranks(.rmse))]))
    return blocks
  }

  private func introduction(_ all: RankAnalysis) -> [Phrase] {
    let count = all.scores.count
    var phrases: [Phrase] = [
      .text("\(count) complete \(count == 1 ? "block" : "blocks") of \(count + all.leftOut) count here: "),
      .text("a block is a data set with a model and a look-back, its scores are means over seeds. "),
    ]
    if all.leftOut > 0 {
      phrases += [
        .strong("\(all.leftOut) \(all.leftOut == 1 ? "block is" : "blocks are") left out "),
        .text("because a run of a method is missing; until they are there, the tests speak about the others only. "),
      ]
    }
    if count < 10 {
      phrases.append(.text("With fewer than 10 blocks the tests find only large differences. "))
    }
    phrases.append(
      .text("Look-backs of one data set are related, so the p values are smaller than independent blocks would give."))
    return part.warning + phrases
  }

  /// Average ranks over all blocks, and those of each data set and model, with Friedman's test.
  private func ranks(_ metric: ReportMetric) -> ReportTable {
    var table = ReportTable(
      title: "Average ranks by \(metric.title), \(part.title)",
      columns: [.words("blocks of"), .numbers("blocks"), .numbers("left out")] + part.methods.map { .numbers($0) } + [
        .numbers("Friedman χ²"), .numbers("p (χ²)"), .numbers("Iman-Davenport F"), .numbers("p (F)"),
        .numbers("Kendall's W"), .numbers("critical difference"),
      ],
      notes: part.warning + [
        .text(
          "Rank 1 is the lowest \(metric.title) of a block; * marks the lowest average rank. Ranks that differ by the "),
        .text("critical difference or more differ at level \(NumberText.significant(alpha, digits: 1)) (Nemenyi). "),
        .text("W is the effect size: 0 when blocks do not agree about the methods, 1 when all rank them alike."),
      ], sources: [part.source(.results)])
    let groups = [
      [RankAnalysis(of: part, metric: metric, alpha: alpha)],
      part.datasets.count < 2
        ? [] : part.datasets.map { RankAnalysis(of: part, metric: metric, alpha: alpha, dataset: $0.name) },
      part.models.count < 2 ? [] : part.models.map { RankAnalysis(of: part, metric: metric, alpha: alpha, model: $0) },
    ]
    for group in groups {
      table.groupStarts.insert(table.rows.count)
      table.rows += group.map(row)
    }
    return table
  }

  private func row(_ analysis: RankAnalysis) -> [ReportTable.Cell] {
    let head = [analysis.subject, "\(analysis.scores.count)", "\(analysis.leftOut)"].map { ReportTable.Cell($0) }
    guard let friedman = analysis.friedman else {
      return head + [ReportTable.Cell](repeating: .missing, count: analysis.methods.count + 6)
    }
    let best = friedman.averageRanks.min()
    let ranks = friedman.averageRanks.map {
      ReportTable.Cell(NumberText.fixed($0, decimals: 2), isBest: $0 == best)
    }
    let statistics = [
      NumberText.fixed(friedman.chiSquare, decimals: 2), NumberText.probability(friedman.chiSquarePValue),
      friedman.imanDavenport.map { NumberText.fixed($0, decimals: 2) } ?? "∞",
      NumberText.probability(friedman.imanDavenportPValue), NumberText.fixed(friedman.kendallW, decimals: 2),
      analysis.nemenyi.map { NumberText.fixed($0.criticalDifference, decimals: 2) } ?? NumberText.missing,
    ]
    return head + ranks + statistics.map { ReportTable.Cell($0) }
  }

  private func pairTable(_ pairs: [RankAnalysis.Pair], blocks: Int) -> ReportTable {
    ReportTable(
      title: "Pairs of methods by MAE over \(blocks) blocks, \(part.title)",
      columns: [
        .words("first"), .words("second"), .numbers("first wins"), .numbers("ties"), .numbers("second wins"),
        .numbers("median difference [%]"), .numbers("Wilcoxon W"), .numbers("p"), .numbers("p (Holm)"),
        .numbers("rank-biserial r"),
      ],
      rows: pairs.map { pair in
        [
          pair.first, pair.second, "\(pair.wins)", "\(pair.ties)", "\(pair.losses)",
          NumberText.fixed(100 * pair.medianDifference, decimals: 2),
          NumberText.fixed(pair.test.statistic, decimals: 1), NumberText.probability(pair.test.pValue),
          NumberText.probability(pair.adjusted), NumberText.fixed(pair.test.rankBiserial, decimals: 2),
        ].map { ReportTable.Cell($0) }
      },
      notes: part.warning + [
        .text("Wilcoxon's signed-rank test, two-sided, of 2 (a - b) / (a + b) in every block, because blocks have "),
        .text("different units; Holm's correction for the number of pairs, \(pairs.count). A negative difference "),
        .text("means that the first errs less. r is the effect size: -1 when the first wins everywhere, 1 when the "),
        .text("second does."),
      ], sources: [part.source(.results)])
  }
}
