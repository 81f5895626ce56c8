import EspalierData
import EspalierTensor

extension Trainer {
  /// Builds a trainer that goes on where a checkpoint was written.
  ///
  /// ``run(progress:isCancelled:checkpoints:)`` then does the rest and returns what the whole training would have
  /// returned, but for the times that it took.
  ///
  /// - Parameters:
  ///   - checkpoint: The checkpoint.
  ///   - data: The data that it was written with.
  ///   - configuration: What the caller expects the run to be; nil takes the checkpoint's.
  /// - Throws: ``CheckpointError/otherSetting(name:stored:given:)`` or ``CheckpointError/otherData(what:)`` when they are
  ///   not the checkpoint's, or another ``CheckpointError`` when it contradicts itself.
  public convenience init(
    resuming checkpoint: TrainingCheckpoint, data: PreparedData, expecting configuration: RunConfiguration? = nil
  ) throws {
    if let configuration, let other = try SettingDifference.between(checkpoint.run, and: configuration) {
      throw CheckpointError.otherSetting(name: other.name, stored: other.first, given: other.second)
    }
    try checkpoint.compare(data)
    try self.init(checkpoint.run, data: data)
    try restore(checkpoint)
  }

  /// The training as it is between two steps.
  ///
  /// After ``run(progress:isCancelled:checkpoints:)`` has returned, the weights are the selected ones.
  ///
  /// - Throws: `EncodingError` when the regularizer's state can't be put down.
  public func checkpoint() throws -> TrainingCheckpoint {
    var checkpoint = TrainingCheckpoint(
      run: configuration, preparation: data.fitted, fingerprint: fingerprint, progress: currentPosition,
      regularizerState: try regularizer.checkpointState(), weights: parameters.map { StoredParameter($0) },
      buffers: model.buffers.map { StoredParameter(name: $0.name, tensor: $0.tensor, mask: nil) },
      selected: selected.map(stored), extent: extent)
    checkpoint.origin = origin
    return checkpoint
  }

  /// A snapshot with the names of its parameters and, behind them, of its buffers.
  private func stored(_ snapshot: WeightSnapshot) -> [StoredParameter] {
    parameters.indices.map { index in
      StoredParameter(name: parameters[index].name, tensor: snapshot.values[index], mask: snapshot.masks[index])
    }
      + zip(model.buffers, snapshot.buffers).map { StoredParameter(name: $0.name, tensor: $1, mask: nil) }
  }

  private func restore(_ checkpoint: TrainingCheckpoint) throws {
    guard checkpoint.progress.isPossible(epochs: configuration.training.epochs, stepsPerEpoch: stepsPerEpoch) else {
      throw CheckpointError.badState("progress")
    }
    for (parameter, stored) in zip(parameters, checkpoint.weights) { try stored.restore(parameter) }
    for (buffer, stored) in zip(model.buffers, checkpoint.buffers) { try buffer.load(stored.tensor) }
    continueFrom(checkpoint.progress)
    let needsSelected = stopping.evaluation == .strict && stopping.bestEpoch != nil
    guard needsSelected == (checkpoint.selected != nil) else { throw CheckpointError.badState("selected weights") }
    selected = checkpoint.selected.map { stored in
      let weights = stored.prefix(parameters.count)
      return WeightSnapshot(
        values: weights.map(\.tensor), masks: weights.map { $0.survivors?.mask },
        buffers: stored.dropFirst(parameters.count).map(\.tensor))
    }
    extent = checkpoint.extent
    origin = checkpoint.origin
    try regularizer.resume(afterSteps: step, from: checkpoint.regularizerState)
  }
}

extension TrainingCheckpoint {
  /// Refuses data that are not the checkpoint's, naming what differs.
  func compare(_ data: PreparedData) throws {
    let given = data.fingerprint
    if given == fingerprint, data.fitted == preparation { return }
    if let other = try SettingDifference.between(preparation.task, and: data.fitted.task) {
      throw CheckpointError.otherSetting(name: other.name, stored: other.first, given: other.second)
    }
    var what = "their values differ"
    if given.series != fingerprint.series {
      what = "they have \(given.series) series instead of \(fingerprint.series)"
    } else if given.rows != fingerprint.rows {
      what = "they have \(given.rows) rows instead of \(fingerprint.rows)"
    } else if data.inputNames != preparation.inputNames {
      what =
        "their inputs are \(data.inputNames.joined(separator: ", ")) instead of "
        + preparation.inputNames.joined(separator: ", ")
    } else if given.values == fingerprint.values {
      let other = try SettingDifference.between(preparation, and: data.fitted)
      what = other.map { "their \($0.name) is \($0.second) instead of \($0.first)" } ?? "their windows differ"
    }
    throw CheckpointError.otherData(what: what)
  }
}

extension CheckpointOrigin {
  /// Refuses another training, naming the first setting that differs.
  ///
  /// - Throws: ``CheckpointError/otherSetting(name:stored:given:)``.
  public func compare(_ other: TrainingJob) throws {
    guard let other = try SettingDifference.between(job, and: other.withAbsolutePaths) else { return }
    throw CheckpointError.otherSetting(name: other.name, stored: other.first, given: other.second)
  }
}
