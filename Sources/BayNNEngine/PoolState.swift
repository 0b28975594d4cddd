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

  /// Runs output positions of a row.
  ///
  /// - Returns: units of work.
  fileprivate func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let piece = run.pointee.take(of: layer.output)
    let start = piece.y &* layer.output.width
    output.clear(from: start &+ piece.first, to: start &+ piece.end)
    let isSigns = layer.isMaximum && layer.output.bits == 1
    let rows = layer.window.y.seen(by: piece.y)
    var work = 0
    for x in indices(from: piece.first, piece.end) {
      let seen = Seen(rows: rows, columns: layer.window.x.seen(by: x))
      if isSigns {
        join(seen, start &+ x)
      } else {
        for c in indices(layer.sourceShape.channels) { reduce(seen, start &+ x, c) }
      }
      work &+= layer.sourceShape.channels &* seen.positions &* Work.element
    }
    return work
  }

  /// The source positions that an output position sees.
  private struct Seen {
    let rows: (first: Int, end: Int)
    let columns: (first: Int, end: Int)

    var positions: Int { (rows.end &- rows.first) &* (columns.end &- columns.first) }
  }

  /// The maximum of signs is their OR, 32 channels at once.
  private func join(_ seen: Seen, _ position: Int) {
    let target = output.row(plane: 0, position)
    for y in indices(from: seen.rows.first, seen.rows.end) {
      for x in indices(from: seen.columns.first, seen.columns.end) {
        let row = source.row(plane: 0, y &* layer.sourceShape.width &+ x)
        for word in indices(layer.sourceShape.words) { target[word] |= row[word] }
      }
    }
  }

  private func reduce(_ seen: Seen, _ position: Int, _ channel: Int) {
    // A sum is below 2^31; every window sees a position.
    var sum: Int32 = 0
    var largest = Int32.min
    for y in indices(from: seen.rows.first, seen.rows.end) {
      for x in indices(from: seen.columns.first, seen.columns.end) {
        let value = source.value(y &* layer.sourceShape.width &+ x, channel)
        sum &+= value
        largest = max(largest, value)
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

extension UnsafeMutablePointer<PoolState> {
  func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int { pointee.run(run) }
}
