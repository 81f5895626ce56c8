import Espalier
import Foundation

/// Options that say which data are read and what is forecast from what.
enum DataOptions {
  static let data = Option.positional(
    "data", .text("file|name"),
    help: "A delimited text file, or the name of a data set ('espalier datasets' lists them)")
  static let folder = DataFolder.option
  static let target = Option(
    "target", .text("column"), otherwise: "the named data set's; required for a file", help: "The column to forecast")
  static let features = Option(
    "features", list: .text("columns"), default: [], otherwise: "the named data set's, or all columns of numbers",
    help: "The columns to forecast from, beside the target's own history")
  static let known = Option(
    "known", list: .text("columns"), default: [], otherwise: "none",
    help: "Features whose values at the forecast steps are known when a forecast is made, such as prices or holidays")
  static let statics = Option(
    "static", list: .text("columns"), default: [], otherwise: "none",
    help: "Columns that don't change within a series of a panel: numbers, or texts that become categories")
  static let channels = Option(
    "channels", list: .text("columns"), default: [], otherwise: "none",
    help: "Columns of a wide table that become one series each, to be forecast by one model; all takes every column of "
      + "numbers")
  static let split = Option(
    "split", list: .int("rows", from: 1), default: [],
    otherwise: "the named data set's, or 70, 10 and 20 % of the rows",
    help: "Rows to train on, to validate on and to test on, in time order; strict evaluation only")
  static let exclude = Option(
    "exclude", list: .text("columns"), default: [], otherwise: "none", help: "Columns of a file to leave out")
  static let drifting = Option(
    "drifting", list: .text("columns"), default: [], otherwise: "the named data set's, or none",
    help: "Features that leave the range they were trained on, as prices do; window normalization applies to them")
  static let season = Option(
    "season", .int("steps", from: 1, to: 1_000_000),
    otherwise: "the named data set's, or a day for rows less than a day apart, a year for months, else 1",
    help: "Steps of a season, for the seasonal naive forecast and MASE")
  static let date = Option(
    "date", .text("column"), otherwise: "the first that holds dates, else whole numbers in one called ds, date or time",
    help: "The column of a file that holds the dates, or whole numbers that number the rows")
  static let series = Option(
    "series", .text("column"), otherwise: "unique_id where there is one",
    help: "The column of a file that tells the series of a panel apart")
  static let missing = Option(
    "missing", list: .text("texts"), default: [], otherwise: "none",
    help: "More texts or numbers that stand for a missing value, beside empty, NA, NaN, null, None and ?")
  static let duplicates = Option(
    "duplicates", .choice(["refuse", "keep-first"]), default: "refuse",
    help: "What becomes of rows with the same date and different values")
  static let fill = Option(
    "fill", .choice(FillRule.self), otherwise: "missing rows are an error",
    help: "What stands in rows that are missing between regular dates; none inserts no rows and takes those that are "
      + "there as neighbours")
  static let separator = Option(
    "separator", .choice(["comma", "semicolon", "tab", "bar"]), otherwise: "detected",
    help: "What stands between the fields of a file")
  static let decimal = Option(
    "decimal", .choice(["point", "comma"]), otherwise: "detected", help: "How a file writes the fraction of a number")

  /// How a file is written.
  static let readingSection = Command.Section(
    "Reading a file",
    [
      date.parameter, series.parameter, missing.parameter, duplicates.parameter, fill.parameter,
      separator.parameter, decimal.parameter,
    ])
  /// What is forecast from what.
  static let sections = [
    Command.Section(
      "Data",
      [
        data.parameter, folder.parameter, target.parameter, features.parameter, known.parameter,
        statics.parameter, channels.parameter, exclude.parameter, drifting.parameter,
        season.parameter, split.parameter,
      ]),
    readingSection,
  ]

