/// A table of texts, each made from numbers beforehand so that every form of the report shows the same digits.
struct ReportTable: Equatable, Sendable {
  /// How a column's texts are set.
  enum Alignment: Equatable, Sendable { case leading, trailing }

  /// A column's heading.
  struct Column: Equatable, Sendable {
    let title: String
    let alignment: Alignment

    /// A column of words.
    static func words(_ title: String) -> Column { Column(title: title, alignment: .leading) }
    /// A column of numbers.
    static func numbers(_ title: String) -> Column { Column(title: title, alignment: .trailing) }
  }

  /// One field.
  struct Cell: Equatable, Sendable {
    /// The text, `–` where there is nothing to show.
    let text: String
    /// Whether it is the best of its row: shown bold, and with `*`.
    let isBest: Bool
    /// Whether it is no better than the better naive forecast: shown with `†`.
    let isBeaten: Bool

    init(_ text: String, isBest: Bool = false, isBeaten: Bool = false) {
      self.text = text
      self.isBest = isBest
      self.isBeaten = isBeaten
    }

    /// A field without anything.
    static let missing = Cell(NumberText.missing)

    /// The marks behind the text.
    var marks: String { (isBest ? "*" : "") + (isBeaten ? "†" : "") }
  }

  /// What it shows, without final stop.
  let title: String
  /// The columns; the first is the heading of every row.
  let columns: [Column]
  /// Rows of as many cells as there are columns.
  var rows: [[Cell]]
  /// Rows in front of which a thin line is drawn.
  var groupStarts: Set<Int> = []
  /// What a reader must know to read it.
  var notes: [Phrase]
  /// The stored rows that it is computed from.
  let sources: [RowSource]

  init(
    title: String, columns: [Column], rows: [[Cell]] = [], notes: [Phrase] = [], sources: [RowSource] = []
  ) {
    self.title = title
    self.columns = columns
    self.rows = rows
    self.notes = notes
    self.sources = sources
  }
}
