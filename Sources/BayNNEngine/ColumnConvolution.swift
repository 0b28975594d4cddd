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
/// in range, n the rows in range, a = 2 S - T + zeros or a = T - 2 S + zeros is how many
/// weights agree with their inputs, z = 2 a - n, and so c = (K - n) / 2 + a. T is in the image
/// for windows that lie in the map; for each way to lie across its border it is counted once
/// a session.
struct ColumnShape {
  /// Steps of the window, its size, and the rows and columns of it that lie outside of the
  /// map at most, on each side.
  let strideY: Int
  let strideX: Int
  let kernelY: Int
  let kernelX: Int
  let top: Int
  let left: Int
  let bottom: Int
  let right: Int

  /// Bytes of sums of weights for windows that lie across a border.
  private static let bordersMax: UInt64 = 8192

  /// Nil if a layer is not such a convolution, or would take too much memory.
  init?(_ layer: SumLayer, output: TensorShape) {
    guard let window = layer.window, layer.sourceShape.kind == .codes, layer.inputPlanes == 1,
      layer.isSigned, let y = window.y.plain(outputs: output.height),
      let x = window.x.plain(outputs: output.width)
    else { return nil }
    (strideY, kernelY, top, bottom) = y
    (strideX, kernelX, left, right) = x
    // Below 2^18 ways, since no kernel has more than 2^16 taps, and 2^15 words of each.
    let words = layer.weights.totalPlanes &* layer.weights.words
    guard borders.wide &* words.wide <= ColumnShape.bordersMax / 4 else { return nil }
  }

  /// Ways to lie across the borders, and the one of lying within the map, which is the first.
  var borders: Int { (1 &+ top &+ bottom) &* (1 &+ left &+ right) }

  /// The number of the way in which a window lies that lacks taps at either end.
  @inline(__always)
  func border(_ above: Int, _ below: Int, _ before: Int, _ behind: Int) -> Int {
    let y = below > 0 ? top &+ below : above
    let x = behind > 0 ? left &+ behind : before
    return y &* (1 &+ left &+ right) &+ x
  }

  /// The most entries of a list: a multiple of eight, so that every list is aligned to 8 bytes,
  /// as the counter loads its entries.
  func entriesMax(_ layer: SumLayer) -> Int {
    (kernelY &* layer.sourceShape.channels &+ RowList.paddingMax) & ~7
  }
}

extension Window.Axis {
  /// Stride, kernel, and the taps out of range before the first and behind the last position,
  /// if a window lacks taps at one end only and always sees something.
  fileprivate func plain(outputs: Int) -> (Int, Int, Int, Int)? {
    guard !isTransposed, dilation == 1, pad < kernel, kernel <= size else { return nil }
    let last = (outputs &- 1) &* Int(stride) &- Int(pad)
    guard last < Int(size) else { return nil }
    return (Int(stride), Int(kernel), Int(pad), max(0, last &+ Int(kernel) &- Int(size)))
  }
}

/// What a session keeps of such a convolution.
struct ColumnPlan {
  let shape: ColumnShape
  /// Planes of the sums of weights in range, for each way to lie across a border.
  let totals: UnsafeMutablePointer<UInt32>
  /// Which of them have been counted.
  let isCounted: UnsafeMutablePointer<UInt8>
  /// The zeros are listed, not the ones.
  var listsZeros = false
}

/// What it works in, from the memory that layers share: a list for each column that a window
/// sees, and counters.
struct ColumnScratch {
  let lists: UnsafeMutablePointer<RowRun>
  let entries: UnsafeMutablePointer<UInt32>
  let counts: UnsafeMutablePointer<UInt32>
  let counters: BitMatrix
  let entriesMax: Int

  init(_ layer: SumLayer, _ shape: ColumnShape, _ arena: inout Arena) {
    entriesMax = shape.entriesMax(layer)
    lists = arena.take(RowRun.self, count: shape.kernelX)
    counts = arena.take(UInt32.self, count: shape.kernelX)
    entries = arena.take(UInt32.self, count: shape.kernelX &* entriesMax)
    counters = arena.takeBits(rows: layer.counterPlanes, words: layer.weights.words)
  }
}

