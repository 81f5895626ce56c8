import Testing

@testable import EspalierData

/// What is refused before any connection is made.
@Suite struct DatasetDownloadSettingsTests {
  private let hash = SHA256.hex([1, 2, 3])

  @Test(arguments: [
    "", "file.csv", "ftp://host/f", "file:///etc/passwd", "http://", "http:///f", "https://user:word@host/f",
    "http://user@host/f", "http://host/a b", "http://host/\nRange: x", "HTTP:/host",
  ])
  func addressesAreChecked(address: String) {
    #expect(throws: DownloadError.badAddress(address)) {
      try DatasetDownload(address: address, sha256: hash, destination: "f")
    }
  }

  @Test func hashesAndSizesAreChecked() {
    for text in ["", "abc", hash + "0", String(repeating: "g", count: 64)] {
      #expect(throws: DownloadError.badHash(text)) {
        try DatasetDownload(address: "http://h/f", sha256: text, destination: "f")
      }
    }
    #expect(throws: DownloadError.badSize(-1)) {
      try DatasetDownload(address: "http://h/f", size: -1, sha256: hash, destination: "f")
    }
  }
}
