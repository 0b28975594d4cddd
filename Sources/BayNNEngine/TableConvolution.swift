// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A convolution over an unsigned input of several bits, by tables of sums.
///
/// Up to five neighbouring elements of a window's row make a *group*. A group of g elements x
/// has 2^g sums of +x or -x; with M added for each element none of them is negative. A table
/// holds them all, and the bits of weights that an output has for the group choose one. The
/// sum of what all groups give is z + K at once, and thresholds are compared with integers.
struct TableShape {
  let strideY: Int
  let strideX: Int
  let kernelY: Int
  /// Elements that a row of the window sees, and groups of them.
  let run: Int
  let groups: Int

  /// Elements of a group: a table of 32 sums.
  static let group = 5
  /// Sums are below this, with their offset: 2 K fits 16 bits.
  private static let sumEnd = 1 << 15

  /// Bytes of unpacked rows.
  private static let rowsMax: UInt64 = 1 << 20

  /// Nil if a layer is not such a convolution, or would take too much memory.
  init?(_ layer: SumLayer, output: TensorShape) {
    guard let window = layer.window, layer.sourceShape.kind == .input, layer.inputPlanes > 1,
      !layer.isSigned, !window.y.isTransposed, window.y.dilation == 1, window.x.dilation == 1,
      layer.weights.sumMax < TableShape.sumEnd
    else { return nil }
    strideY = Int(window.y.stride)
    strideX = Int(window.x.stride)
    kernelY = Int(window.y.kernel)
    run = Int(window.x.kernel) &* layer.sourceShape.channels
    groups = (run &+ TableShape.group &- 1) / TableShape.group
    // All factors are below 2^16.
    let channels = layer.sourceShape.channels.wide
    let steps = (output.width &* strideX).wide &+ UInt64(window.x.kernel)
    let map = layer.sourceShape.width.wide &+ UInt64(window.x.pad)
    guard max(steps, map) &* channels &* (kernelY &+ 1).wide <= TableShape.rowsMax else {
      return nil
    }
  }

  /// Groups of a window.
  var tables: Int { kernelY &* groups }
  /// Words of codes of an output: six groups each.
  var codeWords: Int { (tables &+ 5) / 6 }
}

/// What a session keeps of such a convolution.
struct TablePlan {
  let shape: TableShape
  /// Bits of weights of each output, in groups of five.
  let codes: UnsafeMutablePointer<UInt32>
  /// Thresholds of each state and output; and the bits of a window in which all elements are
  /// 0, for each state.
  let thresholds: UnsafeMutablePointer<UInt16>
  let blank: UnsafeMutablePointer<UInt32>
  /// Source rows unpacked so far.
  var unpacked = 0

  /// The column of elements left of the map that a window sees.
  static func margin(_ layer: SumLayer) -> Int {
    guard let window = layer.window else { return 0 }
    return Int(window.x.pad) &* layer.sourceShape.channels
  }

  /// Writes codes, thresholds and the blank window.
  func fill(_ layer: SumLayer) {
    let weights = layer.weights
    codes.fill(0, count: weights.outputs &* shape.codeWords)
    for row in indices(layer.rows) {
      let line = row / max(1, shape.run)
      let inLine = row &- line &* shape.run
      let group = line &* shape.groups &+ inLine / TableShape.group
      let word = group / 6
      let bit = TableShape.group &* (group &- 6 &* word) &+ inLine % TableShape.group
      let bits = weights.rows + row &* weights.words
      for output in indices(weights.outputs) {
        let weight = bits[output >> 5] &>> UInt32(truncatingIfNeeded: output & 31) & 1
        codes[output &* shape.codeWords &+ word] |=
          weight &<< UInt32(truncatingIfNeeded: bit)
      }
    }
    for state in indices(weights.states) {
      let planes = weights.thresholds(state: state)
      let integers = BitMatrix(
        base: UnsafeMutablePointer(mutating: planes.planes), rows: planes.planeCount,
        words: weights.words)
      let row = blank + state &* weights.words
      row.fill(0, count: weights.words)
      for output in indices(weights.outputs) {
        let threshold = integers.integer(lane: output)
        thresholds[state &* weights.outputs &+ output] = UInt16(truncatingIfNeeded: threshold)
        if UInt32(truncatingIfNeeded: weights.sumMax) >= threshold {
          row[output >> 5] |= 1 &<< UInt32(truncatingIfNeeded: output & 31)
        }
      }
      for word in indices(weights.words) { row[word] ^= planes.inversions[word] }
    }
  }
}