extension Placing {
  mutating func placeColumns(
    _ layer: SumLayer, _ shape: ColumnShape, to output: Tensor, _ site: Site
  ) {
    let planes = layer.weights.totalPlanes &* layer.weights.words
    let totals = arena.take(UInt32.self, count: shape.borders &* planes)
    let isCounted = arena.take(UInt8.self, count: shape.borders)
    if arena.isWritable { isCounted.fill(0, count: shape.borders) }
    let plan = arena.put(ColumnPlan(shape: shape, totals: totals, isCounted: isCounted))
    var measure = Arena()
    _ = ColumnScratch(layer, shape, &measure)
    placeSums(
      layer, to: output, site, .columns, plan: UnsafeMutableRawPointer(plan),
      scratchBytes: measure.bytes)
  }
}

extension SumState {
  /// Runs a row of output positions.
  ///
  /// - Returns: units of work.
  func runColumns(_ run: PieceRun) -> Int {
    guard let plan = plan?.assumingMemoryBound(to: ColumnPlan.self) else { return 0 }
    var arena = run.space.arena
    let scratch = ColumnScratch(layer, plan.pointee.shape, &arena)
    if run.piece == 0 { plan.pointee.listsZeros = hasMoreOnes }
    var row = ColumnRow(self, plan, scratch, y: run.piece)
    let state = run.state
    let width = output.shape.width
    var work = 0
    for x in indices(width) {
      let parity = row.count(x)
      work &+=
        row.takeWork() &+ write(scratch.counters, parity, state, at: run.piece &* width &+ x)
    }
    return work
  }

  /// True if more than half of the map's bits are ones, as every fourth of its words has it.
  private var hasMoreOnes: Bool {
    let words = source.shape.memoryWords
    var ones = 0
    var lanes = 0
    var word = 0
    while word < words {
      ones &+= source.memory[word].nonzeroBitCount
      lanes &+= 32
      word &+= 4
    }
    // Padding lanes are zeros: so many of them that this errs in small maps only.
    return 2 &* ones > lanes
  }
}

/// A row of windows under way.
private struct ColumnRow {
  private let layer: SumLayer
  private let source: Tensor
  private let plan: UnsafeMutablePointer<ColumnPlan>
  private let shape: ColumnShape
  private let scratch: ColumnScratch
  private let listsZeros: Bool
  /// The first source row, and the taps of it that are in range.
  private let sourceY: Int
  private let firstTap: Int
  private let endTap: Int
  /// Columns listed so far.
  private var listed = 0
  private var work = 0

  init(
    _ state: SumState, _ plan: UnsafeMutablePointer<ColumnPlan>, _ scratch: ColumnScratch, y: Int
  ) {
    layer = state.layer
    source = state.source
    self.plan = plan
    shape = plan.pointee.shape
    self.scratch = scratch
    listsZeros = plan.pointee.listsZeros
    sourceY = y &* shape.strideY &- shape.top
    firstTap = max(0, 0 &- sourceY)
    endTap = min(shape.kernelY, layer.sourceShape.height &- sourceY)
  }

  /// Units of work since it was asked last.
  mutating func takeWork() -> Int {
    let done = work
    work = 0
    return done
  }

  private var rowWords: Int { layer.weights.words }
  private var channels: Int { layer.sourceShape.channels }

