/// Why a delimited file could not be read.
public enum ReadError: Error, Equatable, Sendable, CustomStringConvertible {
  /// No file of that name exists.
  case missingFile(String)
  /// The path is a folder.
  case directory(String)
  /// The file exists but the system refuses to give its bytes.
  case unreadable(String)
  /// The file is not what it was a moment ago.
  case changed(String)
  /// The file holds nothing but white space.
  case empty(String)
  /// The file holds zero bytes, as binary files and UTF-16 do.
  case binary(String)
  /// The first line holds numbers instead of column names.
  case headerMissing(String)
  /// Two columns have the same name.
  case duplicateColumn(file: String, name: String)
  /// There is a header but no row.
  case noRows(String)
  /// A column was asked for that the file does not have.
  case unknownColumn(file: String, name: String, nearest: String?)
  /// A row has more or fewer fields than the header.
  case raggedRow(file: String, line: Int, expected: Int, actual: Int)
  /// A quoted field does not end.
  case unclosedQuote(file: String, line: Int)
  /// A cell of a numeric column is text; `row` counts data rows from 1, `line` the file's lines.
  case textInNumericColumn(file: String, row: Int, line: Int, column: String, text: String)
  /// A cell of a numeric column is infinite.
  case infiniteValue(file: String, row: Int, line: Int, column: String)
  /// A column was named as dates, or taken for dates, and a cell is not a date.
  case badDate(file: String, row: Int, line: Int, column: String, text: String)
  /// A column numbers the rows, and a cell is no whole number.
  case badNumber(file: String, row: Int, line: Int, column: String, text: String)
  /// Two rows have one number in the column that numbers rows and different values; `candidate` as for dates.
  case conflictingNumbers(file: String, column: String, number: Int64, series: String?, candidate: String?)
  /// Two rows have one time stamp and different values; `candidate` is a text column that could tell series apart.
  case conflictingDates(file: String, date: String, series: String?, candidate: String?)
  /// A row has no series id.
  case missingSeries(file: String, row: Int, line: Int, column: String)
  /// The rows don't lie on a regular grid.
  case grid(file: String, GridError)
  /// No column holds numbers.
  case noNumbers(String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .missingFile(let file): "There is no file \(file): check the path."
    case .directory(let file): "\(file) is a folder: give the path of a delimited text file in it."
    case .unreadable(let file): "\(file) can't be read: check that it is a regular file and that you may read it."
    case .changed(let file): "\(file) was changed after it was looked at: let it be, and start again."
    case .empty(let file): "\(file) is empty: give a file with a header line and rows."
    case .binary(let file):
      "\(file) is not a text file, it holds zero bytes: save it as comma-separated text in UTF-8."
    case .headerMissing(let file): "\(file) starts with numbers: add a first line with the names of the columns."
    case .duplicateColumn(let file, let name): "\(file) has two columns named \"\(name)\": rename one of them."
    case .noRows(let file): "\(file) has a header but no rows: add data below it."
    case .unknownColumn(let file, let name, let nearest):
      "\(file) has no column \"\(name)\"\(hint(nearest))."
    case .raggedRow(let file, let line, let expected, let actual):
      "Line \(line) of \(file) has \(actual) fields where the header has \(expected): correct that line."
    case .unclosedQuote(let file, let line):
      "A quoted field that starts in line \(line) of \(file) never ends: close the quote."
    case .textInNumericColumn(let file, let row, let line, let column, let text):
      "Row \(row) (line \(line)) of \(file) holds the text \"\(text)\" in the numeric column \"\(column)\": "
        + "correct it, name it as a missing marker, or leave the column out."
    case .infiniteValue(let file, let row, let line, let column):
      "Row \(row) (line \(line)) of \(file) holds an infinite value in column \"\(column)\": correct it or leave it empty."
    case .badDate(let file, let row, let line, let column, let text):
      "Row \(row) (line \(line)) of \(file) holds \"\(text)\" in the date column \"\(column)\": "
        + "write dates as 2024-12-31, 2024-12-31 23:59:59 or 31/12/2024, or name another date column."
    case .badNumber(let file, let row, let line, let column, let text):
      "Row \(row) (line \(line)) of \(file) holds \"\(text)\" in the column \"\(column)\", whose whole numbers number the "
        + "rows: correct it, name the column of dates, or exclude this one."
    case .conflictingNumbers(let file, let column, let number, let series, let candidate):
      "\(file) has two different rows for \"\(column)\" \(number)\(series.map { " of series \"\($0)\"" } ?? ""): "
        + (candidate.map { "name the column that tells the series apart (perhaps \"\($0)\"), " } ?? "remove one, ")
        + "ask to keep the first of them, or exclude that column where it does not number the rows."
    case .conflictingDates(let file, let date, let series, let candidate):
      "\(file) has two different rows for \(date)\(series.map { " of series \"\($0)\"" } ?? ""): "
        + (candidate.map { "name the column that tells the series apart (perhaps \"\($0)\"), " } ?? "remove one, ")
        + "or ask to keep the first of them."
    case .missingSeries(let file, let row, let line, let column):
      "Row \(row) (line \(line)) of \(file) has no series id in column \"\(column)\": fill it in or remove the row."
    case .grid(let file, let error): "\(file): \(error.description)"
    case .noNumbers(let file): "\(file) has no numeric column: give a file with at least one column of numbers."
    }
  }
}

/// The middle of a sentence about a name that does not exist; the sentence's full stop follows.
func hint(_ nearest: String?) -> String {
  nearest.map { ": the nearest name is \"\($0)\"" } ?? ": check the names in the header"
}
