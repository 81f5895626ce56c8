import Foundation

/// The data sets that a user gave names, in the file `datasets.json` of a data folder.
public struct DatasetRegistry: Equatable, Sendable {
  /// The file's name in the folder.
  public static let fileName = "datasets.json"
  /// The layout that this version writes, and the newest that it reads.
  public static let format = 1

  /// The data sets, in the order in which they were added.
  public private(set) var entries: [RegisteredDataset]

  /// What the file holds.
  private struct Content: Codable {
    var format: Int
    var datasets: [RegisteredDataset]
  }

  /// The layout's number alone, which every version can read.
  private struct Version: Decodable { let format: Int }

  /// Reads the registry of a folder; a folder without one has no entries.
  ///
  /// - Throws: ``RegistryError`` when the file is of a newer version, damaged, or can't be read.
  public init(folder: String) throws(RegistryError) {
    let path = Self.path(in: folder)
    let data: Data
    do throws(ReadError) {
      data = try FileBytes(path: path).withBytes { Data(buffer: $0) }
    } catch {
      guard case .missingFile = error else { throw .file(path: path, reason: "it can't be read") }
      entries = []
      return
    }
    guard let version = try? JSONDecoder().decode(Version.self, from: data) else {
      throw .damaged(path: path, fault: "it is no JSON object with a format")
    }
    guard version.format <= Self.format else { throw .newerFormat(path: path, found: version.format) }
    guard version.format >= 1, let content = try? JSONDecoder().decode(Content.self, from: data) else {
      throw .damaged(path: path, fault: "its entries don't have the form of format \(version.format)")
    }
    entries = content.datasets
    if let fault = entries.lazy.compactMap(\.fault).first { throw .damaged(path: path, fault: fault) }
    let names = Set(entries.map { $0.name.lowercased() })
    if names.count < entries.count { throw .damaged(path: path, fault: "two entries have the same name") }
  }

  /// The entry of a name, nil when there is none.
  public func entry(_ name: String) -> RegisteredDataset? { entries.first { $0.name == name } }

  /// Adds a data set to the registry of a folder, which is made where it is missing.
  ///
  /// Processes that do so at the same time wait for each other.
  ///
  /// - Parameters:
  ///   - entry: The data set.
  ///   - replacing: Whether an entry of the same name gives way.
  ///   - folder: The data folder.
  /// - Throws: ``RegistryError``; the registry is then as it was.
  public static func add(
    _ entry: RegisteredDataset, replacing: Bool = false, in folder: String
  ) throws(RegistryError) {
    if let fault = entry.fault { throw .damaged(path: path(in: folder), fault: fault) }
    if !entry.features.isEmpty, let column = entry.drifting.first(where: { !entry.features.contains($0) }) {
      throw .noFeature(column)
    }
    if let clash = DatasetCatalogue.all.first(where: { same($0.name, entry.name) }) {
      throw .inCatalogue(clash.name)
    }
    if let file = entry.fileName,
      DatasetCatalogue.all.contains(where: { same($0.fileName ?? "", file) })
        || same(file, fileName)
    {
      throw .fileTaken(name: entry.name, file: file)
    }
    try change(folder) { entries throws(RegistryError) in
      let place = entries.firstIndex { same($0.name, entry.name) }
      guard let place else { return entries.append(entry) }
      guard replacing else { throw .taken(entries[place].name) }
      entries[place] = entry
    }
  }

  /// Takes a data set from the registry of a folder; its file stays.
  ///
  /// - Returns: The entry that was there.
  /// - Throws: ``RegistryError``; the registry is then as it was.
  @discardableResult
  public static func remove(_ name: String, in folder: String) throws(RegistryError) -> RegisteredDataset {
    // Looked up first, for without a registry there is nothing to make a folder for.
    let names = try DatasetRegistry(folder: folder).entries.map(\.name)
    guard names.contains(name) else {
      if DatasetCatalogue.all.contains(where: { $0.name == name }) { throw .inCatalogue(name) }
      throw .unknown(name, nearest: NearestName.of(name, among: names))
    }
    var removed: RegisteredDataset?
    try change(folder) { entries throws(RegistryError) in
      guard let place = entries.firstIndex(where: { $0.name == name }) else { throw .unknown(name, nearest: nil) }
      removed = entries.remove(at: place)
    }
    guard let removed else { throw .unknown(name, nearest: nil) }
    return removed
  }

  static func path(in folder: String) -> String {
    folder.hasSuffix("/") ? folder + fileName : "\(folder)/\(fileName)"
  }

  /// Names that differ in case alone would be one file where file names ignore case.
  private static func same(_ first: String, _ second: String) -> Bool { first.lowercased() == second.lowercased() }

  /// Reads, changes and writes the registry while no other process does.
  private static func change(
    _ folder: String, _ body: (inout [RegisteredDataset]) throws(RegistryError) -> Void
  ) throws(RegistryError) {
    let path = path(in: folder)
    let lock = try RegistryLock(path: path, folder: folder)
    defer { lock.release() }
    var entries = try DatasetRegistry(folder: folder).entries
    try body(&entries)
    let encoder = JSONEncoder()
    encoder.outputFormatting = [.prettyPrinted, .sortedKeys, .withoutEscapingSlashes]
    do {
      let data = try encoder.encode(Content(format: format, datasets: entries))
      // Written beside its place and renamed.
      try data.write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .file(path: path, reason: SystemReason.of(error))
    }
  }
}

/// Keeps other processes from changing a registry, by a lock on the file `datasets.json.lock`.
private struct RegistryLock {
  private static let attempts = 1000
  private static let pause: useconds_t = 10_000

  private let descriptor: Int32

  /// Waits for the lock, ten seconds at most: others hold it for the time of reading and writing a small file.
  init(path: String, folder: String) throws(RegistryError) {
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .file(path: folder, reason: SystemReason.of(error))
    }
    descriptor = open(path + ".lock", O_RDWR | O_CREAT | O_CLOEXEC, 0o666)
    guard descriptor >= 0 else { throw .file(path: path, reason: String(cString: strerror(errno))) }
    for _ in 0..<Self.attempts {
      if flock(descriptor, LOCK_EX | LOCK_NB) == 0 { return }
      guard errno == EWOULDBLOCK || errno == EINTR else { break }
      usleep(Self.pause)
    }
    close(descriptor)
    throw .busy(path: path)
  }

  func release() { close(descriptor) }
}
