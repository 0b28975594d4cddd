// SPDX-License-Identifier: Apache-2.0
import CBayNN

/// The labels of a map, one character each, in steps if the map is large: the number of the
/// class, or "?" where the policy abstains.
struct MapPicture {
  /// Ended by a newline.
  let text: String

  private static let columnsMax = 64
  private static let symbols = Array(".123456789abcdefghijklmnopqrstuvwxyz")

  init(by predictor: some Predictor, model: ModelSummary) throws {
    let (height, width) = (model.mapShape[0], model.mapShape[1])
    let step = max(1, (width + MapPicture.columnsMax - 1) / MapPicture.columnsMax)
    let size = step > 1 ? ", every \(step)th row and column" : ""
    var text = "labels of \(height) x \(width) positions\(size); ? abstains\n"
    for row in stride(from: 0, to: height, by: step) {
      for column in stride(from: 0, to: width, by: step) {
        let prediction = try predictor.prediction(at: row * width + column)
        let label = Int(prediction.label)
        let symbol = label < MapPicture.symbols.count ? MapPicture.symbols[label] : "+"
        text.append(prediction.abstains ? "?" : symbol)
      }
      text += "\n"
    }
    self.text = text
  }
}
