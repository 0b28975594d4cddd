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
  /// Elements left of the map and rows above it that the first window sees.
  let left: Int
  let top: Int
  /// Elements that a row of the window sees, and groups of them.
  let run: Int
  let groups: Int

  /// Elements of a group: a table has 32 sums.
  static let group = 5
  /// Tables that a byte tells apart, with the sum in it.
  static let bank = 5
  /// z + K, which is at most 2 K, and thresholds fit 16 bits.
  private static let sumEnd = 1 << 15
  /// Bytes of unpacked rows.
  private static let rowsMax: UInt64 = 0x10_0000

  /// Nil if the layer is not such a convolution, or would take too much memory.
  init?(_ layer: UnsafePointer<SumLayer>, output: TensorShape) {
    guard let window = layer.pointee.window, layer.pointee.sourceShape.kind == .input,
      layer.pointee.inputPlanes > 1, !layer.pointee.isSigned, !window.y.isTransposed,
      window.y.dilation == 1, window.x.dilation == 1,
      layer.pointee.weights.sumMax < TableShape.sumEnd
    else { return nil }
    strideY = Int(window.y.stride)
    strideX = Int(window.x.stride) &* layer.pointee.sourceShape.channels
    kernelY = Int(window.y.kernel)
    left = Int(window.x.pad) &* layer.pointee.sourceShape.channels
    top = Int(window.y.pad)
    run = Int(window.x.kernel) &* layer.pointee.sourceShape.channels
    groups = (run &+ TableShape.group &- 1) / TableShape.group
    // All factors are below 2^16.
    let channels = layer.pointee.sourceShape.channels.wide
    let steps = (output.width &* Int(window.x.stride)).wide &+ Int(window.x.kernel).wide
    let map = layer.pointee.sourceShape.width.wide &+ Int(window.x.pad).wide
    guard max(steps, map) &* channels &* (kernelY &+ 1).wide <= TableShape.rowsMax else {
      return nil
    }
  }

  /// Groups of a window.
  var tables: Int { kernelY &* groups }

  /// Units of work of a position: about three instructions a group and output, twelve an output
  /// and thirty a table, and ten instructions a unit.
  func work(outputs: Int) -> Int {
    (outputs &* (3 &* tables &+ 12) &+ 30 &* tables) / 10
  }
}

/// What a session keeps of such a convolution.
struct TablePlan {
  let shape: TableShape
  /// For each bank of tables, output and table, the number of a sum in the bank: 32 times the
  /// number of the table in it, plus the output's bits of weights.
  let choices: UnsafeMutablePointer<UInt8>
  /// Thresholds of each state and output; and what comes out of a window in which all elements
  /// are 0, for each state.
  let thresholds: UnsafeMutablePointer<UInt16>
  let blank: UnsafeMutablePointer<UInt32>
  /// Source rows unpacked so far.
  var unpacked = 0

  init(_ layer: UnsafePointer<SumLayer>, _ shape: TableShape, _ arena: inout Arena) {
    let weights = layer.pointee.weights
    self.shape = shape
    choices = arena.take(UInt8.self, count: weights.outputs &* shape.tables)
    thresholds = arena.take(UInt16.self, count: weights.states &* weights.outputs)
    blank = arena.take(UInt32.self, count: weights.states &* weights.words)
  }

  /// Writes choices, thresholds and what comes out of a blank window.
  func fill(_ layer: UnsafePointer<SumLayer>) {
    let weights = layer.pointee.weights
    for output in indices(weights.outputs) { choose(weights, output) }
    for state in indices(weights.states) { fill(weights, state: state) }
  }

  /// Enters the weights of an output, of one table after the other.
  private func choose(_ weights: WeightMatrix, _ output: Int) {
    var bits = weights.rows + output >> 5
    for table in indices(shape.tables) {
      let bank = table / TableShape.bank
      let inBank = table &- TableShape.bank &* bank
      var sum = UInt32(truncatingIfNeeded: 32 &* inBank)
      let group = table % max(1, shape.groups)
      for element in indices(min(TableShape.group, shape.run &- group &* TableShape.group)) {
        let weight = bits.pointee &>> UInt32(truncatingIfNeeded: output & 31) & 1
        sum |= weight &<< UInt32(truncatingIfNeeded: element)
        bits += weights.words
      }
      let banked = min(TableShape.bank, shape.tables &- TableShape.bank &* bank)
      let place =
        TableShape.bank &* bank &* weights.outputs &+ output &* banked &+ inBank
      choices[place] = UInt8(truncatingIfNeeded: sum)
    }
  }

