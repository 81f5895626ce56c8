import EspalierCommand
import EspalierData
import EspalierTestSupport
import Foundation
import Synchronization
import Testing

@Suite struct DatasetsCommandTests {
  private let bench: Workbench
  private var folder: [String] { ["--data-folder", bench.path("data")] }
  private var content: [UInt8] { Array((Workbench.lines().joined(separator: "\n") + "\n").utf8) }
  /// Of `content`, by the registry itself.
  private let hash: String

  init() throws {
    bench = try Workbench()
    hash = try RegisteredDataset(file: bench.table(), name: "t", target: "load").sha256
  }

  private func object(_ text: some StringProtocol) throws -> [String: Any] {
    try #require(try JSONSerialization.jsonObject(with: Data(text.utf8)) as? [String: Any])
  }

  private func add(_ words: String...) -> Workbench.Outcome { bench.run(["datasets", "add"] + words + folder) }

  private func get(_ name: String, _ more: String...) -> Workbench.Outcome {
    bench.run(["datasets", "get", name] + more + folder)
  }

  /// Registers what a server has as `lab`.
  private func addLab(_ address: String, _ more: String...) -> Workbench.Outcome {
    bench.run(
      ["datasets", "add", "--name", "lab", "--target", "load", "--address", address, "--sha256", hash] + more + folder)
  }

  @Test func anOwnFileIsUsedByItsName() throws {
    let file = bench.path("t.csv")
    let added = add(file, "--name", "mine", "--target", "load", "--season", "7", "--licence", "CC0")
    #expect(added == .init(code: 0, output: "mine is registered: 60 rows of \(file), features: heat.\n", errors: ""))
    let listed = try bench.run(["datasets", "--json", "--check"] + folder).output.split(separator: "\n").map(object)
    let mine = try #require(listed.last)
    #expect(mine["name"] as? String == "mine" && mine["state"] as? String == "verified" && mine["rows"] as? Int == 60)
    #expect(bench.run(["datasets"] + folder).output.contains("present"))
    #expect(bench.run(["datasets", "show", "mine"] + folder).output.contains("7 steps"))
    #expect(get("mine").output == "mine is in \(file) already and verified; there is nothing to do.\n")
    let words = Array(Workbench.quick.dropFirst(2))
    let model = bench.path("m.safetensors")
    let trained = bench.run(["train", "mine", "--out", model] + folder + words)
    #expect(trained.code == 0 && trained.output.contains("rnn forecasts load of mine"))
    #expect(bench.run(["predict", model, "mine"] + folder).code == 0)
    let compared = bench.run(
      [
        "compare", "mine", "--models", "rnn", "--lookbacks", "3", "--trials", "1", "--epochs", "1", "--hidden", "4",
        "--regularizers", "none",
      ]
        + folder)
    #expect(compared.code == 0 && compared.output.contains("rnn"), "\(compared)")
  }

  @Test func aChangedFileIsRefused() throws {
    let file = bench.path("t.csv")
    #expect(add(file, "--name", "mine", "--target", "load").code == 0)
    try bench.table(rows: 61)
    let refused = bench.run(["train", "mine"] + folder)
    #expect(refused.code == 1)
    #expect(refused.errors.contains("has changed since it was registered") && refused.errors.contains("--replace"))
    #expect(bench.run(["datasets"] + folder).output.contains("different"))
    #expect(get("mine").errors.contains("has changed since"))
    #expect(add(file, "--name", "mine", "--target", "load", "--replace").code == 0)
    #expect(get("mine").code == 0)
    try FileManager.default.removeItem(atPath: file)
    let gone = bench.run(["train", "mine"] + folder)
    #expect(gone.code == 1 && gone.errors.contains("is gone: put it back"))
  }

