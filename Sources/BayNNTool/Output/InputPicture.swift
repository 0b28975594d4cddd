// SPDX-License-Identifier: Apache-2.0

/// An input drawn with characters: a picture, or for one row, a curve.
struct InputPicture {
  /// Ended by a newline.
  let text: String

  private static let columnsMax = 64
  private static let ramp = Array(" .:-=+*#%@")
  private static let levels = Array("▁▂▃▄▅▆▇█")

  /// Channels are averaged, and large inputs shown smaller.
  init(_ input: UnsafeBufferPointer<UInt8>, of model: ModelSummary) {
    let (height, width) = (model.inputShape[0], model.inputShape[1])
    let channels = model.inputShape[2]
    // One row or one column is a curve.
    let isCurve = height == 1 || width == 1
    let (rows, columns) = isCurve ? (1, height * width) : (height, width)
    // A character is about twice as high as wide.
    let wide = isCurve ? 1 : 2
    let step = max(1, (columns * wide + InputPicture.columnsMax - 1) / InputPicture.columnsMax)
    var text = ""
    for row in stride(from: 0, to: rows, by: step) {
      for column in stride(from: 0, to: columns, by: step) {
        var (sum, count) = (0, 0)
        for y in row..<min(row + step, rows) {
          for x in column..<min(column + step, columns) {
            for c in 0..<channels { sum += Int(input[(y * columns + x) * channels + c]) }
            count += channels
          }
        }
        let share = Double(sum) / Double(count * model.inputMaximum)
        let characters = isCurve ? InputPicture.levels : InputPicture.ramp
        let place = min(Int(share * Double(characters.count)), characters.count - 1)
        text += String(repeating: characters[place], count: wide)
      }
      text += "\n"
    }
    self.text = text
  }
}
