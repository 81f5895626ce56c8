import EspalierTensor

/// One parameter as a checkpoint keeps it: bits, mask and running averages.
///
/// Whether its survivors are stored alone in memory is not kept: the cost model decides it from the mask again.
struct StoredParameter: Equatable, Sendable {
  /// PyTorch's name.
  let name: String
  /// The values, 0 where they are pruned.
  let tensor: Tensor
  /// Which are kept, and their values; nil for a parameter without a mask.
  let survivors: CompressedRows?
  /// The optimizer's running averages, of the parameter's shape.
  let moments: [Tensor]

  /// A parameter as it is now.
  init(_ parameter: Parameter) {
    self.init(
      name: parameter.name, tensor: parameter.tensor, mask: parameter.mask, moments: parameter.momentTensors)
  }

  /// A parameter as it was.
  init(name: String, tensor: Tensor, mask: [UInt8]?, moments: [Tensor] = []) {
    self.init(
      name: name, tensor: tensor, survivors: mask.flatMap { CompressedRows(tensor, mask: $0) }, moments: moments)
  }

  private init(name: String, tensor: Tensor, survivors: CompressedRows?, moments: [Tensor]) {
    self.name = name
    self.tensor = tensor
    self.survivors = survivors
    self.moments = moments
  }

  /// Gives a parameter of the same name and shape its state back.
  ///
  /// - Throws: `ShapeError` when the shape is another.
  func restore(_ parameter: Parameter) throws(ShapeError) {
    if let survivors { try parameter.loadMask(survivors.mask) }
    try parameter.load(tensor)
    try parameter.loadMoments(moments)
  }
}

extension StoredParameter {
  /// Adds the tensors `PREFIX.NAME` and `moments.NUMBER.NAME`, of a masked parameter the survivors alone.
  func add(to writer: inout SafetensorsWriter, prefix: String) throws(SafetensorsError) {
    let mask = survivors?.mask
    if let survivors {
      try writer.add("\(prefix).\(name)", survivors)
    } else {
      try writer.add("\(prefix).\(name)", tensor)
    }
    for (number, moment) in moments.enumerated() {
      let kept = mask.map { mask in zip(moment.values, mask).filter { $1 != 0 }.map(\.0) }
      var stored = moment
      if let kept {
        stored = Tensor(repeating: 0, shape: [kept.count])
        stored.values = kept
      }
      try writer.add("moments.\(number).\(name)", stored)
    }
  }

  /// Reads what ``add(to:prefix:)`` wrote.
  ///
  /// - Parameters:
  ///   - file: The file.
  ///   - prefix: `weights`, with running averages, or another without.
  ///   - name: The parameter's name.
  ///   - shape: The parameter's shape in the model; nothing larger is made.
  ///   - used: Takes the names of the tensors that were read.
  /// - Throws: ``CheckpointError/damaged(path:part:)`` or a `SafetensorsError`.
  init(
    _ file: SafetensorsFile, prefix: String, name: String, shape: [Int], used: inout Set<String>
  ) throws {
    let path = "\(prefix).\(name)"
    func refuse(_ part: String) -> CheckpointError { .damaged(path: file.source, part: part) }
    var rows: CompressedRows?
    if file.entry(path) == nil {
      let parts = ["values", "columns", "row_starts"].map { "\(path).\($0)" }
      guard parts.allSatisfy({ file.entry($0) != nil }) else { throw refuse(path) }
      do {
        rows = try CompressedRows(
          shape: shape, values: try file.tensor(parts[0]).values, columns: try file.unsignedIntegers(parts[1]),
          rowStarts: try file.unsignedIntegers(parts[2]))
      } catch is CompressedRowsError {
        throw refuse(path)
      }
      used.formUnion(parts)
    } else {
      used.insert(path)
    }
    let tensor = try rows?.tensor ?? file.tensor(path)
    guard tensor.shape == shape else { throw refuse(path) }
    var moments: [Tensor] = []
    while prefix == "weights", file.entry("moments.\(moments.count).\(name)") != nil {
      let key = "moments.\(moments.count).\(name)"
      let stored = try file.tensor(key)
      guard let moment = rows.map({ $0.tensor(of: stored.values) }) ?? stored, moment.shape == shape else {
        throw refuse(key)
      }
      used.insert(key)
      moments.append(moment)
    }
    self.init(name: name, tensor: tensor, survivors: rows, moments: moments)
  }
}
