// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The windows of a row of output positions: source rows as bytes, and the tables of the
/// window at work.
struct TableWindows {
  private let layer: SumLayer
  private let shape: TableShape
  private let scratch: TableScratch
  /// Source rows above the map that the first window sees.
  let top: Int

  init(_ layer: SumLayer, _ shape: TableShape, _ scratch: TableScratch) {
    self.layer = layer
    self.shape = shape
    self.scratch = scratch
    top = layer.window.map { Int($0.y.pad) } ?? 0
  }

  /// Makes all elements 0: those outside of the map stay so.
  func clear() {
    scratch.rows.fill(0, count: (shape.kernelY &+ 1) &* scratch.rowBytes)
  }

  /// Row number `kernelY` stands for all that are outside of the map.
  private func row(_ y: Int) -> UnsafeMutablePointer<UInt8> {
    let isInMap = y >= 0 && y < layer.sourceShape.height
    let slot = isInMap ? y % max(1, shape.kernelY) : shape.kernelY
    return scratch.rows + slot &* scratch.rowBytes
  }

  /// Unpacks source rows `first` ..< `end`, as far as there are any.
  func unpack(_ source: Tensor, from first: Int, to end: Int) {
    let elements = layer.sourceShape.width &* layer.sourceShape.channels
    for y in indices(from: max(0, first), min(end, layer.sourceShape.height)) {
      let target = row(y) + scratch.margin
      let start = y &* elements
      // Blocks of eight lanes; of the first and the last one a part.
      var lane = start & ~7
      while lane < start &+ elements {
        let (low, high) = Input.unpack(source.planes, lane: lane)
        store(low, lane &- start, elements, target)
        store(high, lane &+ 4 &- start, elements, target)
        lane &+= 8
      }
    }
  }

  /// Stores four bytes from element `first` on, as far as they are elements of the row.
  @inline(__always)
  private func store(
    _ bytes: UInt32, _ first: Int, _ count: Int, _ row: UnsafeMutablePointer<UInt8>
  ) {
    var rest = bytes
    for element in indices(from: first, first &+ 4) {
      if element >= 0 && element < count {
        row[element] = UInt8(truncatingIfNeeded: rest)
      }
      rest >>= 8
    }
  }

  /// Makes source row `first` the first one that the windows see.
  func point(to first: Int) {
    for tap in indices(shape.kernelY) {
      scratch.lines[tap] = UnsafePointer(row(first &+ tap))
    }
  }

  /// Fills the tables of the window whose rows begin at an offset; false, and only the first
  /// is filled or none, if all of its elements are 0.
  func fillTables(_ offset: Int) -> Bool {
    guard isAnySet(offset) || !layer.firesBits else { return false }
    var table = scratch.tables
    for tap in indices(shape.kernelY) {
      var elements = scratch.lines[tap] + offset
      var left = shape.run
      while left > 0 {
        TableWindows.fill(table, elements, count: min(left, TableShape.group), layer.inputMax)
        elements += TableShape.group
        left &-= TableShape.group
        table += TableScratch.tableWords
      }
    }
    return true
  }

  private func isAnySet(_ offset: Int) -> Bool {
    for tap in indices(shape.kernelY) {
      let elements = scratch.lines[tap] + offset
      for i in indices(shape.run) where elements[i] != 0 { return true }
    }
    return false
  }

