import Espalier

/// `espalier study merge`: puts the stores of parts together.
enum StudyMergeCommand {
  static let into = Option.positional(
    "into", .text("file"), help: "The store to copy into; it is made when it isn't there")
  static let from = Option.positional(rest: "from", .text("file"), isRequired: true, help: "The stores to copy from")

  static let command = Command(
    "merge", summary: "Put the stores of a study's parts together",
    discussion: """
      All stores must be of one study and its data. Trainings that several stores have must have the same result where \
      they were made on one SIMD target by one version; otherwise nothing is copied from that store and the training is named.
      """,
    examples: ["espalier study merge paper.sqlite part1.sqlite part2.sqlite"],
    parameters: [into.parameter, from.parameter]
  ) { context in
    let store = try StudyStore.open(context[into])
    for path in context[from] {
      try context.cancellation.check()
      guard !SameFile.are(path, store.path) else {
        throw UsageError.conflict("'\(path)' is the store that is copied into; leave it out of the others.")
      }
      let merged = try store.merge(path)
      if context.wantsJSON {
        let line: JSONLine = [
          "from": .string(path), "copied": .int(merged.copied), "equal": .int(merged.equal), "kept": .int(merged.kept),
        ]
        context.print(line.text)
        continue
      }
      context.print(
        "\(path): \(StudyRunCommand.count(merged.copied, "training")) copied, \(merged.equal) there already")
      if merged.kept > 0 {
        context.note(
          "\(merged.kept) of them were made on another SIMD target or by another version and differ; those that were there "
            + "stay.")
      }
    }
  }
}
