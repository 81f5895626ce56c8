import Foundation

/// A file's contents that lie beside its place.
struct StagedFile {
  /// The file that they shall become.
  let file: OutputFile
  /// Where they lie.
  let partial: String
  /// The place: what the file's path leads to.
  let target: String

  /// Puts the contents in their place, instead of a file that is there.
  ///
  /// - Throws: `OutputFile.Failure`; the contents are then gone, and a file that was there before is as it was.
  func place() throws(OutputFile.Failure) {
    guard rename(partial, target) == 0 else {
      let reason = file.failure()
      discard()
      throw reason
    }
  }

  /// Throws the contents away.
  func discard() { unlink(partial) }
}

extension OutputFile {
  /// Writes several files, all of them or none: each beside its place, then one rename after the other.
  ///
  /// What goes to a device or pipe can't be taken back, and is written when the plain files lie beside their places.
  ///
  /// - Parameter files: Files with different places, and what each shall hold.
  /// - Throws: ``Failure``; files that were there before are then as they were, and none is new. Only where the file
  ///   system has no hard links, one that was replaced before a later rename failed stays replaced.
  package static func write(_ files: [(file: OutputFile, text: String)]) throws(Failure) {
    var staged: [StagedFile] = []
    do throws(Failure) {
      for (file, text) in files where try file.isReplaceable() {
        staged.append(try file.stage(CollectionOfOne(Array(text.utf8))))
      }
      for (file, text) in files where try !file.isReplaceable() { try file.write(text) }
    } catch {
      staged.forEach { $0.discard() }
      throw error
    }
    try place(staged)
  }

  /// Puts files in their places, and takes them away again when one of them can't be.
  static func place(_ files: [StagedFile]) throws(Failure) {
    var placed: [(target: String, former: Former)] = []
    for (index, file) in files.enumerated() {
      // Nothing can fail behind the last one.
      let former = index == files.count - 1 ? .lost : Former(of: file)
      do throws(Failure) {
        try file.place()
        placed.append((file.target, former))
      } catch {
        former.forget()
        files[(index + 1)...].forEach { $0.discard() }
        for (target, former) in placed.reversed() { former.restore(to: target) }
        throw error
      }
    }
    placed.forEach { $0.former.forget() }
  }
}

/// What was in a file's place before.
private enum Former {
  case nothing
  /// A file, kept by a second link to it.
  case linked(String)
  /// A file that no second link could be made to, or that nobody will ask for.
  case lost

  init(of staged: StagedFile) {
    let path = staged.file.temporary
    if link(staged.target, path) == 0 {
      self = .linked(path)
    } else {
      self = errno == ENOENT ? .nothing : .lost
    }
  }

  func restore(to target: String) {
    switch self {
    case .nothing: unlink(target)
    case .linked(let path): _ = rename(path, target)
    case .lost: break
    }
  }

  func forget() {
    if case .linked(let path) = self { unlink(path) }
  }
}
