/// The colour, shape and dash of every method, the same in all charts of a report.
///
/// - Source: The colours are Okabe and Ito's for colour-blind readers (2008), without black and yellow, orange and sky
///   blue darkened, so that each has a contrast of about 3 on white and on a dark page. Shapes and dashes tell the
///   methods apart without colour.
struct MethodStyles: Equatable, Sendable {
  /// The series that are no methods: drawn in grey.
  static let lastValue = "last value"
  /// The value one season before.
  static let seasonal = "seasonal naive"
  /// What came to pass.
  static let truth = "truth"

  private static let colors = ["#D55E00", "#0072B2", "#009E73", "#CC79A7", "#C98500", "#2E9BD6"]
  private static let shapes = [
    "circle", "square", "triangle-up", "diamond", "cross", "triangle-down", "triangle-right",
  ]
  private static let dashes: [JSONText] = [[1, 0], [6, 2], [2, 2], [8, 2, 2, 2], [10, 4]]
  private static let grey = "#808080"

  /// All methods in the order of their styles.
  let methods: [String]
  private var places: [String: Int]

  /// Gives every method a style: synaptic pruning the first, the others in the order in which grids name them.
  init(_ methods: [String]) {
    let names = distinct(methods)
    self.methods = names.filter { $0 == Self.first } + names.filter { $0 != Self.first }
    places = Dictionary(self.methods.enumerated().map { ($1, $0) }, uniquingKeysWith: { first, _ in first })
  }

  /// The method that the package is about.
  static let first = "synaptic-pruning"

  /// How the series of a chart are marked, which its legend repeats.
  enum Marks { case points, lines }

  /// A `color` channel over methods, with a legend in which all channels of one field become one.
  func color(_ field: String, _ names: [String], marks: Marks = .points) -> JSONText {
    channel(field, names, marks, range: names.map { JSONText.string(color(of: $0)) })
  }

  /// A `shape` channel over methods.
  ///
  /// There are fewer colours than shapes by one, so that no two of 42 methods share both.
  func shape(_ field: String, _ names: [String]) -> JSONText {
    channel(
      field, names, .points,
      range: names.map { name in .string(index(of: name).map { Self.shapes[$0 % Self.shapes.count] } ?? "stroke") })
  }

  /// A `strokeDash` channel over methods.
  func dash(_ field: String, _ names: [String], marks: Marks = .points) -> JSONText {
    channel(
      field, names, marks,
      range: names.map { name in
        if let index = index(of: name) { return Self.dashes[index % Self.dashes.count] }
        return name == Self.truth ? [1, 0] : name == Self.seasonal ? [1, 3] : [3, 3]
      })
  }

  /// The same styles for groups of methods: each has that of its first method.
  ///
  /// - Parameter group: The group of a method; a method that stands alone is its own group.
  /// - Returns: Styles that know the groups' names as well as the methods'.
  func grouped(by group: (String) -> String) -> MethodStyles {
    var styles = self
    for (index, method) in methods.enumerated() where styles.places[group(method)] == nil {
      styles.places[group(method)] = index
    }
    return styles
  }

  private func color(of name: String) -> String {
    index(of: name).map { Self.colors[$0 % Self.colors.count] } ?? Self.grey
  }

  private func index(of name: String) -> Int? { places[name] }

  private func channel(_ field: String, _ names: [String], _ marks: Marks, range: [JSONText]) -> JSONText {
    // Without these a legend would be as pale as the bands of the chart.
    let legend: JSONText = ["symbolOpacity": 1]
    return [
      "field": .string(field), "type": "nominal", "title": nil,
      "scale": ["domain": .strings(names), "range": .array(range)],
      "legend": marks == .lines ? legend.adding("symbolType", "stroke") : legend,
    ]
  }
}
