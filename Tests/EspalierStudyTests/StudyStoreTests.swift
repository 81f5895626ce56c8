import EspalierTestSupport
import Foundation
import Testing

@testable import EspalierStudy

@Suite struct StudyStoreTests {
  private let folder: StudyFolder

  init() throws { folder = try StudyFolder() }

  /// A store with finished runs.
  private func finished(_ name: String = "a.sqlite", environment: StudyEnvironment = SmallStudy.environment) throws
    -> StudyStore
  {
    try SmallStudy.run(SmallStudy.text(), into: folder.path(name), environment: environment).store
  }

  @Test func aNewerStoreIsRefusedAndUntouched() throws {
    let path = folder.path("a.sqlite")
    try StudyStore.open(path).withDatabase { try $0.execute("PRAGMA user_version = 99") }
    let expected = StoreError.newer(path, schema: 99, known: StudySchema.version)
    #expect(throws: expected) { try StudyStore.open(path) }
    #expect(throws: expected) { try StudyStore.read(path) }
  }

  @Test func anOlderStoreIsBroughtUpToDate() throws {
    try SIMDTargetLock.holding {
      let store = try finished()
      let before = try store.query("SELECT key, mae FROM run ORDER BY key")
      try store.withDatabase { database in
        // Schema 0 did not know how much memory a run took.
        for view in ["progress", "result", "choice", "candidate"] { try database.execute("DROP VIEW \(view)") }
        try database.execute("ALTER TABLE run DROP COLUMN memory_bytes; PRAGMA user_version = 0")
      }
      #expect(throws: StoreError.outdated(store.path)) { try StudyStore.read(store.path) }
      let again = try SmallStudy.run(SmallStudy.text(), into: store.path)
      #expect(again.outcome.finished == 0)
      #expect(try again.store.query("SELECT key, mae FROM run ORDER BY key") == before)
      #expect(try again.store.records().cells.flatMap(\.runs).allSatisfy { $0.memoryBytes == 0 })
      #expect(try StudyStore.read(store.path).query("PRAGMA user_version").rows == [[.integer(1)]])
    }
  }

  @Test func otherFilesAreNoStores() throws {
    let text = try folder.write(
      "text.sqlite", String(repeating: "no database, but long enough to look like one\n", count: 50))
    #expect(throws: StoreError.notADatabase(text)) { try StudyStore.open(text) }
    #expect(throws: StoreError.notADatabase(text)) { try StudyStore.read(text) }
    let other = folder.path("other.sqlite")
    try Database(path: other, access: .create, patience: 1).execute("CREATE TABLE t (a)")
    let bytes = try Data(contentsOf: URL(filePath: other))
    #expect(throws: StoreError.notAStore(other)) { try StudyStore.open(other) }
    #expect(try Data(contentsOf: URL(filePath: other)) == bytes)
    #expect(throws: StoreError.missing(folder.path("none"))) { try StudyStore.read(folder.path("none")) }
    #expect(throws: StoreError.self) { try StudyStore.open(folder.path("no/folder/a.sqlite")) }
  }

