extension DatasetCatalogue {
  /// What the weather file has in the place of `²` and `µ`: the letters were lost before it was published.
  private static let lost = "\u{FFFD}"
  private static let sensors = "UCI Machine Learning Repository"

  /// Rows after the preparation.
  static let knownRows = [
    "air-quality": 9357, "bitcoin": 3483, "household-power": 34_589, "sp500-index": 6036, "sp500-stocks": 619_040,
    "ett-h1": 17_420, "ett-m1": 69_680, "weather": 52_695,
  ]

  /// Bytes of the files.
  static let knownSizes = [
    "air-quality": 785_065, "bitcoin": 288_997, "household-power": 2_595_522, "sp500-index": 2_519_966,
    "sp500-stocks": 29_580_549, "ett-h1": 2_589_657, "ett-m1": 10_360_719, "weather": 7_235_425,
  ]

  /// Data sets that are generated.
  static let generated: [DatasetDescription] = [
    synthetic("synthetic", "Generated hourly load with daily and weekly cycles", .load, "load", rows: 2400, season: 24),
    synthetic(
      "synthetic-financial", "Generated daily prices with clustered volatility", .financial, "Close", rows: 2000,
      season: 1, drifting: ["Open", "High", "Low", "Volume"]),
    synthetic(
      "synthetic-air", "Generated hourly air quality with missing values", .air, "benzene", rows: 4000, season: 24),
  ]

  /// Data sets that are files.
  static let files: [DatasetDescription] = [
    DatasetDescription(
      name: "air-quality", title: "Air quality in an Italian city, hourly, 2004-03-10 to 2005-04-04",
      origin: .file(
        name: "air_quality.csv", sha256: "13277ae5d8581e80b7be09d47c7d3d06fe9b8e957078f2cf6e859f955e62f996",
        options: ReadOptions(missingMarkers: ["-200"])),
      target: "C6H6(GT)",
      features: [
        "CO(GT)", "PT08.S1(CO)", "PT08.S2(NMHC)", "NOx(GT)", "PT08.S3(NOx)", "NO2(GT)", "PT08.S4(NO2)", "PT08.S5(O3)",
        "T", "RH", "AH",
      ], drifting: [], season: 24, split: nil, steps: [], source: "\(sensors), Air Quality (De Vito)",
      instructions: "AirQualityUCI.csv from https://archive.ics.uci.edu/dataset/360/air+quality, renamed",
      address: nil, licence: "CC BY 4.0"),
    DatasetDescription(
      name: "bitcoin", title: "Bitcoin in US dollars, daily, 2014-09-17 to 2024-03-30",
      origin: .file(
        name: "bitcoin_yahoo.csv", sha256: "fb0aaef4b79c11eb6c498cd257a002357096d7e0527c0e19dc090544f7c2a273",
        options: ReadOptions()),
      target: "Close", features: ["Open", "High", "Low", "Volume"], drifting: ["Open", "High", "Low", "Volume"],
      season: 1, split: nil, steps: [.dropLastRow], source: "Yahoo Finance, BTC-USD",
      instructions: "history of BTC-USD from 2014-09-17 to 2024-03-31 as downloaded from Yahoo Finance",
      address: nil, licence: "Yahoo's terms of service"),
    DatasetDescription(
      name: "household-power", title: "Power of a French household, hourly means, 2006-12-16 to 2010-11-26",
      origin: .file(
        name: "household_power_hourly.csv",
        sha256: "33e850d080801472f529d5787a9452b91bedc9b0a0f45b69bd535e19ce48761a", options: ReadOptions()),
      target: "Global_active_power",
      features: [
        "Global_reactive_power", "Voltage", "Global_intensity", "Sub_metering_1", "Sub_metering_2", "Sub_metering_3",
      ], drifting: [], season: 24, split: nil, steps: [],
      source: "\(sensors), Individual Household Electric Power Consumption (Hebrail and Berard)",
      instructions: "hourly means of household_power_consumption.txt from "
        + "https://archive.ics.uci.edu/dataset/235/individual+household+electric+power+consumption, an hour without a "
        + "valid minute left empty",
      address: nil, licence: "CC BY 4.0"),
    DatasetDescription(
      name: "sp500-index", title: "S&P 500 index, daily, 2000-01-03 to 2023-12-28",
      origin: .file(
        name: "sp500_index.csv", sha256: "baf4e47ab3d5f1328ab22772a836f3579af810d861a95742fd472f33ba180a7c",
        options: ReadOptions()),
      target: "Close", features: ["Open", "High", "Low", "Volume"], drifting: ["Open", "High", "Low", "Volume"],
      season: 1, split: nil, steps: [.start("2000-01-01"), .zerosMissing(["Open", "Volume"])],
      source: "Yahoo Finance, ^GSPC",
      instructions: "history of ^GSPC from 1927-12-30 to 2023-12-28 as downloaded from Yahoo Finance",
      address: nil, licence: "Yahoo's terms of service"),
    DatasetDescription(
      name: "sp500-stocks", title: "505 stocks of the S&P 500, daily, 2013-02-08 to 2018-02-07, a panel",
      origin: .file(
        name: "sp500_stocks.csv", sha256: "6aea253cd19de60b568143991aaf1fa482456565c389205658d236e595e716cf",
        options: ReadOptions(seriesColumn: "Name")),
      target: "close", features: ["open", "high", "low", "volume"], drifting: ["open", "high", "low", "volume"],
      season: 1, split: nil, steps: [], source: "Kaggle, S&P 500 stock data (Cam Nugent)",
      instructions: "all_stocks_5yr.csv from https://www.kaggle.com/datasets/camnugent/sandp500, renamed",
      address: nil, licence: "CC0"),
    transformer("ett-h1", "hourly", "ETTh1.csv", "f18de3ad269cef59bb07b5438d79bb3042d3be49bdeecf01c1cd6d29695ee066", 1),
    transformer(
      "ett-m1", "every 15 minutes", "ETTm1.csv", "6ce1759b1a18e3328421d5d75fadcb316c449fcd7cec32820c8dafda71986c9e", 4),
    DatasetDescription(
      name: "weather", title: "21 measurements of a weather station in Jena, every 10 minutes, 2020",
      origin: .file(
        name: "weather.csv", sha256: "34ee981d07313e51da2a50bb600072c8ae4a69cb4b0651f4cb93a069d7a2ba63",
        options: ReadOptions(missingMarkers: ["-9999"], duplicates: .keepFirst)),
      target: "OT",
      features: [
        "p (mbar)", "T (degC)", "Tpot (K)", "Tdew (degC)", "rh (%)", "VPmax (mbar)", "VPact (mbar)", "VPdef (mbar)",
        "sh (g/kg)", "H2OC (mmol/mol)", "rho (g/m**3)", "wv (m/s)", "max. wv (m/s)", "wd (deg)", "rain (mm)",
        "raining (s)", "SWDR (W/m\(lost))", "PAR (\(lost)mol/m\(lost)/s)", "max. PAR (\(lost)mol/m\(lost)/s)",
        "Tlog (degC)",
      ], drifting: [], season: 144, split: nil, steps: [],
      source: "Max Planck Institute for Biogeochemistry, Jena",
      instructions: "weather.csv of the long-horizon benchmarks, as the Autoformer repository links it",
      address: nil, licence: "not known"),
  ]

