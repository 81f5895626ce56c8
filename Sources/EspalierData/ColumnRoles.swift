/// Which columns of a table are forecast and which they are forecast from; what is left nil is found out.
public struct ColumnRoles: Codable, Equatable, Sendable {
  /// The column to forecast; nil takes the catalogue's.
  public var target: String?
  /// The columns to forecast from, beside the target's own history; nil takes the catalogue's, or all columns of numbers.
  public var features: [String]?
  /// The features that the window normalization applies to; nil takes the catalogue's, or none.
  public var drifting: [String]?
  /// Steps of a season; nil takes the catalogue's, or a guess: see ``SeriesTable/inferredSeason``.
  public var season: Int?
  /// The columns that become one series each, see ``ForecastTask/channels``; nil leaves rows as they are.
  public var channels: [String]?
  /// The columns whose values at the forecast steps are known in advance.
  public var known: [String]?
  /// The columns that don't change within a series.
  public var statics: [String]?
  /// The parts in rows, where a benchmark fixes them; nil takes the catalogue's.
  public var split: FixedSplit?

  /// Describes columns; a table of one's own needs a target, or channels.
  public init(
    target: String? = nil, features: [String]? = nil, drifting: [String]? = nil, season: Int? = nil,
    channels: [String]? = nil, known: [String]? = nil, statics: [String]? = nil, split: FixedSplit? = nil
  ) {
    self.target = target
    self.features = features
    self.drifting = drifting
    self.season = season
    self.channels = channels
    self.known = known
    self.statics = statics
    self.split = split
  }
}
