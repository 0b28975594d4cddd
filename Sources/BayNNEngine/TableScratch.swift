// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// What a convolution by tables works in, from the memory that layers share: a table for each
/// group of the window at work, and the source rows that windows see, as bytes between margins
/// of zeros.
struct TableScratch {
  /// Words of a table: 32 sums of 16 bits.
  private static let tableWords = 16
  /// Unpacking writes so many bytes to either side of a row at most.
  private static let slack = 8

  private let tables: UnsafeMutablePointer<UInt32>
  /// z + K of each output: at most 2 K.
  let sums: UnsafeMutablePointer<UInt16>
  /// A slot for each row of the kernel, and one for all rows that are outside of the map.
  private let rows: UnsafeMutablePointer<UInt8>
  private let rowBytes: Int
  /// Where the rows of a window begin.
  private let lines: UnsafeMutablePointer<UnsafePointer<UInt8>>

  init(
    _ layer: UnsafePointer<SumLayer>, _ shape: TableShape, output: TensorShape,
    _ arena: inout Arena
  ) {
    let source = layer.pointee.sourceShape
    let elements = source.width &* source.channels
    let seen = (output.width &- 1) &* shape.strideX &+ shape.run
    rowBytes = max(seen, shape.left &+ elements) &+ 2 &* TableScratch.slack
    tables = arena.take(UInt32.self, count: shape.tables &* TableScratch.tableWords)
    sums = arena.take(UInt16.self, count: layer.pointee.weights.outputs)
    rows = arena.take(UInt8.self, count: (shape.kernelY &+ 1) &* rowBytes)
    lines = arena.take(UnsafePointer<UInt8>.self, count: shape.kernelY)
  }

  /// Makes all elements 0: those outside of the map stay so.
  func clear(_ shape: TableShape) { rows.fill(0, count: (shape.kernelY &+ 1) &* rowBytes) }

  /// The row of a source row, from the first element that a window sees on.
  private func row(_ slot: Int) -> UnsafeMutablePointer<UInt8> {
    rows + (slot &* rowBytes &+ TableScratch.slack)
  }

  /// Unpacks source rows `first` ..< `end`, as far as there are any.
  func unpack(_ source: Tensor, _ shape: TableShape, from first: Int, to end: Int) {
    let elements = source.shape.width &* source.shape.channels
    for y in indices(from: max(0, first), min(end, source.shape.height)) {
      var target = row(y % max(1, shape.kernelY)) + shape.left
      let start = y &* elements
      // Blocks of eight lanes; of the first and the last one, bytes of other rows are made 0.
      var lane = start & ~7
      target -= start &- lane
      while lane < start &+ elements {
        var (low, high) = Input.unpack(source.planes, lane: lane)
        if lane < start { TableScratch.keep(&low, &high, from: start &- lane) }
        let left = start &+ elements &- lane
        if left < 8 { TableScratch.keep(&low, &high, below: left) }
        TableScratch.store(low, target)
        TableScratch.store(high, target + 4)
        target += 8
        lane &+= 8
      }
    }
  }

  /// Keeps the bytes from number `first` on, 1 ... 7.
  private static func keep(_ low: inout UInt32, _ high: inout UInt32, from first: Int) {
    let bits = UInt32(truncatingIfNeeded: 8 &* (first & 3))
    if first < 4 {
      low &= ~0 &<< bits
    } else {
      low = 0
      high &= ~0 &<< bits
    }
  }

  /// Keeps the bytes below number `end`, 1 ... 7.
  private static func keep(_ low: inout UInt32, _ high: inout UInt32, below end: Int) {
    let bits = UInt32(truncatingIfNeeded: 8 &* (end & 3))
    if end < 4 {
      low &= ~(~0 &<< bits)
      high = 0
    } else {
      high &= ~(~0 &<< bits)
    }
  }

  @inline(__always)
  private static func store(_ bytes: UInt32, _ target: UnsafeMutablePointer<UInt8>) {
    target[0] = UInt8(truncatingIfNeeded: bytes)
    target[1] = UInt8(truncatingIfNeeded: bytes >> 8)
    target[2] = UInt8(truncatingIfNeeded: bytes >> 16)
    target[3] = UInt8(truncatingIfNeeded: bytes >> 24)
  }

