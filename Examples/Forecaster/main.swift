// Forecasts with intervals from a table, by a model of which a tenth of the weights is left.
import Espalier

// An hour that is missing in the file is an error here; a `FillRule` in place of nil closes gaps.
let table = try DelimitedReader.read("load.csv").onGrid(nil)

// A day from the week before it.
var configuration = ForecasterConfiguration(target: "load", model: .nlinear, lookback: 168, horizon: 24)
configuration.training.optimizer.learningRate = 0.005
configuration.regularizer.pruning?.schedule = .lateCubic(LateCubicSchedule(low: 0, high: 0.9))

func short(_ value: Double) -> Double { (100 * value).rounded() / 100 }

let training = try Forecaster(configuration).training(on: table)
for try await epoch in training.epochs where (epoch.epoch + 1) % 5 == 0 {
  print("epoch \(epoch.epoch + 1): validation loss \(short(epoch.validationLoss)), sparsity \(short(epoch.sparsity))")
}
let fitted = try await training.value

if let report = fitted.report {
  let (model, dayBefore) = (report.trial.metrics.mae, report.naive.seasonal.mae)
  print("error on the test part: \(short(model)), of the day before: \(short(dayBefore))")
}

// Ten days of the past, each forecast by a model that was trained on nothing after its start.
let data = try LoadedData(name: "load", table: table, columns: configuration.columns)
let settings = RunConfiguration(
  model: configuration.model, training: configuration.training, regularizer: configuration.regularizer,
  seed: configuration.seed)
var origins = BacktestConfiguration()
origins.origins = 10
let backtest = try Backtest(origins, table: table, task: data.task(configuration.task), run: settings)
for scores in try backtest.run(threads: 2).overall {
  print("backtest, \(scores.forecaster): \(short(scores.mae))")
}

// What comes after the table's last row.
let forecast = try await fitted.forecast(levels: [0.8, 0.95])
for point in forecast.points.prefix(3) {
  guard let wide = point.intervals?.last else { continue }
  print("\(TimeStamp.text(point.time)) \(short(point.forecast)) in \(short(wide.lower)) to \(short(wide.upper))")
}

try fitted.write(path: "own.safetensors")
let again = try await FittedForecaster(path: "own.safetensors").forecast(after: table, horizon: 12)
let isSame = again.points[0].forecast == forecast.points[0].forecast
print("\(again.points.count) steps from the file, the same: \(isSame)")
