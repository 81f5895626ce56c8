import Espalier

// An hourly load, made up by the library; a file of one's own is read with `DelimitedReader.read("load.csv")`.
let table = SyntheticSeries.load.table(rows: 1500)

// What is forecast, and how it is learned. Everything that can be set is a member of this value.
var configuration = ForecasterConfiguration(target: "load", model: .lstm, lookback: 24, horizon: 12)
configuration.model.hidden = 16
configuration.training.epochs = 8

// The training runs on a thread of its own. Its epochs can be followed, by none or by many.
let forecaster = Forecaster(configuration)
let training = try forecaster.training(on: table, checkpoint: .new("run.safetensors"))
for try await epoch in training.epochs.prefix(2) {
  print("epoch \(epoch.epoch + 1): \(Int(100 * epoch.sparsity)) % of the weights are gone")
}
let fitted = try await training.value

// What comes after the table's end, with intervals that are calibrated on what the model has not seen.
let forecast = try await fitted.forecast(horizon: 6, levels: [0.8, 0.95])
for point in forecast.points {
  guard let intervals = point.intervals else { continue }
  print(TimeStamp.text(point.time), point.forecast, "between", intervals[1].lower, "and", intervals[1].upper)
}

// The model's file forecasts newer data, whose rows extend the calibration.
try fitted.write(path: "model.safetensors")
let newer = SyntheticSeries.load.table(rows: 1600)
let later = try await FittedForecaster(path: "model.safetensors").forecast(after: newer, levels: [0.95])
print("100 windows more: \((later.intervals?.windows ?? 0) - (forecast.intervals?.windows ?? 0) == 100)")

// The same training with `fit`, going on from its checkpoint, which is the end here: the bits are the same.
let again = try await forecaster.fit(table, checkpoint: .resuming("run.safetensors"))
print("the same scores: \(again.report?.trial.metrics == fitted.report?.trial.metrics)")