  @Test func aStoreBelongsToOneStudy() throws {
    let path = try finished().path
    #expect(throws: StoreError.otherStudy(path, name: "small", expected: "other")) {
      try SmallStudy.run(SmallStudy.text(name: "other"), into: path)
    }
  }

  @Test func aFullDiskLosesNothing() throws {
    try SIMDTargetLock.holding {
      let path = folder.path("a.sqlite")
      let plan = try SmallStudy.plan(SmallStudy.text())
      let whole = try SmallStudy.run(SmallStudy.text(), into: folder.path("b.sqlite")).store
      let pages = try whole.withDatabase { try $0.integer("PRAGMA page_count") }
      let full = try StudyStore(path, access: .create, mostPages: pages - 8)
      #expect(throws: StoreError.full(path)) {
        try StudyJob(plan, store: full, environment: SmallStudy.environment).run(threads: 2)
      }
      let done = try full.settledKeys().finished.count
      #expect(done > 0 && done < 12, "\(done) of 12 fitted")
      let store = try StudyStore.open(path)
      #expect(try store.query("PRAGMA integrity_check").rows == [[.text("ok")]])
      let rest = try StudyJob(plan, store: store, environment: SmallStudy.environment)
      #expect(rest.finishedBefore == done)
      _ = try rest.run(threads: 2)
      #expect(try SmallStudy.numbers(store) == SmallStudy.numbers(whole))
    }
  }

  @Test func aLockedStoreIsSaidToBeLocked() throws {
    let path = try finished().path
    let holder = try Database(path: path, access: .readWrite, patience: 1)
    try holder.execute("BEGIN IMMEDIATE")
    let store = try StudyStore(path, access: .readWrite, patience: 0.05)
    #expect(throws: StoreError.locked(path)) { try store.release("x") }
    #expect(try store.records().cells.count == 6, "reading goes on")
    try holder.execute("ROLLBACK")
    try store.release("x")
  }

  @Test func aStoreThatMayNotBeWrittenIsSaidToBe() throws {
    let path = try finished().path
    let store = try StudyStore(path, access: .readWrite)
    try store.withDatabase { try $0.execute("PRAGMA query_only = ON") }
    let plan = try SmallStudy.plan(SmallStudy.text(seeds: 3))
    #expect(throws: StoreError.readOnly(path)) {
      try StudyJob(plan, store: store, environment: SmallStudy.environment)
    }
    #expect(throws: StoreError.query("Only queries that change nothing are carried out: begin with SELECT.")) {
      try StudyStore.read(path).query("DELETE FROM run")
    }
  }

  @Test(.enabled(if: geteuid() != 0, "root may write to files that nobody may write to"))
  func aFileThatMayNotBeWrittenIsSaidToBe() throws {
    let path = try finished().path
    try FileManager.default.setAttributes([.posixPermissions: 0o444], ofItemAtPath: path)
    let plan = try SmallStudy.plan(SmallStudy.text(seeds: 3))
    #expect(throws: StoreError.readOnly(path)) {
      try StudyJob(plan, store: StudyStore.open(path), environment: SmallStudy.environment)
    }
    #expect(try StudyStore.read(path).records().cells.allSatisfy { $0.runs.count == 2 })
  }

  @Test func deadProcessesAndSilentMachinesLoseTheirClaims() throws {
    let store = try StudyStore.open(folder.path("a.sqlite"))
    let me = ProcessIdentity.current
    let dead = ProcessIdentity(host: me.host, process: me.process, started: "0")
    let gone = ProcessIdentity(host: me.host, process: Int(Int32.max), started: "1")
    let far = ProcessIdentity(host: "elsewhere.example", process: 1, started: "1")
    func claim(_ key: String, _ owner: ProcessIdentity, at now: Int = 1000) throws -> StudyStore.Claim {
      try store.claim(key, owner: owner, now: now, retryingFailed: false)
    }
    #expect(me.isAlive && !dead.isAlive && !gone.isAlive)
    #expect(try claim("a", me) == .granted)
    #expect(try claim("a", dead) == .taken, "the process that has it is alive")
    #expect(try claim("b", dead) == .granted && claim("b", me) == .granted)
    #expect(try claim("c", gone) == .granted && claim("c", me) == .granted)
    #expect(try claim("d", far) == .granted && claim("d", me, at: 1599) == .taken)
    try store.renewClaims(of: far, now: 1500)
    #expect(try claim("d", me, at: 2099) == .taken && claim("d", me, at: 2100) == .granted)
    try store.release("a")
    #expect(try claim("a", dead) == .granted)
  }

  @Test func mergingFindsResultsThatDisagree() throws {
    try SIMDTargetLock.holding {
      let one = try finished("one.sqlite")
      let two = try finished("two.sqlite")
      try two.withDatabase { try $0.execute("UPDATE run SET mae = mae * 1.0000001 WHERE id = 3") }
      let target = try StudyStore.open(folder.path("target.sqlite"))
      _ = try target.merge(one.path)
      let key = try two.query("SELECT substr(key, 1, 16) FROM run WHERE id = 3").rows[0][0]
      let error = #expect(throws: StoreError.self) { try target.merge(two.path) }
      guard case .conflict(let run, _, _)? = error else { return #expect(Bool(false), "\(String(describing: error))") }
      #expect(.text(run) == key)
      // The same bits are promised on one SIMD target by one version alone.
      for other in ["simd_target = 'two'", "simd_target = 'one', version = 'later'"] {
        try two.withDatabase { try $0.execute("UPDATE environment SET \(other)") }
        #expect(try target.merge(two.path) == StudyStore.Merged(copied: 0, equal: 11, kept: 1))
        #expect(try SmallStudy.numbers(target) == SmallStudy.numbers(one), "what was there stays")
      }
      try two.withDatabase { try $0.execute("UPDATE dataset SET fingerprint = 'x'") }
      let reason = "its data set \"synthetic\" has other rows; run the study on the same file everywhere."
      #expect(throws: StoreError.unmergeable(two.path, reason: reason)) { try target.merge(two.path) }
      try two.withDatabase { try $0.execute("UPDATE study SET specification = 'x'") }
      #expect(throws: StoreError.self) { try target.merge(two.path) }
    }
  }

  @Test(arguments: StudyQuery.allCases)
  func queriesWithANameGiveRows(query: StudyQuery) throws {
    try SIMDTargetLock.holding {
      let text = SmallStudy.text().replacing(
        "\"none\"", with: "\"none\", { preset: 'dropout', name: 'tuned', tune: { dropout: [0.1, 0.2] } }")
      let table = try SmallStudy.run(text, into: folder.path("a.sqlite")).store.query(query.sql)
      #expect(table.rows.isEmpty == (query == .failures))
      #expect(Set(table.columns).count == table.columns.count)
    }
  }

  @Test func oneQueryIsCarriedOutAtATime() throws {
    let store = try StudyStore.open(folder.path("a.sqlite"))
    for sql in ["SELECT 1 AS one", "SELECT 1 AS one; ", "SELECT 1 AS one -- a comment"] {
      #expect(try store.query(sql, where: [.init(column: "one", value: "1")]).rows == [[.integer(1)]])
    }
    let error = StoreError.query("Only one query is carried out at a time: leave out what comes after the first one.")
    #expect(throws: error) { try store.query("SELECT 1; SELECT 2") }
  }

  /// SQLite ends a text at its first NUL unless it is told the length.
  @Test func namesOfAnyCharactersAreFoundAgain() throws {
    let text = SmallStudy.text(seeds: 1).replacing("\"small\"", with: #""s\u0000x""#)
    _ = try SmallStudy.run(text, into: folder.path("a.sqlite"), part: { _ in [0] })
    #expect(try SmallStudy.run(text, into: folder.path("a.sqlite"), part: { _ in [1] }).outcome.finished == 1)
  }

  @Test func forecastsOfTheQueryAreThoseOfTheSamples() throws {
    try SIMDTargetLock.holding {
      let store = try finished()
      let sample = try store.records().samples[0]
      let conditions = [
        StudyCondition(column: "method", value: sample.setting.method),
        .init(column: "lookback", value: "\(sample.setting.lookback)"),
      ]
      let table = try store.query(StudyQuery.forecasts.sql, where: conditions)
      let column = try #require(table.columns.firstIndex(of: "forecast"))
      let values = table.rows.compactMap { row in if case .real(let value) = row[column] { value } else { nil } }
      #expect(values.count == 2 * sample.mean.count)
      let pairs = zip(values.prefix(sample.mean.count), values.suffix(sample.mean.count))
      #expect(pairs.map { min($0, $1) } == sample.lowest && pairs.map { max($0, $1) } == sample.highest)
      #expect(throws: StoreError.self) {
        try store.query(StudyQuery.results.sql, where: [.init(column: "x", value: "")])
      }
    }
  }

  @Test func numbersSurviveAsBytes() {
    let doubles = [0, -1.5, .pi, .infinity, -.zero, .leastNonzeroMagnitude]
    #expect(Blob.doubles(Blob.bytes(doubles)).map(\.bitPattern) == doubles.map(\.bitPattern))
    #expect(Blob.integers(Blob.bytes([Int64.min, -1, 0, .max])) == [.min, -1, 0, .max])
    #expect(Blob.bytes([1.0]) == [0, 0, 0, 0, 0, 0, 0xF0, 0x3F], "little-endian")
    #expect(Blob.doubles([1, 2, 3]).isEmpty)
  }
}
