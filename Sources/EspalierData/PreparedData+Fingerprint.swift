/// What tells prepared data from others that look alike: hashes of their rows and of their windows.
public struct DataFingerprint: Codable, Equatable, Sendable {
  /// The rows of all series.
  public let rows: Int
  /// The number of series.
  public let series: Int
  /// SHA-256 of inputs, covariates, targets, dates and the ids of the series, as hexadecimal digits.
  public let values: String
  /// SHA-256 of the windows of all parts in their order, as hexadecimal digits.
  public let windows: String
}

extension PreparedData {
  /// The fingerprint of these data: equal for equal bits, in time linear in the rows.
  public var fingerprint: DataFingerprint {
    var values = SHA256()
    matrix.withUnsafeBytes { values.add($0.bindMemory(to: UInt8.self)) }
    targetValues.withUnsafeBytes { values.add($0.bindMemory(to: UInt8.self)) }
    (targetKnown ?? []).withUnsafeBytes { values.add($0.bindMemory(to: UInt8.self)) }
    covariates.future.withUnsafeBytes { values.add($0.bindMemory(to: UInt8.self)) }
    covariates.statics.withUnsafeBytes { values.add($0.bindMemory(to: UInt8.self)) }
    times.withUnsafeBytes { values.add($0.bindMemory(to: UInt8.self)) }
    for (name, one) in zip(seriesNames, seriesRows) {
      Array("\(name)\n\(one.rows)\n".utf8).withUnsafeBufferPointer { values.add($0) }
    }
    var windows = SHA256()
    for part in [train, validation, calibration, test] {
      [part.count].withUnsafeBytes { windows.add($0.bindMemory(to: UInt8.self)) }
      part.withUnsafeBytes { windows.add($0.bindMemory(to: UInt8.self)) }
    }
    return DataFingerprint(
      rows: targetValues.count, series: seriesRows.count, values: values.hex(), windows: windows.hex())
  }
}
