/// Whole studies to begin with, as commented text.
public enum StudyPreset: String, Codable, Sendable, CaseIterable {
  /// Built-in data, a few minutes.
  case quick
  /// The published comparison, as `Studies/published.json5`.
  case paper
  /// The controls that a reviewer asks for, as `Studies/controls.json5`.
  case controls
  /// Error against final sparsity.
  case sparsity

  /// The specification.
  public var text: String {
    switch self {
    case .quick: Self.quickText
    case .paper: Self.paperText
    case .controls: Self.controlsText
    case .sparsity: Self.sparsityText
    }
  }

  private static let quickText = """
    // A study: data sets x evaluations x models x look-backs x methods x seeds. JSON5: comments and trailing commas are
    // allowed, keys need no quotation marks. What is left out has the default that stands here or in a comment.
    {
      name: "quick",
      description: "Does pruning while training help on a made-up hourly load?",

      // Names that `espalier datasets` lists, your own among them, or files:
      // { name: "prices", file: "prices.csv", target: "close", features: ["open", "volume"], unit: "USD" }
      datasets: ["synthetic"],

      // strict: train, validation and test in time order. paper: what the published experiments do.
      evaluations: ["strict"],
      models: ["rnn", "lstm", "patchtst"],
      lookbacks: [7, 24],
      horizon: 1,

      // Names, or objects: { preset: "synaptic-pruning", name: "pruning", sparsities: [0.5, 0.9] } sweeps,
      // { regularizer: "dropout", name: "tuned", tune: { dropout: [0.1, 0.3, 0.5] } } lets validation pick.
      methods: ["none", "dropout", "mc-dropout", "synaptic-pruning"],

      seeds: 3,
      firstSeed: 42,
      // sizes: { hidden: 64, heads: 4, layers: 2, feedForward: 256 },
      training: { epochs: 20, batchSize: 64, patience: 5, optimizer: { kind: "adam", learningRate: 0.001 } },

      // Several comparisons in one study: grids: [{ name: "short", lookbacks: [1] }, { name: "long", lookbacks: [60] }],
      // each with what it changes of the above.
    }

    """

  private static let datasets = """
    datasets: [
        { name: "air-quality", unit: "µg/m³" }, { name: "bitcoin", unit: "USD" },
        { name: "household-power", unit: "kW" }, { name: "sp500-index", unit: "points" },
      ],
    """

  private static let paperText = """
    // The comparison of arXiv:2508.09330 in full, as published (`paper`) and as it should be judged (`strict`).
    {
      name: "published",
      description: "Synaptic pruning against dropout, Monte Carlo dropout and no regularizer.",
      \(datasets)
      models: ["rnn", "lstm", "patchtst"],
      lookbacks: [1, 3, 7, 14, 30, 60],
      methods: ["none", "dropout", "mc-dropout", "synaptic-pruning"],
      seeds: 10,
      grids: [
        { name: "paper", description: "As published: validation is the test part.", evaluations: ["paper"] },
        { name: "strict", description: "The corrected rule on a test part that was seen once.", evaluations: ["strict"] },
      ],
    }

    """

  private static let controlsText = """
    // What the published comparison does not show: whether importance, the schedule or sparsity itself makes the
    // difference, and where the error breaks away.
    {
      name: "controls",
      description: "Controls of synaptic pruning, three seeds, look-backs 7 and 30.",
      \(datasets)
      models: ["rnn", "lstm", "patchtst"],
      lookbacks: [7, 30],
      seeds: 3,
      evaluations: ["strict"],
      grids: [
        {
          name: "controls",
          description: "What makes the difference: importance, schedule, or sparsity itself?",
          methods: [
            "none", "dropout", "tuned-dropout", "weight-decay", "synaptic-pruning", "random-pruning", "one-shot",
            "early-cubic", "pruning-and-dropout",
          ],
        },
        {
          name: "sparsity",
          description: "Error against the final sparsity.",
          methods: ["none", { preset: "synaptic-pruning", name: "pruning", sparsities: [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] }],
        },
        {
          name: "published rule",
          description: "The published rule under strict evaluation, beside the corrected one.",
          methods: ["none", "dropout", "paper-pruning", "default-pruning"],
        },
        {
          name: "rules under paper",
          description: "The same as published: validation is the test part.",
          evaluations: ["paper"],
          methods: ["none", "dropout", "synaptic-pruning", "default-pruning", "random-pruning", "pruning-without-dropout"],
        },
      ],
    }

    """

  private static let sparsityText = """
    // Error against final sparsity: how much can go before the forecasts suffer?
    {
      name: "sparsity",
      description: "Mean absolute error against the share of weights that are gone.",
      datasets: ["synthetic"],
      evaluations: ["strict"],
      models: ["rnn", "lstm", "patchtst"],
      lookbacks: [24],
      seeds: 3,
      methods: ["none", { preset: "synaptic-pruning", name: "pruning", sparsities: [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] }],
    }

    """
}
