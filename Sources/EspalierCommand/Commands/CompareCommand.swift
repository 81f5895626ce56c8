import Espalier

/// `espalier compare`: models, look-backs and regularizers against each other and against naive forecasts.
enum CompareCommand {
  static let command = Command(
    "compare", summary: "Compare models and regularizers on a file or a named data set",
    discussion: """
      Every model is trained with every method at every look-back, once a seed, several trainings at once. The naive \
      forecasts, which repeat the last value and the value one season ago, stand first: a method that does not beat them \
      is of no use on these data. The lowest error of a group is marked with *.

      With --json every setting is one line, printed as soon as it and those before it are complete.
      """,
    examples: [
      "espalier compare synthetic --models lstm --lookbacks 24 --trials 5",
      "espalier compare bitcoin --data-folder data --evaluation paper --json",
      "espalier compare prices.csv --target close --lookbacks 7,30",
    ],
    sections: CompareOptions.sections
  ) { context in
    let (configuration, data) = try CompareOptions.load(context)
    try ComparisonRun(configuration, data: data, context: context)
      .run(threads: context[TrainingOptions.threads], context: context)
  }
}
