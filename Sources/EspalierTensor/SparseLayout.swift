internal import CEspalierKernels

/// Where the survivors of a matrix lie: compressed rows, and the index of the transpose.
///
/// The values themselves are in the parameter's buffers, survivor after survivor in row-major order. Memory is taken once;
/// as weights go, the arrays are repacked in place.
final class SparseLayout {
  let rows: Int
  let columns: Int
  /// The number of survivors.
  private(set) var count: Int
  private let rowStart: AlignedBuffer<UInt32>
  private let column: AlignedBuffer<UInt32>
  private let columnStart: AlignedBuffer<UInt32>
  private let row: AlignedBuffer<UInt32>
  /// For every non-zero of the transpose, its place among the survivors.
  private let place: AlignedBuffer<UInt32>
  /// Rows and columns by their number of survivors: a processor foresees the end of a loop that is as long as the last.
  private let rowOrder: AlignedBuffer<UInt32>
  private let columnOrder: AlignedBuffer<UInt32>
  private let tally: AlignedBuffer<UInt32>

  /// Bytes that the pattern takes.
  var heldBytes: Int {
    [rowStart, column, columnStart, row, place, rowOrder, columnOrder, tally].reduce(0) { $0 + $1.count }
      * MemoryLayout<UInt32>.stride
  }

  /// The layout of the weights that a dense mask keeps.
  init(rows: Int, columns: Int, mask: UnsafePointer<UInt8>, survivors: Int) {
    self.rows = rows
    self.columns = columns
    count = survivors
    rowStart = AlignedBuffer(count: rows + 1)
    column = AlignedBuffer(count: survivors)
    columnStart = AlignedBuffer(count: columns + 1)
    row = AlignedBuffer(count: survivors)
    place = AlignedBuffer(count: survivors)
    rowOrder = AlignedBuffer(count: rows)
    columnOrder = AlignedBuffer(count: columns)
    tally = AlignedBuffer(count: max(rows, columns) + 2)
    var next = 0
    for i in 0..<rows {
      for k in 0..<columns where mask[i * columns + k] != 0 {
        column.pointer[next] = UInt32(k)
        next += 1
      }
      rowStart.pointer[i + 1] = UInt32(next)
    }
    precondition(next == survivors, "the mask keeps as many weights as were counted")
    indexTranspose()
  }

  /// The matrix as kernels read it.
  var pattern: esp_pattern {
    esp_pattern(
      rows: rows, columns: columns, row_start: rowStart.pointer, column: column.pointer, order: rowOrder.pointer)
  }

  /// The transposed matrix.
  var transposedPattern: esp_pattern {
    esp_pattern(
      rows: columns, columns: rows, row_start: columnStart.pointer, column: row.pointer,
      order: columnOrder.pointer)
  }

  /// Calls `body` with the number of every survivor and its place in the dense matrix, in order.
  func forEachSurvivor(_ body: (_ survivor: Int, _ dense: Int) -> Void) {
    for i in 0..<rows {
      for p in Int(rowStart.pointer[i])..<Int(rowStart.pointer[i + 1]) {
        body(p, i * columns + Int(column.pointer[p]))
      }
    }
  }

  /// Copies values from the survivors' order to the transpose's.
  func transpose(_ values: UnsafePointer<Float>, into transposed: UnsafeMutablePointer<Float>) {
    for p in 0..<count { transposed[p] = values[Int(place.pointer[p])] }
  }

  /// Leaves out the survivors that `kept` marks with 0, in time linear in the survivors.
  func repack(kept: UnsafePointer<UInt8>) {
    var next = 0
    var begin = 0
    for i in 0..<rows {
      let end = Int(rowStart.pointer[i + 1])
      for p in begin..<end where kept[p] != 0 {
        column.pointer[next] = column.pointer[p]
        next += 1
      }
      begin = end
      rowStart.pointer[i + 1] = UInt32(next)
    }
    count = next
    indexTranspose()
  }

  /// The mean number of survivors a row from which on rows are sorted.
  private static let longRow = 12

  private func indexTranspose() {
    let starts = columnStart.pointer
    for k in 0...columns { starts[k] = 0 }
    for p in 0..<count { starts[Int(column.pointer[p]) + 1] += 1 }
    for k in 0..<columns { starts[k + 1] += starts[k] }
    // Filled row by row, so that rows rise within every column; each start moves on to the next one's place meanwhile.
    for i in 0..<rows {
      for p in Int(rowStart.pointer[i])..<Int(rowStart.pointer[i + 1]) {
        let k = Int(column.pointer[p])
        row.pointer[Int(starts[k])] = UInt32(i)
        place.pointer[Int(starts[k])] = UInt32(p)
        starts[k] += 1
      }
    }
    for k in stride(from: columns, to: 0, by: -1) { starts[k] = starts[k - 1] }
    starts[0] = 0
    sort(rowOrder, by: rowStart, longest: columns)
    sort(columnOrder, by: columnStart, longest: rows)
  }

  /// Counting sort of rows by their lengths; rows of one length keep their order.
  ///
  /// Short rows stay where they are: with a few survivors each, reading and writing memory in order is worth more.
  private func sort(_ order: AlignedBuffer<UInt32>, by starts: AlignedBuffer<UInt32>, longest: Int) {
    guard count >= Self.longRow * order.count else {
      for i in 0..<order.count { order.pointer[i] = UInt32(i) }
      return
    }
    let places = tally.pointer
    for length in 0...longest + 1 { places[length] = 0 }
    for i in 0..<order.count { places[Int(starts.pointer[i + 1] - starts.pointer[i]) + 1] += 1 }
    for length in 0...longest { places[length + 1] += places[length] }
    for i in 0..<order.count {
      let length = Int(starts.pointer[i + 1] - starts.pointer[i])
      order.pointer[Int(places[length])] = UInt32(i)
      places[length] += 1
    }
  }
}
