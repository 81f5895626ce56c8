import Espalier

/// The forecasts of a backtest as a file.
struct BacktestCSV {
  let report: BacktestReport

  /// Comma-separated text with a header, a line a step of every forecast: `origin` (from 1) and the time `cutoff` of
  /// the last row that was known, `series` of a panel, `time`, `step`, `seed`, `forecast`, `truth` and the naive
  /// forecasts.
  ///
  /// In pieces, one a forecast, so that a file that is longer than memory can be written.
  var pieces: some Sequence<String> {
    (-1..<report.forecasts.count).lazy.map { $0 < 0 ? header : text(report.forecasts[$0]) }
  }

  private var header: String {
    "origin,cutoff" + (report.isPanel ? ",series" : "")
      + ",time,step,seed,forecast,truth,last_value,seasonal,naive2\n"
  }

  private func text(_ forecast: BacktestForecast) -> String {
    var head = "\(forecast.origin + 1),\(time(forecast.cutoff)),"
    if report.isPanel { head += ForecastText.field(report.series[forecast.series]) + "," }
    var text = ""
    for trial in forecast.trials {
      for (step, value) in trial.values.enumerated() {
        text += head + "\(time(forecast.times[step])),\(step + 1),\(trial.seed),\(value),"
        text += (forecast.truths[step].map { "\($0)" } ?? "") + ","
        text += "\(forecast.lastValue[step]),\(forecast.seasonal[step]),\(forecast.naive2[step])\n"
      }
    }
    return text
  }

  private func time(_ time: Int64) -> String {
    ForecastText.time(time, hasDates: report.hasDates, hasTimeOfDay: report.hasTimeOfDay)
  }
}
