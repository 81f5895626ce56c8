import Testing

@testable import EspalierCommand

@Suite struct DataFolderTests {
  @Test(arguments: [
    (["ESPALIER_DATA": "here", "XDG_CACHE_HOME": "/c", "HOME": "/h"], "here"),
    (["XDG_CACHE_HOME": "/c", "HOME": "/h"], "/c/espalier"),
    ([:], nil), (["HOME": ""], nil), (["HOME": "relative"], nil),
  ])
  func usualFolder(environment: [String: String], expected: String?) {
    #expect(DataFolder.usual(environment) == expected)
  }

  @Test(arguments: [["HOME": "/h"], ["ESPALIER_DATA": "", "XDG_CACHE_HOME": "relative", "HOME": "/h"]])
  func cachesOfTheUser(environment: [String: String]) {
    #if os(macOS)
      #expect(DataFolder.usual(environment) == "/h/Library/Caches/espalier")
    #else
      #expect(DataFolder.usual(environment) == "/h/.cache/espalier")
    #endif
  }

  @Test func everyCommandTakesTheUsualFolder() throws {
    let bench = try Workbench()
    let environment = ["ESPALIER_DATA": bench.path("cache")]
    for words in [["train", "bitcoin"], ["compare", "bitcoin"], ["datasets", "get", "bitcoin"]] {
      let errors = bench.run(words, environment: environment).errors
      #expect(errors.contains(bench.path("cache/bitcoin_yahoo.csv")), "\(words): \(errors)")
    }
    #expect(bench.run(["train", "bitcoin"]).errors.contains("name the folder that holds it"))
    let list = bench.run(["datasets"])
    #expect(list.code == 0 && list.output.contains("absent"))
    let get = bench.run(["datasets", "get", "ett-h1"])
    #expect(get.code == 64 && get.errors.contains("--data-folder"))
  }
}
