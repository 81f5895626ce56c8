import EspalierData
import EspalierNN
import EspalierTraining

/// Everything that a report is made from, read from a store.
public struct StudyRecords: Codable, Equatable, Sendable {
  /// The study's name.
  public var name: String
  /// What the study is about, in the specification's words; empty when it says nothing.
  public var description: String
  /// The specification as it was written.
  public var specification: String
  /// The grids in the specification's order.
  public var grids: [StudyGridRecord]
  /// The data sets, in the specification's order.
  public var datasets: [StudyDatasetRecord]
  /// The settings in the order grid, data set, evaluation, model, look-back, method; those without a finished run too.
  public var cells: [StudyCell]
  /// The naive forecasts of every task.
  public var naive: [StudyNaiveRecord]
  /// A stretch of the test part with forecasts, for drawing.
  public var samples: [StudyForecastSample]
  /// The machines and builds that runs were made on.
  public var environments: [StudyEnvironment]
  /// Runs that ended with an error, with its sentence.
  public var failures: [StudyFailure]

  /// Collects records.
  public init(
    name: String, description: String, specification: String, grids: [StudyGridRecord], datasets: [StudyDatasetRecord],
    cells: [StudyCell], naive: [StudyNaiveRecord], samples: [StudyForecastSample], environments: [StudyEnvironment],
    failures: [StudyFailure]
  ) {
    self.name = name
    self.description = description
    self.specification = specification
    self.grids = grids
    self.datasets = datasets
    self.cells = cells
    self.naive = naive
    self.samples = samples
    self.environments = environments
    self.failures = failures
  }
}

/// A part of a study whose methods are compared with each other.
public struct StudyGridRecord: Codable, Equatable, Sendable {
  /// The name.
  public let name: String
  /// What it is about; empty when the specification says nothing.
  public let description: String
  /// The methods in the specification's order.
  public let methods: [String]
  /// The seeds of every setting; data sets may have fewer.
  public let seeds: Int

  /// Describes a grid.
  public init(name: String, description: String, methods: [String], seeds: Int) {
    self.name = name
    self.description = description
    self.methods = methods
    self.seeds = seeds
  }
}

/// A data set of a study.
public struct StudyDatasetRecord: Codable, Equatable, Sendable {
  /// The name in the study.
  public let name: String
  /// What it is, in a line; empty for a file of the user's.
  public let title: String
  /// The column that is forecast.
  public let target: String
  /// The unit of the target as a reader should see it on an axis; nil where it is not known.
  public let unit: String?
  /// Rows after the preparation.
  public let rows: Int
  /// The SHA-256 of its rows' file, or of its generator's settings.
  public let fingerprint: String

  /// Describes a data set.
  public init(name: String, title: String, target: String, unit: String?, rows: Int, fingerprint: String) {
    self.name = name
    self.title = title
    self.target = target
    self.unit = unit
    self.rows = rows
    self.fingerprint = fingerprint
  }
}

/// The naive forecasts on the test windows of a task.
public struct StudyNaiveRecord: Codable, Equatable, Sendable {
  /// The data set.
  public let dataset: String
  /// How honest the evaluation is.
  public let evaluation: Evaluation
  /// Steps of history.
  public let lookback: Int
  /// Steps to forecast.
  public let horizon: Int
  /// Their scores, in the target's unit.
  public let metrics: NaiveMetrics

  /// Describes scores.
  public init(dataset: String, evaluation: Evaluation, lookback: Int, horizon: Int, metrics: NaiveMetrics) {
    self.dataset = dataset
    self.evaluation = evaluation
    self.lookback = lookback
    self.horizon = horizon
    self.metrics = metrics
  }
}

/// The last stretch of a setting's test part: truth, and the forecasts of all seeds, step 1 of the horizon.
public struct StudyForecastSample: Codable, Equatable, Sendable {
  /// The setting.
  public let setting: StudySetting
  /// The moments: milliseconds since 1970, or row numbers without dates.
  public let times: [Int64]
  /// Whether `times` are dates.
  public let timesAreDates: Bool
  /// What came to pass, in the target's unit; nil where it is not known.
  public let truth: [Double?]
  /// The last value before each moment.
  public let lastValue: [Double?]
  /// The mean over seeds of the forecasts.
  public let mean: [Double]
  /// The lowest forecast of all seeds.
  public let lowest: [Double]
  /// The highest forecast of all seeds.
  public let highest: [Double]
  /// The deviation over Monte Carlo passes, the mean over seeds, in the target's unit; nil for methods without passes.
  public let deviation: [Double]?

  /// Describes a stretch; all arrays have one length.
  public init(
    setting: StudySetting, times: [Int64], timesAreDates: Bool, truth: [Double?], lastValue: [Double?], mean: [Double],
    lowest: [Double], highest: [Double], deviation: [Double]? = nil
  ) {
    self.setting = setting
    self.times = times
    self.timesAreDates = timesAreDates
    self.truth = truth
    self.lastValue = lastValue
    self.mean = mean
    self.lowest = lowest
    self.highest = highest
    self.deviation = deviation
  }
}

/// What a run was made on; bits are the same where this is the same.
public struct StudyEnvironment: Codable, Equatable, Sendable {
  /// The row in the store.
  public let id: Int
  /// The version of Espalier.
  public let version: String
  /// The SIMD target whose kernels ran.
  public let simdTarget: String
  /// The operating system.
  public let system: String
  /// The processor's architecture, its model where the system tells it, and the number of cores.
  public let processor: String

  /// Describes a machine and a build.
  public init(id: Int, version: String, simdTarget: String, system: String, processor: String) {
    self.id = id
    self.version = version
    self.simdTarget = simdTarget
    self.system = system
    self.processor = processor
  }
}

/// A run that ended with an error.
public struct StudyFailure: Codable, Equatable, Sendable {
  /// The setting.
  public let setting: StudySetting
  /// The seed.
  public let seed: UInt64
  /// The error's sentence.
  public let message: String

  /// Describes a failure.
  public init(setting: StudySetting, seed: UInt64, message: String) {
    self.setting = setting
    self.seed = seed
    self.message = message
  }
}
