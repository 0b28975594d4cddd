// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A convolution over bits, column by column.
///
/// A window sees some columns of source positions, as many positions of each as the kernel is
/// high. The rows of weights that the active channels of one such column select are listed
/// once, and the list serves all windows that see the column: seen through the next tap, the
/// rows are the same number of rows further on. What is active are the ones or the zeros,
/// whichever are rarer in the map.
///
/// With S the sum of the weights, as 0 or 1, that the lists select, T the sum of all weights
/// in range and n the rows in range, a = 2 S - T + zeros, or a = T - 2 S + zeros, is how many
/// weights agree with their inputs, z = 2 a - n, and so c = (K - n) / 2 + a.
struct ColumnPlan {
  var shape: ColumnShape
  let totals: BorderTotals
  /// The zeros are listed, not the ones.
  var listsZeros = false
  /// Columns listed so far, of the row of output positions at work.
  var listed = 0
}

/// What it works in, from the memory that layers share: a list for each column that a window
/// sees, and counters.
struct ColumnScratch {
  /// Of a window, one for each of its columns.
  let lists: UnsafeMutablePointer<ColumnList>
  /// Entries of a column, padding included; columns share them modulo the kernel's width.
  let entries: UnsafeMutablePointer<UInt32>
  let entriesMax: Int
  let counts: UnsafeMutablePointer<UInt32>
  let counters: BitMatrix

  init(_ layer: UnsafePointer<SumLayer>, _ shape: ColumnShape, _ arena: inout Arena) {
    // Even, so that every list is aligned to 8 bytes: counters load two entries at once.
    entriesMax =
      (shape.kernelY &* layer.pointee.sourceShape.channels &+ RowList.paddingMax &+ 1) & ~1
    lists = arena.take(ColumnList.self, count: shape.kernelX)
    counts = arena.take(UInt32.self, count: shape.kernelX)
    entries = arena.take(UInt32.self, count: shape.kernelX &* entriesMax)
    counters = arena.takeBits(
      rows: layer.pointee.counterPlanes, words: layer.pointee.weights.words)
  }
}

extension Placing {
  @inline(never)
  mutating func placeColumns(
    _ layer: UnsafePointer<SumLayer>, _ shape: ColumnShape, to output: Tensor, _ site: Site
  ) {
    let totals = BorderTotals(layer, shape, &arena)
    let plan = arena.put(ColumnPlan(shape: shape, totals: totals))
    var measure = Arena()
    _ = ColumnScratch(layer, shape, &measure)
    placeSums(
      layer, to: output, site, .columns, plan: UnsafeMutableRawPointer(plan),
      scratchBytes: measure.bytes)
  }
}

extension UnsafeMutablePointer<SumState> {
  /// Runs output positions of a row.
  ///
  /// - Returns: units of work.
  func runColumns(_ run: UnsafeMutablePointer<PieceRun>, _ piece: MapPiece) -> Int {
    guard let plan = pointee.plan?.assumingMemoryBound(to: ColumnPlan.self) else { return 0 }
    var arena = run.pointee.space.arena
    let scratch = ColumnScratch(&pointee.layer, plan.pointee.shape, &arena)
    if run.pointee.piece == 0 { plan.pointee.listsZeros = hasMoreOnes }
    if piece.first == 0 || run.pointee.isFirstOfCall { plan.pointee.listed = 0 }
    var row = ColumnRow(self, plan, scratch, y: piece.y)
    let state = run.pointee.state
    let start = piece.y &* pointee.output.shape.width
    var work = 0
    for x in indices(from: piece.first, piece.end) {
      let parity = row.count(x)
      work &+= write(scratch.counters, parity, state, at: start &+ x)
    }
    plan.pointee.listed = row.listed
    return work &+ row.work(windows: piece.end &- piece.first)
  }

  /// True if more than half of the map's bits are ones, as every fourth of its words has it.
  private var hasMoreOnes: Bool {
    let words = pointee.layer.sourceShape.memoryWords
    var ones = 0
    var lanes = 0
    var word = 0
    while word < words {
      ones &+= pointee.inputs[word].nonzeroBitCount
      lanes &+= 32
      word &+= 4
    }
    return 2 &* ones > lanes
  }
}

/// A row of windows under way.
private struct ColumnRow {
  private let sums: BinarySums
  private let totals: BorderTotals
  private let shape: ColumnShape
  private let scratch: ColumnScratch
  private let listsZeros: Bool
  private let totalPlanes: Int
  private let channels: Int
  private let rowBytes: Int
  /// Words of a position of the source, and lanes of the last of them.
  private let sourceWords: Int
  private let sourceTail: UInt32
  private let sourceWidth: Int
  /// The first source row that is seen in range, and its tap; and the rows seen.
  private let source: UnsafePointer<UInt32>
  private let firstTap: Int
  private let taps: Int
  /// The way to lie across the upper or lower border.
  private let border: Int
  /// Columns listed so far, and rows visited.
  private(set) var listed: Int
  private var visited = 0

