/// What to do with two rows of one series that have the same time stamp and different values.
public enum DuplicateRule: String, Codable, Sendable, CaseIterable {
  /// Conflicting rows are an error.
  case refuse
  /// The row that comes first in the file stays, and a note is made.
  case keepFirst
}

/// What a caller knows about a delimited file; everything left nil is detected.
public struct ReadOptions: Codable, Equatable, Sendable {
  /// The columns of numbers to keep, nothing else is stored; nil keeps all, and columns of text beside them.
  ///
  /// Text in a column named here is an error.
  public var columns: [String]?
  /// Columns that must be there and hold numbers, such as the target, when ``columns`` is nil.
  public var required: [String]
  /// Columns that are left out when ``columns`` is nil.
  public var excluded: [String]
  /// Columns that are kept beside ``columns``, whether they hold numbers or text; nil for none.
  public var kept: [String]?
  /// Columns that are text even where they hold numbers; nil for none.
  public var texts: [String]?
  /// The column of dates, or of whole numbers that number the rows; nil takes the first whose cells are dates, or else one
  /// of whole numbers that is called `ds`, `date`, `time`, `timestamp` or `datetime`.
  public var dateColumn: String?
  /// Whether a column of whole numbers that is called as dates are may number the rows, as nil lets it.
  public var detectsNumbers: Bool?
  /// The column that names the series of a panel; nil takes `unique_id` where there is one.
  public var seriesColumn: String?
  /// Texts or numbers that stand for a missing value, beside the empty cell, `NA`, `N/A`, `NaN`, `null`, `None` and `?`.
  ///
  /// A number is compared as a number: `-200` marks `-200,0` too.
  public var missingMarkers: [String]
  /// What to do with conflicting rows of the same time stamp.
  public var duplicates: DuplicateRule
  /// What becomes of rows that are missing on a regular grid of dates; nil leaves the rows as they are.
  public var fill: FillRule?
  /// `,` `;` `|` or a tab; nil detects it.
  public var separator: String?
  /// Whether numbers are written `2,6`; nil detects it.
  public var decimalComma: Bool?

  /// Options that leave everything to detection.
  public init(
    columns: [String]? = nil, required: [String] = [], excluded: [String] = [], dateColumn: String? = nil,
    seriesColumn: String? = nil, missingMarkers: [String] = [], duplicates: DuplicateRule = .refuse,
    separator: String? = nil,
    decimalComma: Bool? = nil
  ) {
    self.columns = columns
    self.required = required
    self.excluded = excluded
    self.dateColumn = dateColumn
    self.seriesColumn = seriesColumn
    self.missingMarkers = missingMarkers
    self.duplicates = duplicates
    self.separator = separator
    self.decimalComma = decimalComma
  }
}
