import Espalier

/// The forecasts of a backtest as a file.
enum BacktestCSV {
  /// Comma-separated text with a header, a line a step of every forecast: `origin` (from 1) and the time `cutoff` of the
  /// last row that was known, `series` of a panel, `time`, `step`, `seed`, `forecast`, `truth` and the naive forecasts.
  static func text(_ report: BacktestReport) -> String {
    var text = "origin,cutoff" + (report.isPanel ? ",series" : "")
    text += ",time,step,seed,forecast,truth,last_value,seasonal,naive2\n"
    func time(_ time: Int64) -> String {
      ForecastText.time(time, hasDates: report.hasDates, hasTimeOfDay: report.hasTimeOfDay)
    }
    for forecast in report.forecasts {
      var head = "\(forecast.origin + 1),\(time(forecast.cutoff)),"
      if report.isPanel { head += ForecastText.field(report.series[forecast.series]) + "," }
      for trial in forecast.trials {
        for (step, value) in trial.values.enumerated() {
          text += head + "\(time(forecast.times[step])),\(step + 1),\(trial.seed),\(ForecastText.number(value)),"
          text += (forecast.truths[step].map { "\($0)" } ?? "") + ","
          text += "\(forecast.lastValue[step]),\(forecast.seasonal[step]),\(forecast.naive2[step])\n"
        }
      }
    }
    return text
  }
}
