/// A count with its noun: `1 row was`, `3 rows were`.
func counted(_ count: Int, _ noun: String, were: Bool = true) -> String {
  "\(count) \(noun)\(count == 1 ? "" : "s")" + (were ? count == 1 ? " was" : " were" : "")
}