  @Test func namesThatClash() throws {
    let file = bench.path("t.csv")
    #expect(add(file, "--name", "mine", "--target", "load").code == 0)
    let again = add(file, "--name", "Mine", "--target", "load")
    #expect(again.code == 1 && again.errors.contains("\"mine\" is registered already"))
    let catalogue = add(file, "--name", "bitcoin", "--target", "load", "--replace")
    #expect(catalogue.code == 1 && catalogue.errors.contains("of the catalogue"))
    let removed = bench.run(["datasets", "remove", "mine"] + folder)
    #expect(
      removed == .init(code: 0, output: "mine is no longer registered; the file \(file) was not touched.\n", errors: "")
    )
    #expect(bench.run(["datasets", "remove", "mine"] + folder).errors.contains("was registered"))
    #expect(bench.run(["datasets", "remove", "bitcoin"] + folder).errors.contains("of the catalogue"))
    #expect(bench.run(["train", "mine"] + folder).errors.contains("no data set of that name"))
  }

  @Test func linesThatCantBeCarriedOut() throws {
    let file = bench.path("t.csv")
    let hash = String(repeating: "a", count: 64)
    let named = ["--name", "n", "--target", "load"]
    let address = ["--address", "http://host/f.csv", "--sha256", hash]
    let cases: [([String], String)] = [
      (named, "<file> is missing"),
      ([file, "--name", "n"], "--target is missing"),
      ([file, "--target", "load"], "--name is missing"),
      ([file] + named + address, "exclude each other"),
      ([file, "--sha256", hash] + named, "--sha256 is for --address"),
      ([file, "--size", "4"] + named, "--size is for --address"),
      (named + ["--address", "http://host/f.csv"], "--address needs --sha256"),
      (named + ["--address", "host/f.csv", "--sha256", hash], "starts with http"),
      (named + ["--address", "http://host/f.csv", "--sha256", "abc"], "--sha256 must be 64 hexadecimal digits"),
      (named + address + ["--size", "-1"], "--size must be"),
      ([file, "--name", "a b", "--target", "load"], "can't be the name"),
      ([file, "--drifting", "load"] + named, "drifting but no feature"),
      ([file, "--exclude", "load"] + named, "leaves out the target"),
      ([file, "--exclude", "heat", "--features", "heat"] + named, "--exclude has no effect"),
    ]
    for (words, sentence) in cases {
      let outcome = bench.run(["datasets", "add"] + words + folder)
      #expect(outcome.code == 64 && outcome.errors.contains(sentence), "\(words): \(outcome)")
    }
    #expect(!bench.names.contains("data"))
  }

  @Test func filesThatCantBeRead() throws {
    let missing = add(bench.path("none.csv"), "--name", "n", "--target", "load")
    #expect(missing.code == 1 && missing.errors.contains("There is no file"))
    let column = add(bench.path("t.csv"), "--name", "n", "--target", "lod")
    #expect(column.code == 1 && column.errors.contains("the nearest name is \"load\""))
    let feature = add(bench.path("t.csv"), "--name", "n", "--target", "load", "--features", "wind")
    #expect(feature.code == 1 && feature.errors.contains("has no column \"wind\""))
    let folder = bench.run(
      ["datasets", "add", bench.path("t.csv"), "--name", "n", "--target", "load", "--data-folder", "/proc/none"])
    #expect(folder.code == 1 && folder.errors.contains("/proc/none can't be used"))
  }

  @Test func downloadsAndTrains() throws {
    let served = ServedFile(content)
    let server = try LoopbackServer(served.reply)
    let added = addLab(server.address("/lab.CSV?v=1"), "--size", "\(content.count)", "--licence", "CC BY 4.0")
    #expect(added.output == "lab is registered; 'espalier datasets get lab' downloads it.\n")
    let early = bench.run(["train", "lab"] + folder)
    #expect(early.code == 1 && early.errors.contains("get it with `espalier datasets get lab`"))
    let file = bench.path("data/lab.CSV")
    let got = get("lab")
    #expect(got.code == 0 && got.errors == "downloading lab: done in 0:00\n")
    #expect(
      got.output.hasPrefix("lab is in \(file): ") && got.output.hasSuffix(", verified. Its licence: CC BY 4.0.\n"))
    #expect(try bench.bytes("data/lab.CSV") == Data(content))
    let again = try object(get("lab", "--json").output)
    #expect(again["fetched"] as? Int == 0 && again["state"] as? String == "verified")
    #expect(server.requests.count == 1)
    let words = Array(Workbench.quick.dropFirst(2))
    #expect(bench.run(["train", "lab"] + folder + words).code == 0)
    #expect(get("synthetic").output == "synthetic is built in; there is nothing to get.\n")
  }

  @Test func ctrlCLeavesWhatHasArrived() throws {
    let content = content
    let server = try LoopbackServer { request in
      var reply = ServedFile(content).reply(to: request)
      if request.headers["range"] == nil { (reply.limit, reply.stalls) = (500, true) }
      return reply
    }
    #expect(addLab(server.address("/lab.csv")).code == 0)
    let flag = CancellationFlag()
    let partial = bench.path("data/lab.csv.partial")
    // Ctrl-C comes when some bytes have been written.
    let watch = Thread {
      for _ in 0..<2000 where !flag.isCancelled {
        let size = try? FileManager.default.attributesOfItem(atPath: partial)[.size] as? Int
        if size == 500 { flag.cancel(signal: 2) }
        usleep(10_000)
      }
    }
    watch.start()
    let outcome = bench.run(["datasets", "get", "lab"] + folder, cancellation: flag)
    #expect(outcome.code == 130 && outcome.output.isEmpty)
    #expect(
      outcome.errors == "espalier: 500 B have arrived and stay in \(partial); the same command goes on from there.\n")
    let rest = try object(get("lab", "--json", "--quiet").output)
    #expect(rest["fetched"] as? Int == content.count - 500)
  }

  @Test(arguments: [
    ("/missing", "(status 404): check the address."), ("/broken", "(status 500): try again later."),
    ("/other", "is not the file that is meant"), ("/cut", "ended after 100 of"), ("/silent", "sent nothing for 1 s"),
    ("/loop", "from address to address without end"),
  ])
  func failuresAreOneSentence(path: String, words: String) throws {
    let content = content
    let server = try LoopbackServer { request in
      var reply = ServedFile(content).reply(to: request)
      switch request.path {
      case "/missing": reply = .init(status: 404)
      case "/broken": reply = .init(status: 500)
      case "/other": reply = ServedFile(content.reversed()).reply(to: request)
      case "/cut": reply.limit = 100
      case "/silent": (reply.limit, reply.stalls) = (100, true)
      default: reply = .init(status: 301, headers: ["Location": "/loop"])
      }
      return reply
    }
    #expect(addLab(server.address(path)).code == 0)
    let outcome = get("lab", "--timeout", "1", "--quiet")
    #expect(outcome.code == 1 && outcome.output.isEmpty)
    #expect(outcome.errors.hasPrefix("espalier: ") && outcome.errors.split(separator: "\n").count == 1)
    #expect(outcome.errors.contains(words), "\(outcome.errors)")
    #expect(!bench.names.contains("data/lab.csv"))
  }

  @Test func dataWithoutAnAddressSayHowToGetThem() throws {
    let outcome = get("bitcoin")
    #expect(outcome.code == 1 && outcome.errors.contains("put it there (history of BTC-USD"))
    try FileManager.default.createDirectory(atPath: bench.path("data"), withIntermediateDirectories: true)
    try bench.table("data/bitcoin_yahoo.csv")
    #expect(get("bitcoin").errors.contains("is not the file that data set \"bitcoin\" means"))
    #expect(get("bitcon").errors.contains("the nearest name is \"bitcoin\""))
  }

  @Test func anotherFileUnderTheNameIsLeftAlone() throws {
    #expect(addLab("http://127.0.0.1:1/lab.csv").code == 0)
    try bench.write("data/lab.csv", "mine")
    let outcome = get("lab")
    #expect(outcome.code == 1 && outcome.errors.contains("is there but is not the file that is meant"))
    #expect(try bench.bytes("data/lab.csv") == Data("mine".utf8))
  }

  @Test func aRegistryOfALaterVersionIsRefused() throws {
    try FileManager.default.createDirectory(atPath: bench.path("data"), withIntermediateDirectories: true)
    let text = #"{"format": 2, "datasets": {}}"#
    try bench.write("data/datasets.json", text)
    for words in [
      ["datasets"], ["train", "mine"], ["datasets", "add", bench.path("t.csv"), "--name", "n", "--target", "load"],
    ] {
      let outcome = bench.run(words + folder)
      #expect(outcome.code == 1 && outcome.errors.contains("later version of this program (format 2)"), "\(outcome)")
    }
    // What the catalogue has needs no registry.
    #expect(bench.run(["datasets", "show", "synthetic"] + folder).code == 0)
    #expect(try bench.bytes("data/datasets.json") == Data(text.utf8))
  }
}