  private static func transformer(
    _ name: String, _ every: String, _ file: String, _ sha256: String, _ perHour: Int
  ) -> DatasetDescription {
    DatasetDescription(
      name: name, title: "Electricity transformer temperature, \(every), 2016-07-01 to 2018-06-26",
      origin: .file(name: file, sha256: sha256, options: ReadOptions()),
      target: "OT", features: ["HUFL", "HULL", "MUFL", "MULL", "LUFL", "LULL"], drifting: [], season: 24 * perHour,
      split: FixedSplit(train: 8640 * perHour, validation: 2880 * perHour, test: 2880 * perHour), steps: [],
      source: "ETDataset (Zhou et al., Informer)",
      instructions: "\(file) in the folder ETT-small of https://github.com/zhouhaoyi/ETDataset",
      address: "https://raw.githubusercontent.com/zhouhaoyi/ETDataset/main/ETT-small/\(file)", licence: "CC BY-ND 4.0")
  }

  private static func synthetic(
    _ name: String, _ title: String, _ series: SyntheticSeries, _ target: String, rows: Int, season: Int,
    drifting: [String] = []
  ) -> DatasetDescription {
    let features = series.table(rows: 1).columnNames.filter { $0 != target }
    return DatasetDescription(
      name: name, title: title, origin: .generated(series, rows: rows, seed: 1), target: target, features: features,
      drifting: drifting, season: season, split: nil, steps: [], source: "generated by this program",
      instructions: "built in", address: nil, licence: "none needed")
  }
}
