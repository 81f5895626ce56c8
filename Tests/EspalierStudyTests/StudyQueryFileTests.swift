import Foundation
import Testing

@testable import EspalierStudy

/// The query in `Studies/queries`, which tables of `Documentation/results.md` come from.
@Suite struct StudyQueryFileTests {
  @Test func differencesAreMeansOfRatiosOfMeansOverSeeds() throws {
    let folder = try StudyFolder()
    let text = SmallStudy.text("evaluations: ['paper'], grids: [{ name: 'paper' }, { name: 'other', seeds: 1 }],")
    let store = try SmallStudy.run(text, into: folder.path("s.sqlite")).store
    let cells = try store.records().cells
    func mae(_ grid: String, _ method: String, _ lookback: Int) throws -> Double {
      let cell = try #require(
        cells.first { ($0.setting.grid, $0.setting.method, $0.setting.lookback) == (grid, method, lookback) })
      return cell.runs.reduce(0) { $0 + $1.metrics.mae } / Double(cell.runs.count)
    }
    let names = [
      ("paper", "mc-dropout"), ("paper", "synaptic-pruning"), ("other", "mc-dropout"), ("other", "synaptic-pruning"),
    ]
    let expected = try names.map { grid, method in
      let ratios = try [3, 5].map { try mae(grid, method, $0) / mae(grid, "none", $0) - 1 }
      let difference = "\((1000 * (ratios[0] + ratios[1]) / 2).rounded() / 10)"
      return [grid, method, difference].map(StudyTable.Cell.text)
    }
    #expect(try rows(of: store) == expected)
    // A look-back of which a run is missing does not count.
    let less = try SmallStudy.run(text, into: folder.path("less.sqlite")) { plan in
      plan.runs.indices.filter { plan.runs[$0].run.task.lookback == 3 || plan.runs[$0].run.seed == 42 }
    }.store
    let left = try mae("paper", "mc-dropout", 3) / mae("paper", "none", 3) - 1
    #expect(try rows(of: less)[0][2] == .text("\((1000 * left).rounded() / 10)"))
  }

  /// Grid, method and mean difference.
  private func rows(of store: StudyStore) throws -> [[StudyTable.Cell]] {
    let folder = URL(filePath: #filePath).deletingLastPathComponent().appending(path: "../../Studies/queries")
    let sql = try String(contentsOf: folder.appending(path: "against-none.sql"), encoding: .utf8)
    let table = try store.query(sql)
    let places = try ["grid", "method", "mean"].map { try #require(table.columns.firstIndex(of: $0)) }
    return table.rows.map { row in places.map { row[$0] } }
  }
}