  /// Fills the table of a group: sum number b has +x for the elements whose bit in b is 1, and
  /// -x for the others. Two sums lie in a word; each is between 0 and 2 * 5 * 255.
  @inline(__always)
  static func fill(
    _ table: UnsafeMutablePointer<UInt32>, _ x: UnsafePointer<UInt8>, count: Int, _ most: Int
  ) {
    let x0 = UInt32(x[0])
    let x1 = count > 1 ? UInt32(x[1]) : 0
    let x2 = count > 2 ? UInt32(x[2]) : 0
    let x3 = count > 3 ? UInt32(x[3]) : 0
    let x4 = count > 4 ? UInt32(x[4]) : 0
    let least =
      UInt32(truncatingIfNeeded: count &* most) &- x0 &- x1 &- x2 &- x3 &- x4
    // Twice the element, in both halves.
    let (d1, d2, d3, d4) = (
      x1 &* 0x2_0002, x2 &* 0x2_0002, x3 &* 0x2_0002, x4 &* 0x2_0002
    )
    let t0 = least &* 0x1_0001 &+ x0 &<< 17
    let t1 = t0 &+ d1
    let t2 = t0 &+ d2
    let t3 = t1 &+ d2
    let t4 = t0 &+ d3
    let t5 = t1 &+ d3
    let t6 = t2 &+ d3
    let t7 = t3 &+ d3
    table[0] = t0
    table[1] = t1
    table[2] = t2
    table[3] = t3
    table[4] = t4
    table[5] = t5
    table[6] = t6
    table[7] = t7
    table[8] = t0 &+ d4
    table[9] = t1 &+ d4
    table[10] = t2 &+ d4
    table[11] = t3 &+ d4
    table[12] = t4 &+ d4
    table[13] = t5 &+ d4
    table[14] = t6 &+ d4
    table[15] = t7 &+ d4
  }

  /// z + K of the output whose codes these are.
  @inline(__always)
  private func sum(_ codes: UnsafePointer<UInt32>) -> UInt32 {
    var tables = UnsafeRawPointer(scratch.tables)
    var sum: UInt32 = 0
    var word = codes
    var left = shape.tables
    while left > 0 {
      let code = word.pointee
      sum &+= TableWindows.sum(tables, code, 0)
      // A whole word without a branch for each group.
      if left >= 5 {
        sum &+= TableWindows.sum(tables, code, 1)
        sum &+= TableWindows.sum(tables, code, 2)
        sum &+= TableWindows.sum(tables, code, 3)
        sum &+= TableWindows.sum(tables, code, 4)
        if left >= 6 { sum &+= TableWindows.sum(tables, code, 5) }
      } else {
        for group in indices(from: 1, left) { sum &+= TableWindows.sum(tables, code, group) }
      }
      tables += 6 * 4 * TableScratch.tableWords
      word += 1
      left &-= 6
    }
    return sum
  }

  /// What one group of a word of codes chooses.
  @inline(__always)
  private static func sum(_ tables: UnsafeRawPointer, _ code: UInt32, _ group: Int) -> UInt32 {
    let choice = (code &>> UInt32(truncatingIfNeeded: 5 &* group)) & 31
    let table = tables + 4 * tableBytesPerWord &* group
    return UInt32(table.load(fromByteOffset: 2 &* choice.int, as: UInt16.self))
  }

  private static var tableBytesPerWord: Int { TableScratch.tableWords }

  /// Compares all outputs with their thresholds.
  func fire(
    _ codes: UnsafePointer<UInt32>, _ thresholds: UnsafePointer<UInt16>,
    inversions: UnsafePointer<UInt32>, into bits: UnsafeMutablePointer<UInt32>
  ) {
    let outputs = layer.weights.outputs
    var code = codes
    var threshold = thresholds
    for word in indices(layer.weights.words) {
      var fired: UInt32 = 0
      let lanes = min(32, outputs &- 32 &* word)
      for lane in indices(lanes) {
        let isReached = sum(code) >= UInt32(threshold.pointee)
        fired |= (isReached ? 1 : 0) &<< UInt32(truncatingIfNeeded: lane)
        code += shape.codeWords
        threshold += 1
      }
      bits[word] = (fired ^ inversions[word]) & tailMask(lanes: lanes)
    }
  }

  /// Reads z of all outputs.
  func read(_ codes: UnsafePointer<UInt32>, into values: UnsafeMutablePointer<Int32>) {
    let most = UInt32(truncatingIfNeeded: layer.weights.sumMax)
    for output in indices(layer.weights.outputs) {
      values[output] = Int32(bitPattern: sum(codes + output &* shape.codeWords) &- most)
    }
  }
}