  /// What the command line says about the data; nothing is read yet.
  ///
  /// - Parameters:
  ///   - context: The command line.
  ///   - needsTarget: Whether a file needs `--target`, because nothing else says what to forecast.
  /// - Returns: Where the data are and what is known about them.
  /// - Throws: `UsageError` when options don't go together, `CatalogueError` when there is no such file or data set.
  static func source(_ context: Context, needsTarget: Bool = true) throws -> DataSource {
    var source = try DataSource(resolving: context[data], folder: DataFolder.path(context))
    source.target = context[target]
    source.features = context[features].isEmpty ? nil : context[features]
    source.drifting = context[drifting].isEmpty ? nil : context[drifting]
    source.season = context[season]
    source.known = context[known].isEmpty ? nil : context[known]
    source.statics = context[statics].isEmpty ? nil : context[statics]
    source.reading = reading(context, base: ReadOptions())
    source.reading.excluded = context[exclude]
    try checkReading(context, of: source)
    try addChannels(context, to: &source)
    source.split = try split(context)
    if source.kind == .named, context.arguments.isGiven(exclude) {
      throw UsageError.conflict("--exclude is for files; name the columns of '\(source.place)' with --features.")
    }
    if context.arguments.isGiven(exclude), source.channels?.isEmpty == false {
      throw UsageError.conflict("--exclude has no effect beside the columns of --channels; give one of them.")
    }
    if context.arguments.isGiven(exclude), source.features != nil {
      throw UsageError.conflict("--exclude has no effect beside --features; give one of them.")
    }
    if let target = source.target, context[exclude].contains(target) {
      throw UsageError.conflict("--exclude leaves out the target '\(target)'; take it off that list.")
    }
    if needsTarget, source.kind == .file, source.target == nil, source.channels == nil,
      FileManager.default.fileExists(atPath: source.place)
    {
      throw UsageError.conflict("--target is missing; a file does not say which of its columns to forecast.")
    }
    return source
  }

  private static func addChannels(_ context: Context, to source: inout DataSource) throws(UsageError) {
    guard context.arguments.isGiven(channels) else { return }
    if context.arguments.isGiven(target) {
      throw .conflict("--target has no effect beside --channels, which are all forecast; give one of them.")
    }
    if context.arguments.isGiven(series) {
      throw .conflict(
        "--series tells the series of long data apart and --channels those of wide data; give one of them.")
    }
    source.channels = context[channels] == ["all"] ? [] : context[channels]
  }

  /// Refuses a split in rows where it would be left out.
  static func checkSplit(_ context: Context, _ evaluation: Evaluation) throws(UsageError) {
    guard evaluation == .paper, context.arguments.isGiven(split) else { return }
    throw .conflict("--split has no effect in the paper's evaluation, which cuts at 80 % of the windows; leave it out.")
  }

  private static func split(_ context: Context) throws(UsageError) -> FixedSplit? {
    guard context.arguments.isGiven(split) else { return nil }
    let rows = context[split]
    guard rows.count == 3 else {
      throw .conflict("--split needs three numbers of rows: to train on, to validate on and to test on.")
    }
    return FixedSplit(train: rows[0], validation: rows[1], test: rows[2])
  }

  /// What the command line changes in how a file is read.
  static func reading(_ context: Context, base: ReadOptions) -> ReadOptions {
    var reading = base
    if let date = context[date] { reading.dateColumn = date }
    if let series = context[series] { reading.seriesColumn = series }
    if context.arguments.isGiven(missing) { reading.missingMarkers = context[missing] }
    if context.arguments.isGiven(duplicates) {
      reading.duplicates = context[duplicates] == "keep-first" ? .keepFirst : .refuse
    }
    if let fill = context[fill] { reading.fill = fill }
    let separators = ["comma": ",", "semicolon": ";", "tab": "\t", "bar": "|"]
    if let separator = context[separator] { reading.separator = separators[separator] }
    if let decimal = context[decimal] { reading.decimalComma = decimal == "comma" }
    return reading
  }

  /// Refuses options about a file's form for data whose form the catalogue knows.
  static func checkReading(_ context: Context, of source: DataSource) throws(UsageError) {
    guard source.kind == .named else { return }
    if let option = readingSection.parameters.first(where: { context.arguments.isGiven(label: $0.label) }) {
      throw .conflict(
        "\(option.label) has no effect on the data set '\(source.place)', whose form is known; "
          + "give the path of its file to read it your way.")
    }
  }
}