  /// Makes source row `first` the first one that windows see.
  func point(to first: Int, _ shape: TableShape, height: Int) {
    for tap in indices(shape.kernelY) {
      let y = first &+ tap
      let isInMap = y >= 0 && y < height
      lines[tap] = UnsafePointer(
        row(isInMap ? y % max(1, shape.kernelY) : shape.kernelY))
    }
  }

  /// True if all elements of the window that begins at an offset are 0.
  @inline(__always)
  func isBlank(_ shape: TableShape, _ offset: Int) -> Bool {
    for tap in indices(shape.kernelY) {
      let elements = lines[tap] + offset
      for i in indices(shape.run) where elements[i] != 0 { return false }
    }
    return true
  }

  /// Fills the tables of the window that begins at an offset.
  @inline(never)
  func fillTables(_ shape: TableShape, _ offset: Int, most: Int) {
    var table = tables
    for tap in indices(shape.kernelY) {
      var elements = lines[tap] + offset
      var left = shape.run
      while left > 0 {
        TableScratch.fill(table, elements, count: min(left, TableShape.group), most)
        elements += TableShape.group
        left &-= TableShape.group
        table += TableScratch.tableWords
      }
    }
  }

  /// Fills the table of a group: sum number b has +x for the elements whose bit in b is 1, and
  /// -x for the others. Two sums lie in a word; each is between 0 and 2 * 5 * 255.
  @inline(__always)
  private static func fill(
    _ table: UnsafeMutablePointer<UInt32>, _ x: UnsafePointer<UInt8>, count: Int, _ most: Int
  ) {
    let x0 = UInt32(x[0])
    var (x1, x2, x3, x4): (UInt32, UInt32, UInt32, UInt32) = (0, 0, 0, 0)
    if count == TableShape.group {
      (x1, x2, x3, x4) = (UInt32(x[1]), UInt32(x[2]), UInt32(x[3]), UInt32(x[4]))
    } else {
      if count > 1 { x1 = UInt32(x[1]) }
      if count > 2 { x2 = UInt32(x[2]) }
      if count > 3 { x3 = UInt32(x[3]) }
    }
    let least = UInt32(truncatingIfNeeded: count &* most) &- x0 &- x1 &- x2 &- x3 &- x4
    // Twice the element, in both halves.
    let (d1, d2, d3, d4) = (x1 &* 0x2_0002, x2 &* 0x2_0002, x3 &* 0x2_0002, x4 &* 0x2_0002)
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

  /// Sums what all outputs choose: z + K.
  @inline(never)
  func addUp(_ plan: UnsafePointer<TablePlan>, outputs: Int) {
    var choices = UnsafePointer(plan.pointee.choices)
    var bank = UnsafeRawPointer(tables)
    var left = plan.pointee.shape.tables
    sums.fill(0, count: outputs)
    while left > 0 {
      if left >= TableShape.bank {
        addBank(&choices, bank, outputs: outputs)
      } else {
        addRest(&choices, bank, count: left, outputs: outputs)
      }
      bank += TableShape.bank * 4 * TableScratch.tableWords
      left &-= TableShape.bank
    }
  }

  @inline(__always)
  private func addBank(
    _ choices: inout UnsafePointer<UInt8>, _ bank: UnsafeRawPointer, outputs: Int
  ) {
    var choice = choices
    var sum = sums
    let end = sums + outputs
    while sum < end {
      var value = UInt32(sum.pointee)
      value &+= TableScratch.load(bank, choice[0]) &+ TableScratch.load(bank, choice[1])
      value &+= TableScratch.load(bank, choice[2]) &+ TableScratch.load(bank, choice[3])
      value &+= TableScratch.load(bank, choice[4])
      sum.pointee = UInt16(truncatingIfNeeded: value)
      sum += 1
      choice += TableShape.bank
    }
    choices = choice
  }

  @inline(__always)
  private func addRest(
    _ choices: inout UnsafePointer<UInt8>, _ bank: UnsafeRawPointer, count: Int, outputs: Int
  ) {
    for output in indices(outputs) {
      for _ in indices(count) {
        let value = TableScratch.load(bank, choices.pointee)
        sums[output] &+= UInt16(truncatingIfNeeded: value)
        choices += 1
      }
    }
  }

  /// One sum of a bank of tables.
  @inline(__always)
  private static func load(_ bank: UnsafeRawPointer, _ choice: UInt8) -> UInt32 {
    UInt32(bank.load(fromByteOffset: 2 &* Int(choice), as: UInt16.self))
  }
}
