// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A pool at work (SPEC 3.12).
struct PoolState {
  let layer: PoolLayer
  let source: Tensor
  let output: Tensor

  static func place(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    let layer = try PoolLayer(reading)
    let output = placing.pointee.takeTensor(layer.output)
    let source = placing.pointee.tensor(layer.source, layer.sourceShape)
    placing.pointee.place(PoolState(layer: layer, source: source, output: output))
  }

  /// - Returns: units of work.
  func run() -> Int {
    if layer.output.kind == .codes { output.clear() }
    let isSigns = layer.isMaximum && layer.output.bits == 1
    let width = layer.output.width
    for y in indices(layer.output.height) {
      for x in indices(width) {
        let position = y &* width &+ x
        if isSigns {
          join(y, x, position)
        } else {
          for c in indices(layer.sourceShape.channels) { reduce(y, x, position, c) }
        }
      }
    }
    return layer.output.elements &* layer.window.taps &* Work.element
  }

  /// The source position that a tap sees; negative if out of range.
  @inline(__always)
  private func sourcePosition(_ y: Int, _ x: Int, _ tapY: Int, _ tapX: Int) -> Int {
    let sourceY = layer.window.y.source(of: y, tap: tapY)
    let sourceX = layer.window.x.source(of: x, tap: tapX)
    return sourceY < 0 || sourceX < 0
      ? -1 : sourceY &* layer.sourceShape.width &+ sourceX
  }

  /// The maximum of signs is their OR, 32 channels at once.
  private func join(_ y: Int, _ x: Int, _ position: Int) {
    let target = output.row(plane: 0, position)
    for tapY in indices(Int(layer.window.y.kernel)) {
      for tapX in indices(Int(layer.window.x.kernel)) {
        let seen = sourcePosition(y, x, tapY, tapX)
        if seen >= 0 {
          let row = source.row(plane: 0, seen)
          for word in indices(layer.sourceShape.words) { target[word] |= row[word] }
        }
      }
    }
  }

  private func reduce(_ y: Int, _ x: Int, _ position: Int, _ channel: Int) {
    // A sum is below 2^31; every window sees a position.
    var sum: Int32 = 0
    var largest = Int32.min
    for tapY in indices(Int(layer.window.y.kernel)) {
      for tapX in indices(Int(layer.window.x.kernel)) {
        let seen = sourcePosition(y, x, tapY, tapX)
        if seen >= 0 {
          let value = source.value(seen, channel)
          sum &+= value
          largest = max(largest, value)
        }
      }
    }
    if layer.output.kind == .codes {
      // From the value 2 x - M back to the code.
      let code = (largest &+ Int32(bitPattern: layer.output.bound)) >> 1
      output.setCode(position, channel, UInt32(bitPattern: code))
    } else {
      let index = position &* layer.output.channels &+ channel
      output.integers[index] = layer.isMaximum ? largest : sum
    }
  }
}
