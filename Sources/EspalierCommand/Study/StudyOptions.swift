import Espalier
import Foundation

/// Options that several commands of `espalier study` share.
enum StudyOptions {
  static let specification = Option.positional("specification", .text("file"), help: "The study, in JSON5")
  static let store = Option.positional("store", .text("file"), help: "The store of a study")
  static let storeFile = Option(
    "store", .text("file"), otherwise: "beside the specification, ending in .sqlite, or in -2of8.sqlite for part 2/8",
    help: "Where the results are kept")
  static let shard = Option(
    "shard", shardKind, otherwise: "the whole study",
    help:
      "The part of the study to do, such as 2/8; each part has a store of its own, and 'study merge' puts them together"
  )

  static let only = Option(
    "only", list: conditionKind, default: [], otherwise: "the whole study",
    help: "Only trainings with these labels, such as dataset=bitcoin,model=lstm; values of one label are alternatives")

  /// A column or a label and its value.
  static let conditionKind = ValueKind<StudyCondition>(
    placeholder: "name=value", expected: "a name and its value, such as model=lstm",
    read: { word in
      guard let place = word.firstIndex(of: "="), place > word.startIndex else { return nil }
      return StudyCondition(column: String(word[..<place]), value: String(word[word.index(after: place)...]))
    }, show: { "\($0.column)=\($0.value)" })

  /// The indices of the runs that the command line asks for; nil for all.
  ///
  /// - Throws: `StudyError` when there is no such label.
  static func part(_ context: Context, of plan: StudyPlan) throws -> [Int]? {
    let chosen = try context[only].isEmpty ? nil : plan.runs(where: context[only])
    guard let shard = context[shard] else { return chosen }
    let cut = try plan.shard(shard.index, of: shard.count)
    guard let chosen else { return cut }
    return Set(cut).intersection(chosen).sorted()
  }

  private static let shardKind = ValueKind<Shard>(
    placeholder: "i/n", expected: "a part and the number of parts, such as 2/8",
    read: { word in
      let parts = word.split(separator: "/", omittingEmptySubsequences: false).map { Int($0) }
      guard parts.count == 2, let index = parts[0], let count = parts[1], count >= 1, (1...count).contains(index) else {
        return nil
      }
      return Shard(index: index, count: count)
    }, show: { "\($0.index)/\($0.count)" })

  /// A part of a study.
  struct Shard: Sendable {
    let index: Int
    let count: Int
  }

  /// Reads and writes out the study that the command line names.
  ///
  /// - Throws: `JSON5Error`, `StudyError`, or a typed error of the data.
  static func plan(_ context: Context) throws -> StudyPlan {
    let path = context[specification]
    let folder = URL(filePath: path).deletingLastPathComponent().path(percentEncoded: false)
    let dataFolder = DataFolder.path(context)
    return try StudyPlan(
      StudySpecification.read(path: path, dataFolder: dataFolder), dataFolder: dataFolder, folder: folder)
  }

  /// Where the results of the study are kept, or those of a part of it.
  static func storePath(_ context: Context, shard: Shard? = nil) -> String {
    if let path = context[storeFile] { return path }
    let path = URL(filePath: context[specification]).deletingPathExtension().path(percentEncoded: false)
    // Parts are trained on different machines, whose file systems may be one.
    let part = shard.map { "-\($0.index)of\($0.count)" } ?? ""
    return "\(path)\(part).sqlite"
  }
}
