import EspalierData
import EspalierTensor
import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierTraining

/// Checkpoints that must not be used.
@Suite struct CheckpointRefusalTests {
  private let data: PreparedData
  private let run: RunConfiguration
  private let checkpoint: TrainingCheckpoint

  init() throws {
    data = try Small.data(rows: 260)
    run = try #require(InterruptedTraining.all.first { $0.name == "pruning, sparse, adamw" }).run(data)
    var taken: TrainingCheckpoint?
    _ = try Trainer(run, data: data).run(checkpoints: CheckpointPlan { taken = taken ?? $0 })
    checkpoint = try #require(taken)
  }

  @Test func otherSettingsAreNamed() throws {
    var other = run
    other.training.epochs = 30
    #expect(throws: CheckpointError.otherSetting(name: "training.epochs", stored: "5", given: "30")) {
      try Trainer(resuming: checkpoint, data: data, expecting: other)
    }
    other = run
    other.regularizer = RegularizerConfiguration(kind: .none)
    let error = #expect(throws: CheckpointError.self) {
      try Trainer(resuming: checkpoint, data: data, expecting: other)
    }
    #expect(
      error?.description
        == "The checkpoint was written with regularizer.kind 'synaptic-pruning' and not 'none'; go on with the same settings "
        + "or train anew.")
  }

  @Test func otherDataAreNamed() throws {
    func sentence(_ data: @autoclosure () throws -> PreparedData) throws -> String {
      let data = try data()
      let error = #expect(throws: CheckpointError.self) { try Trainer(resuming: checkpoint, data: data) }
      return error?.description ?? ""
    }
    #expect(try sentence(Small.data(rows: 261)).contains("they have 261 rows instead of 260"))
    #expect(try sentence(Small.data(lookback: 9, rows: 260)).contains("lookback 8 and not 9"))
    #expect(try sentence(Small.data(.paper, rows: 260)).contains("evaluation 'strict' and not 'paper'"))
    let table = SyntheticSeries.load.table(rows: 260)
    let changed = try Self.changing(table, row: 259)
    let task = Small.task(.strict)
    #expect(
      try sentence(PreparedData(table: changed, task: task))
        == "The data are not those of the checkpoint: their values differ; go on with the same data or train anew.")
    var split = task
    split.split = FixedSplit(train: 182, validation: 26, test: 51)
    #expect(try sentence(PreparedData(table: table, task: split)).contains("with split none and not"))
  }

  /// The table with one value of the target changed in its last bit.
  private static func changing(_ table: SeriesTable, row: Int) throws -> SeriesTable {
    let columns = table.columns.map { column in
      var values = column.values
      if column.name == "load" { values[row] = values[row].nextUp }
      return NumericColumn(name: column.name, values: values)
    }
    return try SeriesTable(times: table.times, columns: columns, series: table.series)
  }

  @Test func filesThatAreNoCheckpointAreRefused() throws {
    let bytes = try checkpoint.data()
    for count in [0, 7, 100, bytes.count / 2, bytes.count - 1] {
      let error = #expect(throws: SafetensorsError.self) {
        try TrainingCheckpoint(SafetensorsFile(data: bytes.prefix(count), source: "c"))
      }
      #expect(error?.description.hasPrefix("'c' is damaged") == true)
    }
    func refused(_ change: (inout [String: String]) -> Void) throws -> String {
      let file = try SafetensorsFile(data: bytes, source: "c")
      var metadata = file.metadata
      change(&metadata)
      var writer = SafetensorsWriter(metadata: metadata)
      for name in file.names {
        if file.entry(name)?.element == .float32 {
          try writer.add(name, try file.tensor(name))
        } else {
          try writer.add(name, try file.unsignedIntegers(name))
        }
      }
      let error = #expect(throws: (any Error).self) {
        try Trainer(resuming: TrainingCheckpoint(SafetensorsFile(data: writer.data(), source: "c")), data: data)
      }
      return error.map { "\($0)" } ?? ""
    }
    #expect(
      try refused { $0["espalier.checkpoint"] = "1" }
        == "'c' has checkpoint format 1 and this version reads 2; go on with the version that wrote it or train again.")
    #expect(try refused { $0["espalier.checkpoint"] = nil }.contains("holds tensors but no checkpoint"))
    #expect(try refused { $0["espalier.progress"] = "{" }.contains("'espalier.progress' is missing"))
    #expect(try refused { $0["espalier.data"] = nil }.contains("'espalier.data' is missing"))
    #expect(try refused { $0["espalier.regularizer"] = nil }.contains("mask updates cannot be read"))
    #expect(
      try refused { $0["espalier.progress"] = #"{"history":[],"batch":99,"lossSum":1,"seconds":0}"# }
        .contains("progress cannot be read"))
    #expect(
      try refused {
        $0["espalier.run"] = $0["espalier.run"]?.replacingOccurrences(of: "\"hidden\":8", with: "\"hidden\":9")
      }
      .contains("is missing or cannot be read"))
    let saved = try SafetensorsFile(data: Trainer(run, data: data).savedModel.data(), source: "m")
    #expect(throws: CheckpointError.notACheckpoint(path: "m")) { try TrainingCheckpoint(saved) }
    #expect(throws: SavedModelError.isCheckpoint(path: "c")) {
      try SavedModel(SafetensorsFile(data: bytes, source: "c"))
    }
  }

  /// Whatever a changed byte does, reading ends in a checkpoint or an error.
  @Test func changedBytesNeverTrap() throws {
    let whole = try checkpoint.data()
    let settings = try SafetensorsFile(data: whole).metadata["espalier.run"]
    var stream = RandomStream(seed: 5, purpose: .initialization)
    for round in 0..<1500 {
      var damaged = whole
      for _ in 0...round % 3 {
        damaged[Int(stream.nextWord()) % damaged.count] ^= UInt8(truncatingIfNeeded: 1 << (stream.nextWord() % 8))
      }
      // Sizes that a digit more makes huge are models too, which would only take long to build.
      guard let file = try? SafetensorsFile(data: damaged), file.metadata["espalier.run"] == settings,
        let read = try? TrainingCheckpoint(file)
      else { continue }
      _ = try? Trainer(resuming: read, data: data)
    }
  }
}
