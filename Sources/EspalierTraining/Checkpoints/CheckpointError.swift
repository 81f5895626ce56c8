/// Why a training cannot go on from a checkpoint.
public enum CheckpointError: Error, Equatable, Sendable, CustomStringConvertible {
  /// It is safetensors, but no checkpoint.
  case notACheckpoint(path: String)
  /// Another version of Espalier wrote it.
  case otherVersion(path: String, version: String)
  /// A part is missing, cannot be read, or contradicts the others.
  case damaged(path: String, part: String)
  /// A setting is not the one that the checkpoint was written with.
  case otherSetting(name: String, stored: String, given: String)
  /// The data are not those that the checkpoint was written with.
  case otherData(what: String)
  /// What a regularizer keeps cannot be read.
  case badState(String)
  /// A program wrote it that did not say where its data are.
  case withoutOrigin(path: String)

  /// One sentence for a person.
  public var description: String {
    switch self {
    case .notACheckpoint(let path):
      "'\(path)' holds tensors but no checkpoint; use a file that 'espalier train --checkpoint' wrote."
    case .otherVersion(let path, let version):
      "'\(path)' has checkpoint format \(version) and this version reads \(TrainingCheckpoint.formatVersion); go on with "
        + "the version that wrote it or train again."
    case .damaged(let path, let part):
      "'\(path)' is damaged: its '\(part)' is missing or cannot be read; use an older checkpoint or train again."
    case .otherSetting(let name, let stored, let given):
      "The checkpoint was written with \(name) \(stored) and not \(given); go on with the same settings or train anew."
    case .otherData(let what):
      "The data are not those of the checkpoint: \(what); go on with the same data or train anew."
    case .badState(let what):
      "The checkpoint's \(what) cannot be read; use an older checkpoint or train again."
    case .withoutOrigin(let path):
      "'\(path)' does not say where its data are, because a program of its own wrote it; go on with that program."
    }
  }
}
