import EspalierStudy

/// A study's results as a page, and the tables of that page as Markdown, LaTeX and CSV.
///
/// It is made from stored records alone, so that it can be made again without training, and the same records give the
/// same texts.
public struct StudyReport: Sendable {
  let document: ReportDocument
  private let records: StudyRecords
  private let configuration: ReportConfiguration

  /// Computes tables, tests and charts.
  ///
  /// - Parameters:
  ///   - records: What a store has.
  ///   - configuration: Levels, and the store's name.
  /// - Throws: ``ReportError`` when a level can't be used.
  public init(_ records: StudyRecords, _ configuration: ReportConfiguration) throws(ReportError) {
    try configuration.validate()
    self.records = records
    self.configuration = configuration
    document = ReportComposer(records, configuration).document()
  }

  /// The page: one file that loads nothing.
  ///
  /// - Parameter script: Vega, Vega-Lite and vega-embed as one script that sets `window.vegaEmbed`; nil leaves charts
  ///   out, says so, and shows their data as tables.
  /// - Returns: HTML in UTF-8.
  public func html(script: String?) -> String {
    HTMLRenderer(document, store: configuration.store, script: script).page()
  }

  /// The tables as Markdown.
  public func markdown() -> String {
    MarkdownRenderer(store: configuration.store).text(document)
  }

  /// The tables as LaTeX, for the packages `booktabs` and `longtable`.
  public func latex() -> String {
    LaTeXRenderer(store: configuration.store).text(document)
  }

  /// One row a setting, naive forecasts included, with every score in full precision.
  public func csv() -> String {
    ResultsCSV(records, level: configuration.level).text()
  }
}
