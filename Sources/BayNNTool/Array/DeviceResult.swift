// SPDX-License-Identifier: Apache-2.0

/// What one device of a study has shown.
struct DeviceResult: Codable, Equatable, Sendable {
  struct Scrub: Codable, Equatable, Sendable {
    var rows: Int
    var rowsWrong: Int
    /// Wrong cells found, and left after that.
    var cellsWrong: Int
    var cellsLeft: Int
    /// Words of 32 weights with more wrong bits than check bits can correct.
    var wordsUncorrectable: Int
  }

  var seed: UInt64
  /// Why the device could not be used; the rest is then absent.
  var failure: String?
  var metrics: [ArrayMetric: Double] = [:]
  /// Cells that stayed wrong after programming, and weights that are wrong in an image.
  var cellsWrong: Int?
  var weightsWrong: Int?
  var scrub: Scrub?
  /// How often the most written row has been written at the end.
  var rowWritesMax: Int?
  /// CRC-32 of all predictions.
  var hash: String?
  var programming: Operations?
  var scrubbing: Operations?
  /// Of all calibration inputs together.
  var calibration: Operations?
  /// Of an input, on average.
  var inference: Operations?
}
