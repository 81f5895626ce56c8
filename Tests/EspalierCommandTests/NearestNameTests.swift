import EspalierCommand
import Testing

@Suite struct NearestNameTests {
  @Test(arguments: [
    ("", "", 0), ("abc", "abc", 0), ("", "abc", 3), ("kitten", "sitting", 3), ("lstm", "lsmt", 1), ("ca", "abc", 3),
  ])
  func distances(first: String, second: String, distance: Int) {
    #expect(NearestName.editDistance(first, second) == distance)
    #expect(NearestName.editDistance(second, first) == distance)
  }

  @Test func onlySlipsAreSuggested() {
    let names = ["rnn", "lstm", "gru", "patchtst"]
    #expect(NearestName.of("LSTM", in: names) == "lstm")
    #expect(NearestName.of("patchst", in: names) == "patchtst")
    #expect(NearestName.of("transformer", in: names) == nil)
    #expect(NearestName.of("x", in: ["y"]) == nil)
    #expect(NearestName.of("", in: names) == nil)
    #expect(NearestName.of("x", in: []) == nil)
  }
}
