import Espalier
import Testing

@testable import EspalierCommand
@testable import EspalierTraining

/// The words around a comparison, from rows with made-up numbers.
@Suite struct ComparisonTextTests {
  private static func row(_ method: RegularizerKind, maes: [Double], naive: Double = 2) throws -> ComparisonRow {
    let weights = try ModelConfiguration(kind: .rnn, features: 1, lookback: 7, hidden: 2).makeModel(seed: 1).parameters
    let results = try maes.map { mae in
      TrialResult(
        configuration: RunConfiguration(model: ModelConfiguration(kind: .rnn, features: 1, lookback: 7)),
        training: TrainingResult(
          history: (0..<3).map {
            EpochRecord(epoch: $0, trainingLoss: 1, validationLoss: 1, sparsity: 0, learningRate: 1)
          }, selectedEpoch: 2, sparsity: SparsityReport(weights), seconds: 2, maskSeconds: 0.25, steps: 9),
        metrics: try metrics(mae), scaled: ScaledErrors(count: 4, mse: 1, mae: 0.5), spread: nil, seconds: 2.5)
    }
    return ComparisonRow(
      dataset: "toy", model: .rnn, lookback: 7, method: method, evaluation: .strict, results: results,
      mae: try Summary(of: maes), naive: NaiveMetrics(lastValue: try metrics(naive), seasonal: try metrics(naive + 1)))
  }

  private static func metrics(_ mae: Double) throws -> ForecastMetrics {
    try ForecastMetrics(forecasts: [10 + mae, 20 - mae], truths: [10, 20], scale: 4)
  }

  @Test func table() throws {
    let rows = [try Self.row(.none, maes: [1, 2]), try Self.row(.synapticPruning, maes: [1.25])]
    #expect(
      ComparisonText.table(rows).render() == """
        model  look-back  method               MAE   ± 95 %     sd   RMSE   MASE  sMAPE [%]     R2  epochs  sparsity [%]  time [s]  masks [%]
        -----  ---------  -----------------  ------  ------  -----  -----  -----  ---------  -----  ------  ------------  --------  ---------
        rnn            7  naive, last value  2.000        -      -  2.000  0.500      14.35  0.840       -             -         -          -
        rnn            7  naive, seasonal    3.000        -      -  3.000  0.750      21.15  0.640       -             -         -          -
        rnn            7  none               1.500    6.353  0.707  1.500  0.375      10.84  0.900     3.0           0.0      2.50      12.50
        rnn            7  synaptic-pruning   1.250*       -      -  1.250  0.312       9.11  0.938     3.0           0.0      2.50      12.50

        """)
  }

  @Test func jsonLine() throws {
    #expect(
      ComparisonText.line(try Self.row(.dropout, maes: [1])).text
        == "{\"dataset\": \"toy\", \"model\": \"rnn\", \"lookback\": 7, \"method\": \"dropout\", \"mae\": 1.0, \"sd\": null, "
        + "\"trials\": 1, \"seconds\": 2.5, \"epochs\": 3.0, \"sparsity\": 0.0, \"ci_low\": null, \"ci_high\": null, "
        + "\"rmse\": 1.0, \"mase\": 0.25, \"smape\": 7.326007326007327, \"r2\": 0.96, \"mask_seconds\": 0.25, "
        + "\"naive_last_mae\": 2.0, \"naive_seasonal_mae\": 3.0, \"evaluation\": \"strict\"}")
  }

  @Test func verdict() throws {
    let good = try Self.row(.none, maes: [1])
    let bad = try Self.row(.dropout, maes: [2], naive: 2)
    #expect(ComparisonText.verdict([good, bad]) == nil)
    #expect(
      ComparisonText.verdict([bad])
        == "No method beats the naive forecasts: on these data use the last or the seasonal value.")
  }
}