  private func fill(_ weights: WeightMatrix, state: Int) {
    let planes = weights.thresholds(state: state)
    let integers = BitMatrix(
      base: UnsafeMutablePointer(mutating: planes.planes), rows: planes.planeCount,
      words: weights.words)
    let row = blank + state &* weights.words
    row.copy(planes.inversions, count: weights.words)
    for output in indices(weights.outputs) {
      let threshold = integers.integer(lane: output)
      thresholds[state &* weights.outputs &+ output] = UInt16(truncatingIfNeeded: threshold)
      // Then z is 0.
      if UInt32(truncatingIfNeeded: weights.sumMax) >= threshold {
        row[output >> 5] ^= 1 &<< UInt32(truncatingIfNeeded: output & 31)
      }
    }
  }
}

extension Placing {
  @inline(never)
  mutating func placeTables(
    _ layer: UnsafePointer<SumLayer>, _ shape: TableShape, to output: Tensor, _ site: Site
  ) {
    let plan = TablePlan(layer, shape, &arena)
    let placed = arena.put(plan)
    var measure = Arena()
    _ = TableScratch(layer, shape, output: output.shape, &measure)
    placeSums(
      layer, to: output, site, .tables, plan: UnsafeMutableRawPointer(placed),
      scratchBytes: measure.bytes)
    positions = max(1, Work.piece / max(1, shape.work(outputs: layer.pointee.weights.outputs)))
  }
}

extension UnsafeMutablePointer<SumState> {
  /// Runs output positions of a row.
  ///
  /// - Returns: units of work.
  func runTables(_ run: UnsafeMutablePointer<PieceRun>, _ piece: MapPiece) -> Int {
    guard let plan = pointee.plan?.assumingMemoryBound(to: TablePlan.self) else { return 0 }
    let shape = plan.pointee.shape
    var arena = run.pointee.space.arena
    let scratch = TableScratch(&pointee.layer, shape, output: pointee.output.shape, &arena)
    if run.pointee.piece == 0 {
      scratch.clear(shape)
      plan.pointee.unpacked = 0
    }
    let source = source(run)
    let first = piece.y &* shape.strideY &- shape.top
    let end = first &+ shape.kernelY
    scratch.unpack(source, shape, from: max(first, plan.pointee.unpacked), to: end)
    plan.pointee.unpacked = max(plan.pointee.unpacked, end)
    scratch.point(to: first, shape, height: source.shape.height)
    let weights = pointee.layer.weights
    let state = weights.states > 1 ? run.pointee.state : 0
    let start = piece.y &* pointee.output.shape.width
    for x in indices(from: piece.first, piece.end) {
      write(plan, scratch, offset: x &* shape.strideX, state, at: start &+ x)
    }
    return (piece.end &- piece.first) &* shape.work(outputs: weights.outputs)
  }

  /// Writes what comes out at a position, whose window begins at an offset of the rows.
  private func write(
    _ plan: UnsafePointer<TablePlan>, _ scratch: TableScratch, offset: Int, _ state: Int,
    at position: Int
  ) {
    let words = pointee.layer.weights.words
    let outputs = pointee.layer.weights.outputs
    let target = pointee.output.memory + position &* words
    let sibling = pointee.sibling.map { $0 + position &* words }
    if pointee.layer.firesBits && scratch.isBlank(plan.pointee.shape, offset) {
      let blank = plan.pointee.blank
      target.copy(blank + state &* words, count: words)
      sibling?.copy(blank + (1 &- state) &* words, count: words)
      return
    }
    scratch.fillTables(plan.pointee.shape, offset, most: pointee.layer.inputMax)
    scratch.addUp(plan, outputs: outputs)
    guard pointee.layer.firesBits else {
      let values = pointee.output.integers + position &* outputs
      let most = Int32(truncatingIfNeeded: pointee.layer.weights.sumMax)
      for output in indices(outputs) { values[output] = Int32(scratch.sums[output]) &- most }
      return
    }
    fire(plan, scratch.sums, state, into: target)
    if let sibling { fire(plan, scratch.sums, 1 &- state, into: sibling) }
  }

  /// Compares the sums of all outputs with their thresholds in a state.
  @inline(never)
  private func fire(
    _ plan: UnsafePointer<TablePlan>, _ sums: UnsafePointer<UInt16>, _ state: Int,
    into bits: UnsafeMutablePointer<UInt32>
  ) {
    let outputs = pointee.layer.weights.outputs
    let inversions = pointee.layer.weights.thresholds(state: state).inversions
    var threshold = UnsafePointer(plan.pointee.thresholds + state &* outputs)
    var sum = sums
    for word in indices(pointee.layer.weights.words) {
      // The sign of sum - threshold, pushed down from the highest bit.
      var missed: UInt32 = 0
      let lanes = min(32, outputs &- 32 &* word)
      for _ in indices(lanes) {
        let distance = UInt32(sum.pointee) &- UInt32(threshold.pointee)
        missed = missed >> 1 | (distance & 0x8000_0000)
        sum += 1
        threshold += 1
      }
      let fired = ~missed >> UInt32(truncatingIfNeeded: 32 &- lanes)
      bits[word] = fired ^ inversions[word]
    }
  }
}
