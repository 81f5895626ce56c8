import Espalier

// An hourly load with a daily and a weekly rhythm, made up by the library; a file of one's own is read with
// `DelimitedReader.read("prices.csv")`.
let dataset = try DatasetCatalogue.load("synthetic", folder: nil)
let data = try dataset.prepare(dataset.description.task(lookback: 24, horizon: 1, evaluation: .strict))

// An LSTM that ends with half of its weights.
let model = ModelConfiguration(kind: .lstm, features: data.inputCount, lookback: 24)
let run = RunConfiguration(model: model, regularizer: RegularizerConfiguration(kind: .synapticPruning), seed: 42)
let trainer = try Trainer(run, data: data)
let result = try trainer.run()

// How good is it, on data that it has not seen, next to repeating the last value?
let metrics = try data.metrics(of: data.test, forecasts: trainer.forecasts(of: data.test).values)
let naive = try data.naiveMetrics(of: data.test).lastValue
print("half of the weights are gone: \(result.sparsity.sparsity > 0.49)")
print("better than the last value: \(metrics.mae < naive.mae)")

// The hour after the last one of the data, from the model and from its file.
let next = trainer.forecasts(of: data.future).values
try trainer.savedModel.write(path: "model.safetensors")
let again = try SavedModel(path: "model.safetensors").forecasts(of: data.future, data: data).values
print("the file forecasts the same: \(next == again)")
