internal import CSQLite

/// The SQL functions `float64(blob, index)` and `int64(blob, index)`: one number of an array, counted from 0; NULL where
/// there is none, or where it is NaN.
enum NumberFunctions {
  /// Makes the functions known to a connection.
  static func register(on handle: OpaquePointer) {
    let flags = SQLITE_UTF8 | SQLITE_DETERMINISTIC
    sqlite3_create_function_v2(handle, "float64", 2, flags, nil, float64, nil, nil, nil)
    sqlite3_create_function_v2(handle, "int64", 2, flags, nil, int64, nil, nil, nil)
  }

  private typealias Values = UnsafeMutablePointer<OpaquePointer?>?

  private static let float64: @convention(c) (OpaquePointer?, Int32, Values) -> Void = { context, _, values in
    guard let word = word(values) else { return sqlite3_result_null(context) }
    // SQLite itself makes NULL of NaN.
    sqlite3_result_double(context, Double(bitPattern: word))
  }

  private static let int64: @convention(c) (OpaquePointer?, Int32, Values) -> Void = { context, _, values in
    guard let word = word(values) else { return sqlite3_result_null(context) }
    sqlite3_result_int64(context, Int64(bitPattern: word))
  }

  private static func word(_ values: Values) -> UInt64? {
    guard let values, sqlite3_value_type(values[0]) == SQLITE_BLOB else { return nil }
    let index = sqlite3_value_int64(values[1])
    let count = Int64(sqlite3_value_bytes(values[0])) / 8
    guard index >= 0, index < count, let bytes = sqlite3_value_blob(values[0]) else { return nil }
    return UInt64(littleEndian: bytes.loadUnaligned(fromByteOffset: 8 * Int(index), as: UInt64.self))
  }
}