  init(
    _ state: UnsafeMutablePointer<SumState>, _ plan: UnsafeMutablePointer<ColumnPlan>,
    _ scratch: ColumnScratch, y: Int
  ) {
    let sourceShape = state.pointee.layer.sourceShape
    sums = BinarySums(
      weights: state.pointee.layer.weights.matrix(copy: 0, bit: 0), counters: scratch.counters)
    totals = plan.pointee.totals
    shape = plan.pointee.shape
    self.scratch = scratch
    listsZeros = plan.pointee.listsZeros
    listed = plan.pointee.listed
    totalPlanes = state.pointee.layer.weights.totalPlanes
    channels = sourceShape.channels
    rowBytes = 4 &* state.pointee.layer.weights.words
    sourceWords = sourceShape.words
    sourceTail = tailMask(lanes: channels)
    sourceWidth = sourceShape.width
    let sourceY = y &* shape.strideY &- shape.top
    firstTap = max(0, 0 &- sourceY)
    taps = min(shape.kernelY, sourceShape.height &- sourceY) &- firstTap
    border = shape.border(above: firstTap, below: shape.kernelY &- firstTap &- taps)
    source = UnsafePointer(
      state.pointee.inputs + (sourceY &+ firstTap) &* sourceWidth &* sourceWords)
  }

  /// Counts the window of an output position.
  ///
  /// - Returns: the parity of its sums.
  @inline(__always)
  mutating func count(_ x: Int) -> UInt32 {
    let sourceX = x &* shape.strideX &- shape.left
    let first = max(0, 0 &- sourceX)
    let end = min(shape.kernelX, sourceWidth &- sourceX)
    listed = max(listed, sourceX)
    while listed < sourceX &+ end {
      list(column: listed)
      listed &+= 1
    }
    var entries = 0
    var slot = (sourceX &+ first) % max(1, shape.kernelX)
    for tap in indices(from: first, end) {
      entries &+= turn(slot, tap: tap, to: tap &- first)
      slot = slot &+ 1 == shape.kernelX ? 0 : slot &+ 1
    }
    let columns = end &- first
    let rows = taps &* columns &* channels
    let zeros = listsZeros ? entries : rows &- entries
    // K is the number of all rows.
    let spare = sums.weights.inputs &- rows
    let way = border &+ shape.border(before: first, behind: shape.kernelX &- end)
    sums.set(
      spare >> 1 &+ zeros, plus: totals[way], count: totalPlanes, subtracting: !listsZeros)
    sums.add(
      scratch.lists, count: columns, plane: 1, subtracting: listsZeros, WideLanes.self)
    visited &+= entries &+ columns
    return UInt32(truncatingIfNeeded: spare) & 1
  }

  /// Units of work so far, of so many windows.
  func work(windows: Int) -> Int {
    let inputs = taps &* shape.kernelX &* channels
    return Work.counting(rows: visited, words: sums.counters.words, inputs: windows &* inputs)
  }

  /// Lists the active channels of a column, as rows of weights seen through the first tap.
  /// Mutating, so that no copy is made for the call.
  @inline(never)
  private mutating func list(column: Int) {
    let slot = column % max(1, shape.kernelX)
    let start = scratch.entries + slot &* scratch.entriesMax
    var next = start
    let flip: UInt32 = listsZeros ? ~0 : 0
    let tapBytes = shape.kernelX &* channels &* rowBytes
    var position = source + column &* sourceWords
    var tapOffset = firstTap &* tapBytes
    for _ in indices(taps) {
      var offset = tapOffset
      for word in indices(sourceWords) {
        let mask = word &+ 1 == sourceWords ? sourceTail : ~0
        next = RowList.append(
          (position[word] ^ flip) & mask, first: offset, rowBytes: rowBytes, at: next)
        offset &+= 32 &* rowBytes
      }
      position += sourceWidth &* sourceWords
      tapOffset &+= tapBytes
    }
    scratch.counts[slot] = UInt32(truncatingIfNeeded: next - start)
  }

  /// Makes the list in a slot number `index` of those that a window sees, through a tap.
  ///
  /// - Returns: its entries.
  @inline(__always)
  private func turn(_ slot: Int, tap: Int, to index: Int) -> Int {
    let offsets = scratch.entries + slot &* scratch.entriesMax
    let count = scratch.counts[slot].int
    // The row of zeros is behind all others, and so much nearer as the tap is ahead.
    let ahead = tap &* channels &* rowBytes
    let padded = RowList.pad(
      offsets, count: count, zeroRow: sums.weights.inputs &* rowBytes &- ahead)
    scratch.lists[index] = ColumnList(
      column: UnsafeRawPointer(sums.weights.rows) + ahead, offsets: offsets, count: padded)
    return count
  }
}
