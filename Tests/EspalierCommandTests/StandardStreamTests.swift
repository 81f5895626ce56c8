import EspalierCommand
import Foundation
import Synchronization
import Testing

/// Signals belong to the whole process, so these run one after the other.
@Suite(.serialized) struct StandardStreamTests {
  @Test func textArrivesWhole() throws {
    let pipe = Pipe()
    let stream = StandardStream(pipe.fileHandleForWriting)
    stream.write("one\n")
    stream.write("")
    stream.write("zwei µ\n")
    try pipe.fileHandleForWriting.close()
    #expect(try pipe.fileHandleForReading.readToEnd() == Data("one\nzwei µ\n".utf8))
    #expect(!stream.isTerminal && stream.width == 80)
  }

  @Test func aReaderThatWentAwayIsNoTrap() throws {
    signal(SIGPIPE, SIG_IGN)
    let pipe = Pipe()
    let count = Mutex(0)
    let stream = StandardStream(pipe.fileHandleForWriting) { count.withLock { $0 += 1 } }
    try pipe.fileHandleForReading.close()
    stream.write("lost")
    stream.write("lost again")
    #expect(stream.state == .closed)
    #expect(count.withLock { $0 } == 1)
  }

  #if os(Linux)
    @Test func aFullDiskIsRemembered() throws {
      let stream = StandardStream(try #require(FileHandle(forWritingAtPath: "/dev/full")))
      stream.write("lost")
      #expect(stream.state == .failed("No space left on device"))
    }
  #endif

  @Test func ctrlCSetsTheFlag() throws {
    let flag = CancellationFlag()
    let notes = Mutex("")
    let watcher = SignalWatcher(flag) { text in notes.withLock { $0 += text } }
    try withExtendedLifetime(watcher) {
      try flag.check()
      kill(getpid(), SIGINT)
      for _ in 0..<1000 where notes.withLock({ $0.isEmpty }) { usleep(5000) }
      #expect(throws: Interruption(exitCode: 130)) { try flag.check() }
      #expect(notes.withLock { $0 } == "espalier: stopping; press Ctrl-C again to stop at once.\n")
    }
    signal(SIGINT, SIG_DFL)
    signal(SIGTERM, SIG_DFL)
  }

  @Test func theFirstRequestDecidesTheCode() {
    let flag = CancellationFlag()
    #expect(!flag.isCancelled && flag.exitCode == nil)
    flag.cancel(signal: SIGINT)
    flag.cancel(signal: SIGTERM)
    #expect(flag.exitCode == 130)
  }
}