/// What it works in, from the memory that layers share: a table for each group, and the source
/// rows that a window sees, as bytes between margins of zeros.
struct TableScratch {
  let tables: UnsafeMutablePointer<UInt32>
  let rows: UnsafeMutablePointer<UInt8>
  /// Where the rows of a window begin.
  let lines: UnsafeMutablePointer<UnsafePointer<UInt8>>
  let rowBytes: Int
  /// Elements before the first one of the map, in every row.
  let margin: Int

  static let tableWords = 16

  init(_ layer: SumLayer, _ shape: TableShape, output: TensorShape, _ arena: inout Arena) {
    let channels = layer.sourceShape.channels
    margin = TablePlan.margin(layer)
    // The last window ends here; unpacking writes whole blocks of eight on both sides.
    let end = (output.width &- 1) &* shape.strideX &* channels &+ shape.run
    rowBytes = max(end, margin &+ layer.sourceShape.width &* channels) &+ 16
    tables = arena.take(UInt32.self, count: shape.tables &* TableScratch.tableWords)
    rows = arena.take(UInt8.self, count: (shape.kernelY &+ 1) &* rowBytes)
    lines = arena.take(UnsafePointer<UInt8>.self, count: shape.kernelY)
  }
}

extension Placing {
  mutating func placeTables(
    _ layer: SumLayer, _ shape: TableShape, to output: Tensor, _ site: Site
  ) {
    let weights = layer.weights
    let plan = TablePlan(
      shape: shape, codes: arena.take(UInt32.self, count: weights.outputs &* shape.codeWords),
      thresholds: arena.take(UInt16.self, count: weights.states &* weights.outputs),
      blank: arena.take(UInt32.self, count: weights.states &* weights.words))
    let placed = arena.put(plan)
    placed?.pointee.fill(layer)
    var measure = Arena()
    _ = TableScratch(layer, shape, output: output.shape, &measure)
    placeSums(
      layer, to: output, site, .tables, plan: UnsafeMutableRawPointer(placed),
      scratchBytes: measure.bytes)
  }
}

extension SumState {
  /// Runs a row of output positions.
  ///
  /// - Returns: units of work.
  func runTables(_ run: PieceRun) -> Int {
    guard let plan = plan?.assumingMemoryBound(to: TablePlan.self) else { return 0 }
    let shape = plan.pointee.shape
    var arena = run.space.arena
    let scratch = TableScratch(layer, shape, output: output.shape, &arena)
    let windows = TableWindows(layer, shape, scratch)
    if run.piece == 0 {
      windows.clear()
      plan.pointee.unpacked = 0
    }
    let first = run.piece &* shape.strideY &- windows.top
    windows.unpack(source, from: max(first, plan.pointee.unpacked), to: first &+ shape.kernelY)
    plan.pointee.unpacked = max(plan.pointee.unpacked, first &+ shape.kernelY)
    windows.point(to: first)
    let width = output.shape.width
    let state = layer.weights.states > 1 ? run.state : 0
    for x in indices(width) {
      let offset = x &* shape.strideX &* layer.sourceShape.channels
      write(plan.pointee, windows, offset, state, at: run.piece &* width &+ x)
    }
    // About three instructions a group and output, ten an output and thirty a table.
    return width
      &* ((layer.weights.outputs &* (3 &* shape.tables &+ 10) &+ 30 &* shape.tables) / 10)
  }

  /// Writes what comes out at a position.
  private func write(
    _ plan: TablePlan, _ windows: TableWindows, _ offset: Int, _ state: Int, at position: Int
  ) {
    let weights = layer.weights
    let isBlank = !windows.fillTables(offset)
    guard layer.firesBits else {
      windows.read(plan.codes, into: output.integers + position &* weights.outputs)
      return
    }
    let row = position &* weights.words
    fire(plan, windows, state: state, isBlank: isBlank, into: output.memory + row)
    if let sibling {
      fire(plan, windows, state: 1 &- state, isBlank: isBlank, into: sibling + row)
    }
  }

  private func fire(
    _ plan: TablePlan, _ windows: TableWindows, state: Int, isBlank: Bool,
    into bits: UnsafeMutablePointer<UInt32>
  ) {
    let words = layer.weights.words
    if isBlank { return bits.copy(plan.blank + state &* words, count: words) }
    windows.fire(
      plan.codes, plan.thresholds + state &* layer.weights.outputs,
      inversions: layer.weights.thresholds(state: state).inversions, into: bits)
  }
}
