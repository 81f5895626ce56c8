import Espalier

/// The sample of `Forecaster`'s own documentation.
func forecastADay() async throws {
  let table = try DelimitedReader.read("load.csv")

  let forecaster = Forecaster(ForecasterConfiguration(target: "load", lookback: 48, horizon: 24))
  let fitted = try await forecaster.fit(table)
  let forecast = try await fitted.forecast(levels: [0.8, 0.95])

  print("steps: \(forecast.points.count), intervals: \(forecast.intervals?.levels ?? [])")
}
