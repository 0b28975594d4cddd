// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// An LSTM at work (SPEC 3.14), one step in time at a time.
struct LSTMState {
  private let layer: LSTMLayer
  private let source: Tensor
  private let output: Tensor
  /// The state of each cell.
  private let cells: UnsafeMutablePointer<Int32>
  /// Codes of what the step before put out, in planes.
  private let hidden: BitMatrix
  /// Recurrent sums of all gates.
  private let sums: UnsafeMutablePointer<Int32>
  private var nextStep = 0

  /// 1 in Q16.16.
  private static var one: Int32 { 1 << 16 }

  init(
    _ layer: LSTMLayer, from source: Tensor, to output: Tensor, memory: Memory
  ) {
    self.layer = layer
    self.source = source
    self.output = output
    cells = memory.cells
    hidden = memory.hidden
    sums = memory.sums
  }

  /// What an LSTM works with.
  struct Memory {
    let cells: UnsafeMutablePointer<Int32>
    let hidden: BitMatrix
    let sums: UnsafeMutablePointer<Int32>

    init(_ layer: LSTMLayer, arena: inout Arena) {
      cells = arena.take(Int32.self, count: layer.cells)
      hidden = arena.takeBits(rows: layer.bits.int, words: wordCount(lanes: layer.cells))
      sums = arena.take(Int32.self, count: 4 &* layer.cells)
    }
  }

  /// True between two steps.
  var isUnderWay: Bool { nextStep > 0 }

  mutating func restart() { nextStep = 0 }

  /// - Returns: units of work.
  mutating func runStep(_ space: Workspace) -> Int {
    if nextStep == 0 { clear() }
    let recurrent = WindowSums(
      weights: layer.weights,
      counters: BitMatrix(
        base: space.counters, rows: layer.counterPlanes, words: layer.weights.words),
      codes: hidden, isSigned: true,
      inputMax: 1 &<< layer.bits.int &- 1, list: space.list, accelerator: space.accelerator)
    let count = recurrent.count(copy: 0, active: nil)
    recurrent.read(parity: count.parity, into: sums)
    hidden.fill(0)
    for cell in indices(layer.cells) { update(cell) }
    let isLast = nextStep == layer.sourceShape.positions &- 1
    if layer.isSequence || isLast { put(layer.isSequence ? nextStep : 0) }
    nextStep = isLast ? 0 : nextStep &+ 1
    return count.work &+ Work.reading(layer.weights) &+ 8 &* Work.element &* layer.cells
  }

  /// Before the first step: states 0, and the codes of 0.
  private func clear() {
    cells.fill(0, count: layer.cells)
    output.clear()
    hidden.fill(0)
    for cell in indices(layer.cells) { setHidden(cell, 0) }
  }

  private func setHidden(_ cell: Int, _ value: Int32) {
    hidden.setInteger(
      lane: cell, Tensor.quantize(value, shift: layer.shift, bits: layer.bits))
  }

  private func update(_ cell: Int) {
    let input = sigmoid(gate(0, cell))
    let forget = sigmoid(gate(1, cell))
    let candidate = tangent(gate(2, cell))
    let out = sigmoid(gate(3, cell))
    // Each product is at most 2^16 * 2^28: a state grows by at most 2^16 in each of 4096 steps.
    let sum = forget.wide &* cells[cell].wide &+ input.wide &* candidate.wide
    cells[cell] = Int32(lowerHalf: sum &>> 16)
    setHidden(cell, scaled(out, by: tangent(cells[cell])))
  }

  /// What a gate takes in: below 2^31.
  private func gate(_ gate: Int, _ cell: Int) -> Int32 {
    let channel = gate &* layer.cells &+ cell
    let outside = source.integers[nextStep &* layer.sourceShape.channelCount &+ channel]
    return outside &+ layer.multipliers[channel] &* sums[channel]
  }

  /// The hard sigmoid.
  private func sigmoid(_ v: Int32) -> Int32 {
    max(0, min(v >> 2 &+ LSTMState.one / 2, LSTMState.one))
  }

  /// The hard hyperbolic tangent.
  private func tangent(_ v: Int32) -> Int32 { max(0 &- LSTMState.one, min(v, LSTMState.one)) }

  /// Copies the hidden codes to a position of the output.
  private func put(_ position: Int) {
    for plane in indices(hidden.rows) {
      output.row(plane: plane, position).copy(hidden.row(plane), count: hidden.words)
    }
  }
}
