import EspalierPruning
import Foundation
import Testing

struct SparsityScheduleTests {
  @Test(arguments: SparsityScheduleKind.names)
  func runsFromLowToHighAndSurvivesJSON(name: String) throws {
    let kind = try SparsityScheduleKind(name: name, low: 0.2, high: 0.9)
    #expect(kind.name == name)
    #expect(kind.schedule.sparsity(at: 1) == 0.9)
    let first = kind.schedule.sparsity(at: 0)
    #expect(abs(first - (name == "constant" ? 0.9 : name == "one-shot" ? 0 : 0.2)) < 1e-15)
    let curve = (0...100).map { kind.schedule.sparsity(at: Double($0) / 100) }
    #expect(zip(curve, curve.dropFirst()).allSatisfy { $0 <= $1 })
    #expect(try JSONDecoder().decode(SparsityScheduleKind.self, from: JSONEncoder().encode(kind)) == kind)
  }

  @Test func midpointsFollowTheFormulas() throws {
    let expected = [
      "late-cubic": 0.1 + 0.4 / 8, "early-cubic": 0.5 - 0.4 / 8, "linear": 0.3, "cosine": 0.3,
      "exponential": 1 - (0.9 * 0.5).squareRoot(), "one-shot": 0, "constant": 0.5,
    ]
    for (name, value) in expected {
      let schedule = try SparsityScheduleKind(name: name, low: 0.1, high: 0.5).schedule
      #expect(abs(schedule.sparsity(at: 0.5) - value) < 1e-15, "\(name)")
    }
  }

  @Test func unknownNamesListTheKnown() {
    let error = #expect(throws: PruningError.self) { try SparsityScheduleKind(name: "cubic", low: 0, high: 1) }
    #expect(error?.description.contains("late-cubic") == true)
  }

  @Test func presetsHaveThePublishedNumbers() throws {
    let rows: [(PaperModel, Double, Double, Int, Int, Double)] = [
      (.rnn, 0.1, 0.5, 2, 5, 0), (.gru, 0.1, 0.5, 2, 5, 0), (.lstm, 0.7, 1.2, 2, 2, 0),
      (.patchtst, 0.01, 0.5, 5, 5, 0.3),
    ]
    for (model, low, high, warmup, every, dropout) in rows {
      let preset = PruningConfiguration.paper(model: model)
      #expect(preset.schedule == .lateCubic(LateCubicSchedule(low: low, high: high)))
      #expect(preset.timing == PruningTiming(warmup: warmup, every: every, formula: .published))
      #expect(preset.rule == .published && preset.prunesGains && preset.dropout == dropout)
      try preset.validate()
    }
    let standard = PruningConfiguration.default
    #expect(standard.schedule == .lateCubic(LateCubicSchedule(low: 0, high: 0.5)))
    #expect(standard.timing == PruningTiming(warmup: 2, every: 20, formula: .corrected))
    #expect(standard.rule == .exact && !standard.prunesGains && standard.dropout == 0)
    #expect(standard.minimumPerTensor == 1 && standard.scope == .global)
  }

  @Test func configurationsSurviveJSONAndMayBePartial() throws {
    for configuration in [PruningConfiguration.default] + PaperModel.allCases.map(PruningConfiguration.paper) {
      let data = try JSONEncoder().encode(configuration)
      #expect(try JSONDecoder().decode(PruningConfiguration.self, from: data) == configuration)
    }
    let partial = Data(#"{"schedule":{"kind":"linear","low":0,"high":0.8},"timing":{"every":5}}"#.utf8)
    let decoded = try JSONDecoder().decode(PruningConfiguration.self, from: partial)
    #expect(decoded == PruningConfiguration(schedule: .linear(.init(low: 0, high: 0.8)), timing: .init(every: 5)))
  }
}
