import Foundation

/// A data set that a user gave a name, as the registry keeps it.
public struct RegisteredDataset: Codable, Equatable, Sendable {
  /// The name in commands and reports: letters, digits, `-` and `_`.
  public var name: String
  /// The column to forecast.
  public var target: String
  /// The columns to forecast from; empty takes all other columns of numbers.
  public var features: [String] = []
  /// The features that leave the range they were trained on; see ``WindowNormalization``.
  public var drifting: [String] = []
  /// Steps of a season; nil takes what the distance between rows suggests: see ``SeriesTable/inferredSeason``.
  public var season: Int?
  /// The terms of the data.
  public var licence: String?
  /// Who made the data.
  public var source: String?
  /// The file's absolute path, for a file that stays where the user has it.
  public var path: String?
  /// Where the file is downloaded from, for one that goes into the data folder.
  public var address: String?
  /// Bytes of the file; nil when an address was registered without it.
  public var size: Int?
  /// The file's SHA-256, 64 hexadecimal digits in lower case.
  public var sha256: String
  /// Rows, where the file was read when it was registered.
  public var rows: Int?
  /// How the file is read.
  public var reading: ReadOptions

  /// Describes a file of the user's: reads it, and notes what it is.
  ///
  /// - Parameters:
  ///   - file: The file's path; it is made absolute.
  ///   - name: The name that the data set gets.
  ///   - target: A column of numbers.
  ///   - features: Columns of numbers; nil takes all but the target.
  ///   - reading: How the file is read; its ``ReadOptions/excluded`` columns are no features.
  /// - Throws: ``ReadError`` when the file can't be read so, ``RegistryError/badName(_:)``.
  public init(
    file: String, name: String, target: String, features: [String]? = nil, reading: ReadOptions = ReadOptions()
  ) throws {
    guard Self.isName(name) else { throw RegistryError.badName(name) }
    let path = URL(filePath: file).standardizedFileURL.path(percentEncoded: false)
    let bytes = try FileBytes(path: path)
    var options = reading
    if let features {
      options.columns = [target] + features.filter { $0 != target }
    } else {
      options.required = [target]
    }
    let table = try DelimitedReader.read(bytes, path: path, options: options)
    self.name = name
    self.target = target
    self.features = (features ?? table.columnNames).filter { $0 != target }
    self.path = path
    self.reading = reading
    size = bytes.count
    sha256 = bytes.sha256()
    rows = table.rowCount
    season = table.inferredSeason
  }

  /// Describes a file that is downloaded when it is asked for.
  ///
  /// - Parameters:
  ///   - address: An address of HTTP without user and password.
  ///   - sha256: The file's SHA-256 as 64 hexadecimal digits.
  ///   - size: Bytes of the file, if known.
  ///   - name: The name that the data set gets.
  ///   - target: The column to forecast.
  ///   - features: The columns to forecast from; nil takes all other columns of numbers.
  ///   - reading: How the file is read.
  /// - Throws: ``DownloadError`` when address, hash or size are impossible, ``RegistryError/badName(_:)``.
  public init(
    address: String, sha256: String, size: Int? = nil, name: String, target: String, features: [String]? = nil,
    reading: ReadOptions = ReadOptions()
  ) throws {
    guard Self.isName(name) else { throw RegistryError.badName(name) }
    let download = try DatasetDownload(address: address, size: size, sha256: sha256, destination: name)
    self.name = name
    self.target = target
    self.features = (features ?? []).filter { $0 != target }
    self.address = address
    self.size = size
    self.sha256 = download.sha256
    self.reading = reading
  }

  /// The file's name in the data folder; nil when it stays elsewhere.
  ///
  /// It is the data set's name with the extension of the address, `csv` where that has none.
  public var fileName: String? {
    guard let address else { return nil }
    let ending = URL(string: address)?.pathExtension ?? ""
    let isPlain =
      (1...8).contains(ending.utf8.count) && ending.allSatisfy { $0.isASCII && ($0.isLetter || $0.isNumber) }
    return "\(name).\(isPlain ? ending : "csv")"
  }

  /// Where the file lies, or will lie when it is downloaded into a folder.
  public func path(in folder: String) -> String { description().path(in: folder) ?? name }

  /// What is known about the data set, completed by its rows where they are at hand.
  func description(_ table: SeriesTable? = nil) -> DatasetDescription {
    let all = table.map { table in table.columnNames.filter { $0 != target } }
    var description = DatasetDescription(
      name: name, title: source ?? "registered by the user",
      origin: .file(name: path ?? fileName ?? name, sha256: sha256, options: reading), target: target,
      features: features.isEmpty ? all ?? [] : features, drifting: drifting,
      season: season ?? table?.inferredSeason ?? 1, split: nil, steps: [], source: source ?? "not said",
      instructions: path.map { "the file \($0), which stays where it is" }
        ?? "`espalier datasets get \(name)` downloads it",
      address: address, licence: licence ?? "not said")
    description.registration = self
    return description
  }

  /// Whether a text can be a name: it must not look like a path, nor like an option.
  static func isName(_ text: String) -> Bool {
    let isPlain = text.utf8.allSatisfy { byte in
      switch byte {
      case UInt8(ascii: "a")...UInt8(ascii: "z"), UInt8(ascii: "A")...UInt8(ascii: "Z"),
        UInt8(ascii: "0")...UInt8(ascii: "9"), UInt8(ascii: "-"), UInt8(ascii: "_"):
        true
      default: false
      }
    }
    return isPlain && (1...64).contains(text.utf8.count) && !text.hasPrefix("-")
  }

  /// What is wrong with an entry that may have been written by hand; nil when nothing is.
  var fault: String? {
    guard Self.isName(name) else { return "\"\(name)\" is no name" }
    if (path == nil) == (address == nil) { return "\"\(name)\" has not one of path and address" }
    if let path, !path.hasPrefix("/") { return "the path of \"\(name)\" is not absolute" }
    if let address, DatasetDownload.host(of: address) == nil { return "\"\(name)\" has an address that is none" }
    if !FileHash.isSHA256(sha256) { return "the sha256 of \"\(name)\" has not 64 hexadecimal digits" }
    if let size, size < 0 { return "\"\(name)\" has a negative size" }
    if let season, !(1...1_000_000).contains(season) { return "\"\(name)\" has a season outside 1 to 1000000" }
    return nil
  }
}
