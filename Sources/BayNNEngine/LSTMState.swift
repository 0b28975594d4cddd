// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// An LSTM at work (SPEC 3.14), one step in time at a time.
struct LSTMState {
  var layer: LSTMLayer
  let source: Tensor
  let output: Tensor
  /// The state of each cell.
  let cells: UnsafeMutablePointer<Int32>
  /// Codes of what the step before put out, in planes.
  let hidden: BitMatrix

  /// 1 in Q16.16.
  fileprivate static var one: Int32 { 1 << 16 }

  static func place(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    var layer = try LSTMLayer(reading)
    let output = placing.pointee.takeTensor(layer.output)
    let source = placing.pointee.tensor(layer.source, layer.sourceShape)
    let cells = placing.pointee.arena.takeData(Int32.self, count: layer.cells)
    let hidden = placing.pointee.arena.takeDataBits(
      rows: layer.bits, words: wordCount(lanes: layer.cells))
    placing.pointee.place(
      LSTMState(layer: layer, source: source, output: output, cells: cells, hidden: hidden))
    var measure = Arena()
    _ = LSTMScratch(&layer, &measure)
    placing.pointee.share(bytes: measure.bytes)
  }
}

extension UnsafeMutablePointer<LSTMState> {
  /// Runs one step in time.
  ///
  /// - Returns: units of work.
  func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let step = run.pointee.piece
    if step == 0 { clear() }
    let work = count(run)
    var arena = run.pointee.space.arena
    update(step, LSTMScratch(&pointee.layer, &arena).sums)
    let isLast = step == pointee.layer.sourceShape.positions &- 1
    run.pointee.isDone = isLast
    if pointee.layer.isSequence || isLast { put(pointee.layer.isSequence ? step : 0) }
    return work &+ Work.reading(pointee.layer.weights) &+ 8 &* Work.element
      &* pointee.layer.cells
  }

  /// Counts the recurrent sums of all gates.
  ///
  /// - Returns: units of work.
  @inline(never)
  private func count(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    var arena = run.pointee.space.arena
    let scratch = LSTMScratch(&pointee.layer, &arena)
    var recurrent = WindowSums(
      pointee.layer.weights, scratch.counters, pointee.hidden, isSigned: true,
      inputMax: 1 &<< pointee.layer.bits &- 1, scratch.list, run.pointee.space.accelerator)
    let count = recurrent.count(copy: 0, active: nil)
    pointee.layer.weights.read(scratch.counters, count.parity, into: scratch.sums)
    return count.work
  }

  /// Before the first step: states 0, and the codes of 0.
  private func clear() {
    pointee.cells.fill(0, count: pointee.layer.cells)
    pointee.output.clear()
    pointee.hidden.fill(0)
    for cell in indices(pointee.layer.cells) { setHidden(cell, 0) }
  }

  private func setHidden(_ cell: Int, _ value: Int32) {
    pointee.hidden.setInteger(
      lane: cell, Tensor.quantize(value, shift: pointee.layer.shift, bits: pointee.layer.bits))
  }

  @inline(never)
  private func update(_ step: Int, _ sums: UnsafePointer<Int32>) {
    pointee.hidden.fill(0)
    for cell in indices(pointee.layer.cells) { update(cell, step, sums) }
  }

  private func update(_ cell: Int, _ step: Int, _ sums: UnsafePointer<Int32>) {
    let input = sigmoid(gate(0, cell, step, sums))
    let forget = sigmoid(gate(1, cell, step, sums))
    let candidate = tangent(gate(2, cell, step, sums))
    let out = sigmoid(gate(3, cell, step, sums))
    // Each product is at most 2^16 * 2^28: a state grows by at most 2^16 in each of 4096 steps.
    let sum = forget.wide &* pointee.cells[cell].wide &+ input.wide &* candidate.wide
    pointee.cells[cell] = Int32(lowerHalf: sum &>> 16)
    setHidden(cell, scaled(out, by: tangent(pointee.cells[cell])))
  }

  /// What a gate takes in: below 2^31.
  private func gate(
    _ gate: Int, _ cell: Int, _ step: Int, _ sums: UnsafePointer<Int32>
  ) -> Int32 {
    let channel = gate &* pointee.layer.cells &+ cell
    let outside = pointee.source.integers[step &* pointee.layer.sourceShape.channels &+ channel]
    return outside &+ pointee.layer.multipliers[channel] &* sums[channel]
  }

  /// The hard sigmoid.
  private func sigmoid(_ v: Int32) -> Int32 {
    max(0, min(v >> 2 &+ LSTMState.one / 2, LSTMState.one))
  }

  /// The hard hyperbolic tangent.
  private func tangent(_ v: Int32) -> Int32 { max(0 &- LSTMState.one, min(v, LSTMState.one)) }

  /// Copies the hidden codes to a position of the output.
  private func put(_ position: Int) {
    for plane in indices(pointee.hidden.rows) {
      pointee.output.row(plane: plane, position).copy(
        pointee.hidden.row(plane), count: pointee.hidden.words)
    }
  }
}

/// What an LSTM works in, from the memory that layers share.
private struct LSTMScratch {
  let list: RowList
  let counters: BitMatrix
  /// Recurrent sums of all gates.
  let sums: UnsafeMutablePointer<Int32>

  init(_ layer: UnsafePointer<LSTMLayer>, _ arena: inout Arena) {
    let capacity = RowList.capacity(
      layer: layer.pointee.cells, words: layer.pointee.weights.words, isBits: false)
    list = RowList(offsets: arena.take(UInt32.self, count: capacity), capacity: capacity)
    counters = arena.takeBits(rows: layer.pointee.counterPlanes, words: layer.pointee.weights.words)
    sums = arena.take(Int32.self, count: 4 &* layer.pointee.cells)
  }
}
