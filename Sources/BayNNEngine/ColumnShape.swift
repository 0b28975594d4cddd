// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// How the windows of a convolution over bits lie on its source.
struct ColumnShape {
  let strideY: Int
  let strideX: Int
  let kernelY: Int
  let kernelX: Int
  /// Rows and columns of a window that lie outside of the map at most, at each end.
  let top: Int
  let left: Int
  let bottom: Int
  let right: Int

  /// Bytes of sums of weights for windows that lie across a border.
  private static let bordersMax: UInt64 = 8192

  /// Nil if the layer is not such a convolution, or would take too much memory.
  init?(_ layer: UnsafePointer<SumLayer>, output: TensorShape) {
    guard let window = layer.pointee.window, layer.pointee.sourceShape.kind == .codes,
      layer.pointee.inputPlanes == 1, layer.pointee.isSigned,
      let y = window.y.plain(outputs: output.height),
      let x = window.x.plain(outputs: output.width)
    else { return nil }
    (strideY, kernelY, top, bottom) = y
    (strideX, kernelX, left, right) = x
    // Below 2^18 ways, since no kernel has more than 2^16 taps, and 2^15 words of each.
    let words = layer.pointee.weights.totalPlanes &* layer.pointee.weights.words
    guard borders.wide &* words.wide <= ColumnShape.bordersMax / 4 else { return nil }
  }

  /// Ways to lie across the borders; the first one is to lie within the map.
  var borders: Int { (1 &+ top &+ bottom) &* borderColumns }
  var borderColumns: Int { 1 &+ left &+ right }

  /// The number of the first way to lack so many rows at either end; those that lack columns
  /// follow.
  func border(above: Int, below: Int) -> Int {
    (below > 0 ? top &+ below : above) &* borderColumns
  }

  /// How many ways further on those are that lack so many columns at either end.
  @inline(__always)
  func border(before: Int, behind: Int) -> Int { behind > 0 ? left &+ behind : before }
}

extension Window.Axis {
  /// Stride, kernel, and the taps out of range at the first and the last position, if a
  /// window lacks taps at one end only and always sees something.
  fileprivate func plain(outputs: Int) -> (Int, Int, Int, Int)? {
    guard !isTransposed, dilation == 1, pad < kernel, kernel <= size else { return nil }
    let last = (outputs &- 1) &* Int(stride) &- Int(pad)
    guard last < Int(size) else { return nil }
    return (Int(stride), Int(kernel), Int(pad), max(0, last &+ Int(kernel) &- Int(size)))
  }
}

/// The sums of all weights that a window sees, as 0 or 1, for each way to lie across a border:
/// planes of a lane for each output.
struct BorderTotals {
  private let base: UnsafeMutablePointer<UInt32>
  private let planes: Int
  private let words: Int

  init(_ layer: UnsafePointer<SumLayer>, _ shape: ColumnShape, _ arena: inout Arena) {
    planes = layer.pointee.weights.totalPlanes
    words = layer.pointee.weights.words
    base = arena.take(UInt32.self, count: shape.borders &* planes &* words)
  }

  subscript(border: Int) -> UnsafeMutablePointer<UInt32> { base + border &* planes &* words }

  /// Counts them all: from those of a window that lies in the map, a row or column of taps
  /// after the other is taken off.
  @inline(never)
  func fill(_ layer: UnsafePointer<SumLayer>, _ shape: UnsafePointer<ColumnShape>) {
    guard let totals = layer.pointee.weights.totals else { return }
    self[0].copy(totals, count: planes &* words)
    for y in indices(1 &+ shape.pointee.top &+ shape.pointee.bottom) {
      let isBottom = y > shape.pointee.top
      let first = isBottom ? 0 : y
      let end = isBottom ? shape.pointee.kernelY &- (y &- shape.pointee.top) : shape.pointee.kernelY
      // From the way that sees one row of taps more.
      if y > 0 {
        let before = isBottom && end == shape.pointee.kernelY &- 1 ? 0 : y &- 1
        let row = isBottom ? end : first &- 1
        take(
          layer, shape, row, row &+ 1, 0, shape.pointee.kernelX,
          from: before &* shape.pointee.borderColumns,
          to: y &* shape.pointee.borderColumns)
      }
      for x in indices(from: 1, shape.pointee.borderColumns) {
        let isRight = x > shape.pointee.left
        let column = isRight ? shape.pointee.kernelX &- (x &- shape.pointee.left) : x &- 1
        let before = isRight && column == shape.pointee.kernelX &- 1 ? 0 : x &- 1
        take(
          layer, shape, first, end, column, column &+ 1,
          from: y &* shape.pointee.borderColumns &+ before,
          to: y &* shape.pointee.borderColumns &+ x)
      }
    }
  }

  /// Takes the weights of some taps off the sums of a way, and makes them those of another.
  @inline(never)
  private func take(
    _ layer: UnsafePointer<SumLayer>, _ shape: UnsafePointer<ColumnShape>, _ firstY: Int,
    _ endY: Int,
    _ firstX: Int,
    _ endX: Int, from source: Int, to target: Int
  ) {
    self[target].copy(self[source], count: planes &* words)
    let channels = layer.pointee.sourceShape.channels
    for y in indices(from: firstY, endY) {
      let row = (y &* shape.pointee.kernelX &+ firstX) &* channels
      for word in indices(words) {
        LaneTotals.subtract(
          layer.pointee.weights.rows + (row &* words &+ word),
          rows: (endX &- firstX) &* channels, from: self[target] + word, planes: planes,
          stride: words)
      }
    }
  }
}
