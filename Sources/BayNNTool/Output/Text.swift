// SPDX-License-Identifier: Apache-2.0
import Foundation

enum Alignment { case left, right }

/// The text with spaces on one side, to that many characters; longer text stays.
func padded(_ text: String, to columns: Int, _ alignment: Alignment = .left) -> String {
  let spaces = String(repeating: " ", count: max(0, columns - text.count))
  return alignment == .left ? text + spaces : spaces + text
}

/// The text, cut to that many characters with an ellipsis.
func shortened(_ text: String, to columns: Int) -> String {
  text.count <= columns ? text : text.prefix(columns - 1) + "…"
}

/// A number with a fixed number of digits after the point, the same in every language.
func number(_ value: Double, digits: Int) -> String {
  String(format: "%.\(digits)f", value)
}

/// A share in percent, "98.7 %", or a dash if it is not known.
func percent(_ share: Double?) -> String {
  share.map { number($0 * 100, digits: 1) + " %" } ?? "–"
}

/// A number, or a dash if it is not known.
func optional(_ value: Double?, digits: Int = 4, unit: String = "") -> String {
  value.map { number($0, digits: digits) + (unit.isEmpty ? "" : " \(unit)") } ?? "–"
}

/// Digits in groups of three: "10,220".
func grouped(_ value: Int) -> String {
  let digits = String(value.magnitude)
  var result = ""
  for (index, digit) in digits.enumerated() {
    if index > 0, (digits.count - index) % 3 == 0 { result += "," }
    result.append(digit)
  }
  return value < 0 ? "-" + result : result
}

/// A bar of eighths of characters; any share above 0 shows.
///
/// - Parameter share: 0 to 1.
func bar(_ share: Double, columns: Int) -> String {
  let eighths = ["", "▏", "▎", "▍", "▌", "▋", "▊", "▉"]
  let exact = min(max(share, 0), 1) * Double(8 * columns)
  let length = share > 0 ? max(1, Int(exact.rounded())) : 0
  return String(repeating: "█", count: length / 8) + eighths[length % 8]
}