  /// Counts the window of an output position.
  ///
  /// - Returns: the parity of its sums.
  mutating func count(_ x: Int) -> UInt32 {
    let sourceX = x &* shape.strideX &- shape.left
    let first = max(0, 0 &- sourceX)
    let end = min(shape.kernelX, layer.sourceShape.width &- sourceX)
    listed = max(listed, sourceX)
    while listed < sourceX &+ end {
      list(column: listed)
      listed &+= 1
    }
    var entries = 0
    for tap in indices(from: first, end) {
      entries &+= turn(sourceX &+ tap, tap: tap, to: tap &- first)
    }
    let rows = (endTap &- firstTap) &* (end &- first) &* channels
    let zeros = listsZeros ? entries : rows &- entries
    // K is the number of all rows.
    let spare = layer.rows &- rows
    let border = shape.border(
      firstTap, shape.kernelY &- endTap, first, shape.kernelX &- end)
    let sums = BinarySums(
      weights: layer.weights.matrix(copy: 0, bit: 0), counters: scratch.counters)
    sums.set(
      spare >> 1 &+ zeros, plus: totals(border, first, end), count: layer.weights.totalPlanes,
      subtracting: !listsZeros)
    sums.add(
      scratch.lists, count: end &- first, plane: 1, subtracting: listsZeros, WideLanes.self)
    work &+= Work.counting(rows: entries, words: rowWords, inputs: rows)
    return UInt32(truncatingIfNeeded: spare) & 1
  }

  /// Lists the active channels of a column, as rows of weights seen through the first tap.
  private mutating func list(column: Int) {
    let slot = column % max(1, shape.kernelX)
    let start = scratch.entries + slot &* scratch.entriesMax
    var next = start
    let rowBytes = 4 &* rowWords
    let flip: UInt32 = listsZeros ? ~0 : 0
    let words = source.shape.words
    let tail = tailMask(lanes: channels)
    for tap in indices(from: firstTap, endTap) {
      let bits = source.memory + ((sourceY &+ tap) &* layer.sourceShape.width &+ column) &* words
      var offset = tap &* shape.kernelX &* channels &* rowBytes
      for word in indices(words) {
        let selected = (bits[word] ^ flip) & (word &+ 1 == words ? tail : ~0)
        next = RowList.append(selected, first: offset, rowBytes: rowBytes, at: next)
        offset &+= 32 &* rowBytes
      }
    }
    scratch.counts[slot] = UInt32(truncatingIfNeeded: next - start)
  }

  /// Makes the list of a column number `index` of those that a window sees, through a tap.
  ///
  /// - Returns: its entries.
  private func turn(_ column: Int, tap: Int, to index: Int) -> Int {
    let slot = column % max(1, shape.kernelX)
    let offsets = scratch.entries + slot &* scratch.entriesMax
    let count = scratch.counts[slot].int
    // The row of zeros lies as far behind all others as the tap is ahead of the first one.
    let ahead = tap &* channels
    let padded = RowList.pad(
      offsets, count: count, zeroRow: layer.rows &- ahead, rowBytes: 4 &* rowWords)
    scratch.lists[index] = RowRun(
      column: UnsafeRawPointer(layer.weights.rows + ahead &* rowWords), offsets: offsets,
      count: padded)
    return count
  }

  /// Planes of the sums of all weights in range.
  private func totals(_ border: Int, _ first: Int, _ end: Int) -> UnsafePointer<UInt32> {
    if border == 0, let totals = layer.weights.totals { return totals }
    let size = layer.weights.totalPlanes &* rowWords
    let totals = plan.pointee.totals + border &* size
    if plan.pointee.isCounted[border] == 0 {
      plan.pointee.isCounted[border] = 1
      count(
        first, end, into: BitMatrix(base: totals, rows: layer.weights.totalPlanes, words: rowWords))
    }
    return UnsafePointer(totals)
  }

  /// Sums the weights of the taps in range, row by row.
  private func count(_ first: Int, _ end: Int, into totals: BitMatrix) {
    totals.fill(0)
    for tapY in indices(from: firstTap, endTap) {
      let start = (tapY &* shape.kernelX &+ first) &* channels
      for row in indices(from: start, start &+ (end &- first) &* channels) {
        for word in indices(rowWords) {
          // Adds the row's bit of each lane to the lane's integer.
          var carry = layer.weights.rows[row &* rowWords &+ word]
          var plane = totals.base + word
          while carry != 0, plane < totals.base + totals.rows &* totals.words {
            let old = plane.pointee
            plane.pointee = old ^ carry
            carry &= old
            plane += totals.words
          }
        }
      }
    }
  }
}
