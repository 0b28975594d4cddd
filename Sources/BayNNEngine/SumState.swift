// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A sum layer at work: a dense layer, a convolution, or the sums of a softmax head.
///
/// However sums are counted, a counter holds c with z + K = 2 c + parity, where z is the sum
/// and parity is the same for all outputs of a position.
package struct SumState {
  /// How a layer counts. All methods give the same sums.
  enum Method: UInt8 {
    /// One position: lists of rows, of the rarer polarity or of what has changed.
    case rows
    /// The definition for any layer: what a position sees is gathered as bit rows, and each
    /// plane of inputs is counted with each bit of the weights.
    case gathering
    /// A convolution over bits: lists of active channels, of a column of positions each.
    case columns
    /// A convolution over an input of several bits: tables of sums of some elements.
    case tables
  }

  package internal(set) var layer: SumLayer
  let method: Method
  /// The rows being counted, of a layer of one position, and the word of inputs to go on with.
  var walk = SumWalk.end
  var nextWord: UInt16 = 0
  /// Entries of the list of rows, of a layer of one position.
  let listCapacity: UInt16
  /// The source: of a layer of one position, each plane as one row of lanes.
  let inputs: UnsafeMutablePointer<UInt32>
  let output: Tensor
  /// With Scale Dropout, what the other state makes of the same sums: it costs a comparison
  /// now, and spares the sibling leaf the counting. Nil if there is no memory for it.
  let sibling: UnsafeMutablePointer<UInt32>?
  /// The inputs that the kept counters stand for, and where these lie among all that sessions
  /// keep; nil if the counters are not kept.
  let counted: UnsafeMutablePointer<UInt32>?
  let keptOffset: Int
  /// What the method keeps of the layer.
  let plan: UnsafeMutableRawPointer?
  /// The inference that the kept counters belong to, and the ones among their inputs.
  var inference: UInt32 = 0
  var ones = 0
  var parity: UInt32 = 0
}

// Why functions of a pointer: methods of a structure may copy it.

extension UnsafeMutablePointer<SumState> {
  /// Runs a layer of one position.
  ///
  /// - Returns: units of work.
  func runWhole(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    if run.pointee.onlyDecides && pointee.sibling != nil {
      return turn(MapPiece(y: 0, first: 0, end: 1))
    }
    let work = count(run)
    guard run.pointee.isDone, !run.pointee.space.hasFailed else { return work }
    return work
      &+ write(counters(run.pointee.space), pointee.parity, run.pointee.state, at: 0)
  }

  /// Brings the sums of a layer of one position up to date with its inputs, piece by piece.
  ///
  /// - Returns: units of work.
  @inline(never)
  func count(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let sums = BinarySums(
      weights: pointee.layer.weights.matrix(copy: 0, bit: 0),
      counters: counters(run.pointee.space))
    let list = RowList(
      offsets: run.pointee.space.scratch.assumingMemoryBound(to: UInt32.self),
      capacity: Int(pointee.listCapacity))
    var work = 0
    if run.pointee.piece == 0 {
      let isValid = pointee.inference == run.pointee.inference
      let counted = isValid ? pointee.counted : nil
      if let accelerator = run.pointee.space.accelerator {
        guard !isCounted(counted) else { return 0 }
        work = count(sums, list, accelerator)
        pointee.walk = SumWalk.end
      } else {
        work = begin(sums, counted)
      }
    }
    work &+= walk(sums, list, isUnbounded: run.pointee.isUnbounded)
    run.pointee.isDone = pointee.walk == SumWalk.end
    if run.pointee.isDone {
      pointee.counted?.copy(pointee.inputs, count: inputWords)
      pointee.inference = run.pointee.inference
    }
    return work
  }

  /// Begins to count, from the sums that stand for the inputs `counted` if there are any.
  ///
  /// - Returns: units of work.
  private func begin(
    _ sums: BinarySums, _ counted: UnsafeMutablePointer<UInt32>?
  ) -> Int {
    pointee.nextWord = 0
    if let counted { beginChanges(sums, counted) } else { beginRows(sums) }
    return 2 &* inputWords &* pointee.layer.inputPlanes
  }

  var inputWords: Int { wordCount(lanes: pointee.layer.rows) }

  /// True if kept counters stand for the inputs as they are.
  private func isCounted(_ counted: UnsafeMutablePointer<UInt32>?) -> Bool {
    counted.map { $0.equals(pointee.inputs, count: inputWords) } ?? false
  }

  /// Leaves counting to an accelerator.
  private func count(
    _ sums: BinarySums, _ list: RowList, _ accelerator: UnsafeMutablePointer<Accelerator>
  ) -> Int {
    let codes = BitMatrix(
      base: pointee.inputs, rows: pointee.layer.inputPlanes, words: inputWords)
    var window = WindowSums(
      pointee.layer.weights, sums.counters, codes, isSigned: pointee.layer.isSigned,
      inputMax: pointee.layer.inputMax, list, accelerator)
    let count = accelerator.count(&window, copy: 0, active: nil)
    pointee.parity = count.parity
    return count.work
  }

  /// The counters of a layer of one position: kept ones, or those of the shared memory.
  @inline(__always)
  func counters(_ space: Workspace) -> BitMatrix {
    let base =
      pointee.counted == nil
      ? space.scratch + 4 &* Int(pointee.listCapacity) : space.kept + pointee.keptOffset
    return BitMatrix(
      base: base.assumingMemoryBound(to: UInt32.self), rows: pointee.layer.counterPlanes,
      words: pointee.layer.weights.words)
  }

  /// Turns output positions to what the other state makes of the same sums.
  ///
  /// - Returns: units of work.
  func turn(_ piece: MapPiece) -> Int {
    guard let sibling = pointee.sibling else { return 0 }
    let words = pointee.output.shape.words
    let memory = pointee.output.memory
    let first = (piece.y &* pointee.output.shape.width &+ piece.first) &* words
    let end = first &+ (piece.end &- piece.first) &* words
    for word in indices(from: first, end) {
      let bits = memory[word]
      memory[word] = sibling[word]
      sibling[word] = bits
    }
    return end &- first
  }

  /// Writes what comes out at a position: bits of this state and of its sibling, or integers.
  ///
  /// - Returns: units of work.
  @inline(never)
  func write(_ counters: BitMatrix, _ parity: UInt32, _ state: Int, at position: Int) -> Int {
    let outputs = pointee.layer.weights.outputs
    guard pointee.layer.firesBits else {
      pointee.layer.weights.read(
        counters, parity, into: pointee.output.integers + position &* outputs)
      return Work.reading(pointee.layer.weights)
    }
    let offset = position &* counters.words
    let own = pointee.layer.weights.states > 1 ? state : 0
    pointee.layer.weights.thresholds(state: own).fire(
      counters: counters, parity: parity, outputs: outputs, into: pointee.output.memory + offset)
    guard let sibling = pointee.sibling else { return Work.firing(pointee.layer.weights) }
    pointee.layer.weights.thresholds(state: 1 &- own).fire(
      counters: counters, parity: parity, outputs: outputs, into: sibling + offset)
    return 2 &* Work.firing(pointee.layer.weights)
  }
}

extension BinarySums {
  /// Adds the rows that a walk selects; returns units of work.
  @inline(never)
  func add(
    _ rows: ActiveRows, _ list: RowList, plane: Int = 0, subtracting: Bool = false
  ) -> Int {
    let added = add(rows, plane: plane, subtracting: subtracting, list, WideLanes.self)
    return Work.counting(rows: added, words: counters.words, inputs: weights.inputs)
  }
}
