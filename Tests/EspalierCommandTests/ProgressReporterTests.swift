import EspalierCommand
import Foundation
import Testing

@Suite struct ProgressReporterTests {
  @Test func aTerminalHasOneLiveLine() {
    let recorder = Recorder()
    let progress = ProgressReporter("training", total: 4, console: recorder.console(isErrorTerminal: true))
    progress.advance()  // Too early to draw.
    recorder.wait(65)
    progress.advance(detail: "loss 0.25")
    progress.print("a result")
    progress.finish()
    progress.finish()
    #expect(
      recorder.errors == "\r\u{1B}[Ktraining: 50 %, 1:05 left, loss 0.25" + "\r\u{1B}[K"
        + "\r\u{1B}[Ktraining: 50 %, 1:05 left, loss 0.25" + "\r\u{1B}[K")
    #expect(recorder.output == "a result\n")
  }

  /// Steps of an earlier run count for the share that is done, not for the pace.
  @Test func workThatGoesOn() {
    let recorder = Recorder()
    let progress = ProgressReporter("loading", total: 100, before: 50, console: recorder.console())
    recorder.wait(10)
    progress.advance(by: 25)
    progress.advance(by: 25)
    progress.finish()
    #expect(recorder.errors == "loading: 75 %, 0:10 left\nloading: done in 0:10\n")
  }

  @Test func workOfUnknownLength() {
    let recorder = Recorder()
    let progress = ProgressReporter("loading", total: nil, console: recorder.console())
    recorder.wait(10)
    progress.advance(by: 25, detail: "25 B")
    progress.finish()
    #expect(recorder.errors == "loading: 25 B\n")
  }

  @Test func remarksStandBetweenTheLiveLines() {
    let recorder = Recorder()
    let progress = ProgressReporter("training", total: 2, console: recorder.console(isErrorTerminal: true))
    progress.note("before")
    recorder.wait(1)
    progress.advance()
    progress.note("between")
    let live = "\r\u{1B}[Ktraining: 50 %, 0:01 left"
    #expect(recorder.errors == "espalier: before\n" + live + "\r\u{1B}[Kespalier: between\n" + live)
  }

  @Test func theLiveLineFitsTheTerminal() {
    let recorder = Recorder()
    let progress = ProgressReporter("training", total: 2, console: recorder.console(width: 20, isErrorTerminal: true))
    recorder.wait(1)
    progress.advance()
    #expect(recorder.errors == "\r\u{1B}[Ktraining: 50 %, 0:0")
  }

  @Test func aPipeGetsAPlainLineNowAndThen() {
    let recorder = Recorder()
    let progress = ProgressReporter("training", total: 40, console: recorder.console())
    for _ in 0..<40 {
      recorder.wait(1)
      progress.advance()
    }
    progress.finish()
    #expect(
      recorder.errors == """
        training: 25 %, 0:30 left
        training: 50 %, 0:20 left
        training: 75 %, 0:10 left
        training: 100 %, 0:00 left
        training: done in 0:40

        """)
  }

  @Test(arguments: [true, false])
  func quietIsSilentButPrintsResults(isTerminal: Bool) {
    let recorder = Recorder()
    let console = recorder.console(isErrorTerminal: isTerminal)
    let progress = ProgressReporter("training", total: 2, console: console, isSilent: true)
    recorder.wait(60)
    progress.advance()
    progress.print("a result")
    progress.finish()
    #expect(recorder.errors.isEmpty && recorder.output == "a result\n")
  }

  @Test func longTimesHaveHours() {
    let recorder = Recorder()
    let progress = ProgressReporter("training", total: 3, console: recorder.console())
    recorder.wait(3661)
    progress.advance()
    #expect(recorder.errors == "training: 33 %, 2:02:03 left\n")
  }

  @Test func unfinishedWorkIsNotCalledDone() {
    let recorder = Recorder()
    let progress = ProgressReporter("training", total: 3, console: recorder.console())
    progress.advance(by: 2)
    progress.finish()
    #expect(recorder.errors.isEmpty)
  }

  @Test func threadsMayReportTogether() {
    let recorder = Recorder()
    let progress = ProgressReporter("training", total: 1000, console: recorder.console())
    DispatchQueue.concurrentPerform(iterations: 1000) { _ in progress.advance() }
    progress.finish()
    #expect(recorder.errors == "training: done in 0:00\n")
  }
}
