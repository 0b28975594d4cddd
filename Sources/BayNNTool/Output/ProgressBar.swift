// SPDX-License-Identifier: Apache-2.0
import Foundation

/// A line on a terminal's standard error that says how far a long job is; nothing if that is
/// not a terminal.
struct ProgressBar {
  /// What is being done.
  let title: String
  /// Inputs in all.
  let total: Int
  private let isShown = Terminal.isErrorTerminal
  private let clock = ContinuousClock()
  private let start: ContinuousClock.Instant
  private var shown: ContinuousClock.Instant?

  init(title: String, total: Int) {
    self.title = title
    self.total = total
    start = clock.now
  }

  /// Draws the line anew, at most ten times a second.
  mutating func update(done: Int) {
    guard isShown else { return }
    let now = clock.now
    if let shown, now - shown < .milliseconds(100) { return }
    shown = now
    let line = ProgressBar.line(
      title: title, done: done, total: total, seconds: (now - start) / .seconds(1))
    Terminal.writeError("\r\(line)\u{1B}[K")
  }

  /// Takes the line away.
  func finish() {
    if isShown, shown != nil { Terminal.writeError("\r\u{1B}[K") }
  }

  /// "title  ██████▌       47 %  213/450  1.2 k/s  0:12 left"
  static func line(title: String, done: Int, total: Int, seconds: Double) -> String {
    let share = total > 0 ? Double(done) / Double(total) : 1
    let rate = seconds > 0 ? Double(done) / seconds : 0
    let percent = padded("\(Int(share * 100))", to: 3, .right)
    var line = "\(title)  \(padded(bar(share, columns: 24), to: 24)) \(percent) %"
    line += "  \(done)/\(total)  \(readable(rate: rate))"
    if rate > 0 { line += "  \(readable(seconds: Double(total - done) / rate)) left" }
    return line
  }

  /// Inputs in a second, with three digits: "0.82 /s", "213 /s", "1.2 k/s".
  static func readable(rate: Double) -> String {
    switch rate {
    case ..<10: number(rate, digits: 2) + " /s"
    case ..<1000: number(rate, digits: 0) + " /s"
    default: number(rate / 1000, digits: 1) + " k/s"
    }
  }

  /// "0:07", "12:30", "1:02:03".
  static func readable(seconds: Double) -> String {
    let all = Int(min(seconds.rounded(.up), 359_999))
    let (hours, minutes, rest) = (all / 3600, all / 60 % 60, all % 60)
    let two = { (value: Int) in value < 10 ? "0\(value)" : "\(value)" }
    return hours > 0 ? "\(hours):\(two(minutes)):\(two(rest))" : "\(minutes):\(two(rest))"
  }
}
