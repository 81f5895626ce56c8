import EspalierData
import EspalierTraining

/// What the data say about a search's look-backs before anything is trained.
struct TuneSurvey: Sendable {
  /// The drawn candidates whose look-back the data can hold.
  private(set) var candidates: [TuneCandidate] = []
  /// The others.
  private(set) var failures: [TuneFailure] = []
  /// By look-back the history of its validation windows, for those that would have more windows than the longest.
  private(set) var histories: [Int: Int] = [:]
  /// What a reader should know of it, one sentence each.
  private(set) var notes: [String] = []

  /// Prepares the data for every look-back.
  ///
  /// What all are judged by comes from the longest look-back that the search may choose, whether it is drawn or not: so
  /// the trainings of a search with fewer candidates are those of one with more.
  ///
  /// - Parameters:
  ///   - configuration: The search.
  ///   - loaded: Its data.
  ///   - isCancelled: Asked before every look-back.
  /// - Throws: The model's reason when no model can be built, that of the data when they hold no drawn look-back, or
  ///   `TrainingError.cancelled`.
  init(_ configuration: TuneConfiguration, _ loaded: LoadedData, isCancelled: () -> Bool) throws {
    let possible = try configuration.possible()
    let drawn = Array(possible.prefix(configuration.candidates))
    var known: [Int: Result<Int, any Error>] = [:]
    func windows(_ lookback: Int) throws -> Result<Int, any Error> {
      if isCancelled() { throw TrainingError.cancelled }
      if let result = known[lookback] { return result }
      let result = Result { try Self.validationWindows(lookback, of: configuration, loaded) }
      known[lookback] = result
      return result
    }
    var firstError: (any Error)?
    for candidate in drawn {
      switch try windows(candidate.lookback) {
      case .success: candidates.append(candidate)
      case .failure(let error):
        firstError = firstError ?? error
        failures.append(TuneFailure(candidate: candidate, rung: 1, message: String(describing: error)))
      }
    }
    if candidates.isEmpty, let firstError { throw firstError }
    for longest in Set(possible.map(\.lookback)).sorted(by: >) {
      guard case .success(let count) = try windows(longest) else { continue }
      for lookback in Set(candidates.map(\.lookback)) where lookback < longest {
        if case .success(let own) = try windows(lookback), own != count { histories[lookback] = longest }
      }
      if !histories.isEmpty {
        notes.append(
          "Some series begin late, so that shorter look-backs have more validation windows: all are judged by the "
            + "\(count) that look-back \(longest) has, too.")
      }
      break
    }
  }

  /// The number of validation windows of a look-back.
  ///
  /// - Throws: ``StudyError/task(dataset:lookback:reason:)`` when the data can't hold it.
  private static func validationWindows(
    _ lookback: Int, of configuration: TuneConfiguration, _ loaded: LoadedData
  ) throws -> Int {
    do {
      let data = try loaded.prepare(configuration.taskSettings(lookback: lookback))
      // Test windows that can't be scored end a training, too.
      _ = try data.naiveMetrics(of: data.test)
      return data.validation.count
    } catch {
      throw StudyError.task(
        dataset: configuration.dataset.name, lookback: lookback, reason: String(describing: error))
    }
  }
}
