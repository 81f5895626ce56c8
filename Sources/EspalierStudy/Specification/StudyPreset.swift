/// Whole studies to begin with, as commented text.
public enum StudyPreset: String, Codable, Sendable, CaseIterable {
  /// Built-in data, a few minutes.
  case quick
  /// The published comparison with its controls, as `Studies/published.json5`.
  case paper
  /// Error against final sparsity.
  case sparsity

  /// The specification.
  public var text: String {
    switch self {
    case .quick: Self.quickText
    case .paper: Self.paperText
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

  private static let paperText = """
    // The comparison of arXiv:2508.09330 in full, as published (`paper`) and as it should be judged (`strict`), and what
    // it does not show: whether importance, schedule or sparsity itself makes the difference, and where errors grow.
    {
      name: "published",
      description: "Synaptic pruning against dropout, Monte Carlo dropout and no regularizer, with controls.",
      datasets: [
        { name: "air-quality", unit: "µg/m³" }, { name: "bitcoin", unit: "USD" },
        { name: "household-power", unit: "kW" }, { name: "sp500-index", unit: "points" },
      ],
      models: ["rnn", "lstm", "patchtst"],
      lookbacks: [1, 3, 7, 14, 30, 60],
      methods: ["none", "dropout", "mc-dropout", "synaptic-pruning"],
      seeds: 10,
      grids: [
        { name: "paper", description: "As published: validation is the test part.", evaluations: ["paper"] },
        { name: "strict", description: "The corrected rule on a test part seen once.", evaluations: ["strict"] },
        // From here on with fewer look-backs and seeds; trainings that the grids above have, too, are done once.
        {
          name: "controls",
          description: "What makes the difference: importance, pruning bit by bit, or sparsity itself?",
          lookbacks: [7, 30],
          seeds: 3,
          methods: [
            "none", "dropout", "tuned-dropout",
            { preset: "weight-decay", name: "tuned-weight-decay", tune: { weightDecay: [0.01, 0.1, 1, 10] } },
            "synaptic-pruning", "random-pruning", "one-shot", "pruning-and-dropout",
          ],
        },
        {
          name: "schedules",
          description: "Slow at first (synaptic-pruning), fast at first (early-cubic), or all at once?",
          lookbacks: [7, 30],
          seeds: 3,
          methods: ["none", "synaptic-pruning", "early-cubic", "one-shot"],
        },
        {
          name: "sparsities",
          description: "Error against the final sparsity.",
          lookbacks: [7, 30],
          seeds: 3,
          methods: [
            "none", { preset: "synaptic-pruning", name: "pruning", sparsities: [0.3, 0.5, 0.7, 0.8, 0.9, 0.95] },
          ],
        },
        {
          name: "rules",
          description: "The published rule, which prunes to the end, so that all methods select the last epoch.",
          lookbacks: [7, 30],
          seeds: 3,
          methods: ["none", "dropout", "paper-pruning", "default-pruning"],
        },
        // The published rule has no dropout beside pruning for RNN and LSTM, and has it for PatchTST.
        {
          name: "paper-rules-recurrent",
          description: "Both rules, and dropout beside pruning. Early stopping may end before pruning does.",
          evaluations: ["paper"],
          models: ["rnn", "lstm"],
          lookbacks: [7, 30],
          seeds: 3,
          methods: ["none", "dropout", "synaptic-pruning", "default-pruning", "pruning-and-dropout"],
        },
        {
          name: "paper-rules-patchtst",
          description: "Both rules, and pruning alone. Early stopping may end before pruning does.",
          evaluations: ["paper"],
          models: ["patchtst"],
          lookbacks: [7, 30],
          seeds: 3,
          methods: ["none", "dropout", "synaptic-pruning", "default-pruning", "pruning-without-dropout"],
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
