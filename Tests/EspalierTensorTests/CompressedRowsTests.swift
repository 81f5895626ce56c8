import EspalierTensor
import Testing

struct CompressedRowsTests {
  private func parameter(_ shape: [Int], kept: (Int) -> Bool) throws -> Parameter {
    var tensor = Tensor(repeating: 0, shape: shape)
    for index in tensor.values.indices { tensor.values[index] = Float(index + 1) }
    let parameter = Parameter(name: "w", initial: tensor)
    try parameter.loadMask(tensor.values.indices.map { kept($0) ? 1 : 0 })
    return parameter
  }

  @Test func holdsSurvivorsInRowMajorOrder() throws {
    let rows = try #require(CompressedRows(try parameter([3, 4]) { [1, 3, 8].contains($0) }))
    #expect(rows.values == [2, 4, 9] && rows.columns == [1, 3, 0] && rows.rowStarts == [0, 2, 2, 3])
    #expect(rows.fileBytes == 3 * 6 + 4 * 2)
    #expect(CompressedRows(Parameter(name: "w", initial: Tensor(repeating: 1, shape: [2, 2]))) == nil)
  }

  /// Empty and full rows, vectors, more axes, and states from masked to sparse.
  @Test(arguments: [[3, 4], [1, 1], [5], [2, 3, 4], [40, 70], [2, 0]], [0, 1, 3, 50])
  func comesBackWhole(shape: [Int], every: Int) throws {
    let parameter = try parameter(shape) { every > 0 && $0 % every == 0 }
    let rows = try #require(CompressedRows(parameter))
    let again = try CompressedRows(
      shape: rows.shape, values: rows.values, columns: rows.columns, rowStarts: rows.rowStarts)
    #expect(again == rows && again.tensor == parameter.tensor && again.mask == parameter.mask)
  }

  @Test(
    arguments: [
      ([2, 3], [1, 2], [0], [0, 1, 2], "2 values but 1 columns"),
      ([2, 3], [1, 2], [0, 1], [0, 2], "need 3 row starts"),
      ([2, 3], [1, 2], [0, 1], [1, 1, 2], "lead from 1 to 2"),
      ([2, 3], [1, 2], [0, 1], [0, 1, 3], "lead from 0 to 3"),
      ([2, 3], [1, 2], [0, 3], [0, 1, 2], "column 3 of 3"), ([2, 3], [1, 2], [1, 1], [0, 2, 2], "do not rise"),
      ([2, 3], [1, 2], [2, 1], [0, 2, 2], "do not rise"), ([3, 3], [1, 2], [0, 1], [0, 9, 1, 2], "row 0 ends"),
      ([3, 3], [1, 2], [0, 1], [0, 2, 1, 2], "row 1 ends"), ([], [1], [0], [0, 1], "cannot have the shape"),
      ([-1, 2], [], [], [0], "cannot have the shape"), ([1 << 40, 1 << 40], [], [], [0], "cannot have the shape"),
    ] as [([Int], [Float], [UInt32], [UInt32], String)])
  func refusesContradictions(
    shape: [Int], values: [Float], columns: [UInt32], starts: [UInt32], reason: String
  ) throws {
    let error = #expect(throws: CompressedRowsError.self) {
      try CompressedRows(shape: shape, values: values, columns: columns, rowStarts: starts)
    }
    #expect(error?.description.contains(reason) == true, "\(String(describing: error))")
  }

  @Test func filesUseSixteenBitsWhereTheyFit() throws {
    var writer = SafetensorsWriter()
    try writer.add("a", try #require(CompressedRows(try parameter([2, 65_536]) { $0 == 65_535 })))
    try writer.add("b", try #require(CompressedRows(try parameter([1, 65_537]) { $0 == 65_536 })))
    let file = try SafetensorsFile(data: writer.data())
    #expect(file.entry("a.columns")?.element == .uint16 && file.entry("b.columns")?.element == .uint32)
    #expect(try file.unsignedIntegers("a.columns") == [65_535] && file.unsignedIntegers("b.columns") == [65_536])
    #expect(file.entry("a.row_starts")?.element == .uint16)
  }
}
