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
    /// One position, inputs of one bit: by the rarer polarity, or by what has changed.
    case changing
    /// One position, unsigned inputs: plane by plane.
    case planes
    /// The definition for any layer: what a position sees is gathered as bit rows, and each
    /// plane of inputs is counted with each bit of the weights.
    case gathering
    /// A convolution over bits: lists of active channels, of a column of positions each.
    case columns
    /// A convolution over an input of several bits: tables of sums of some elements.
    case tables
  }

  package let layer: SumLayer
  let method: Method
  let source: Tensor
  let output: Tensor
  /// Rows that the pass keeps, as bits; nil if nothing is dropped.
  let kept: UnsafeMutablePointer<UInt32>?
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
  private(set) var parity: UInt32 = 0

  static func readDense(_ reading: inout LayerReading) throws(Fault) {
    let layer = try SumLayer(dense: &reading)
    guard let placing = reading.placement else { return }
    let output = placing.pointee.takeTensor(reading.output)
    placing.pointee.placeWhole(layer, to: output, reading.site)
  }

  /// Runs a layer of one position.
  ///
  /// - Returns: units of work.
  mutating func runWhole(_ run: inout PieceRun) -> Int {
    if run.onlyDecides && sibling != nil { return turn(row: 0) }
    let work = count(run.space, run.inference)
    guard !run.space.hasFailed else { return work }
    return work &+ write(counters(in: run.space), parity, run.state, at: 0)
  }

  /// Brings the sums of a layer of one position up to date with its inputs.
  ///
  /// - Returns: units of work.
  mutating func count(_ space: Workspace, _ inference: UInt32) -> Int {
    let scratch = WholeScratch(self, space)
    let inputs = inputs(scratch)
    let isValid = counted != nil && self.inference == inference
    self.inference = inference
    var work = 0
    if space.accelerator != nil {
      guard !(isValid && isCounted(inputs)) else { return 0 }
      let sums = WindowSums(
        layer, scratch.counters(of: self, space), inputs, scratch.list, space.accelerator)
      let count = sums.countAccelerated(copy: 0, active: nil)
      parity = count.parity
      work = count.work
    } else if method == .changing {
      let sums = BinarySums(
        weights: layer.weights.matrix(copy: 0, bit: 0),
        counters: scratch.counters(of: self, space))
      work =
        isValid
        ? countChanges(sums, inputs.base, scratch.list)
        : countRarer(sums, inputs.base, scratch.list)
      parity = layer.isSigned ? 0 : UInt32(truncatingIfNeeded: layer.rows &- ones) & 1
    } else {
      let sums = BinarySums(
        weights: layer.weights.matrix(copy: 0, bit: 0),
        counters: scratch.counters(of: self, space))
      work = countPlanes(sums, inputs, scratch.list)
    }
    counted?.copy(inputs.base, count: inputs.words)
    return work
  }

  /// True if the kept counters stand for these inputs.
  private func isCounted(_ inputs: BitMatrix) -> Bool {
    counted.map { $0.equals(inputs.base, count: inputs.words) } ?? false
  }

  /// The planes of the source, each as one row of lanes: where they lie, or gathered.
  private func inputs(_ scratch: WholeScratch) -> BitMatrix {
    if source.shape.isContiguous { return source.planes }
    source.gatherAll(into: scratch.codes)
    return scratch.codes
  }

  /// Inputs of several bits: each plane adds its rows with its weight.
  private mutating func countPlanes(
    _ sums: BinarySums, _ inputs: BitMatrix, _ list: RowList
  ) -> Int {
    var inputSum = 0
    for plane in indices(inputs.rows) {
      let rows = ActiveRows.ones(of: inputs.row(plane), lanes: layer.rows)
      inputSum &+= rows.total &<< plane
    }
    let spare = layer.weights.sumMax &- inputSum
    parity = UInt32(truncatingIfNeeded: spare) & 1
    sums.set(spare >> 1)
    var work = 0
    for plane in indices(inputs.rows) {
      let rows = ActiveRows.ones(of: inputs.row(plane), lanes: layer.rows)
      work &+= add(rows, to: sums, list, plane: plane)
    }
    return work
  }

  @inline(never)
  func add(
    _ rows: ActiveRows, to sums: BinarySums, _ list: RowList, plane: Int = 0,
    subtracting: Bool = false
  ) -> Int {
    let added = sums.add(rows, plane: plane, subtracting: subtracting, list, WideLanes.self)
    return Work.counting(rows: added, words: layer.weights.words, inputs: layer.rows)
  }

  /// The counters of a layer of one position.
  func counters(in space: Workspace) -> BitMatrix {
    WholeScratch(self, space).counters(of: self, space)
  }

  /// z of an output of a layer of one position, after it has been counted.
  func sum(_ output: Int, _ counters: BitMatrix) -> Int32 {
    layer.weights.sum(output, counters, parity)
  }

  /// Turns a row of output positions to what the other state makes of the same sums.
  ///
  /// - Returns: units of work.
  func turn(row: Int) -> Int {
    guard let sibling else { return 0 }
    let words = output.shape.width &* output.shape.words
    for word in indices(from: row &* words, (row &+ 1) &* words) {
      let bits = output.memory[word]
      output.memory[word] = sibling[word]
      sibling[word] = bits
    }
    return words
  }

  /// Writes what comes out at a position: bits of this state and of its sibling, or integers.
  ///
  /// - Returns: units of work.
  @inline(never)
  func write(_ counters: BitMatrix, _ parity: UInt32, _ state: Int, at position: Int) -> Int {
    let weights = layer.weights
    guard layer.firesBits else {
      weights.read(
        counters, parity, into: output.integers + position &* weights.outputs)
      return Work.reading(weights)
    }
    let offset = position &* output.shape.words
    let own = weights.states > 1 ? state : 0
    weights.thresholds(state: own).fire(
      counters: counters, parity: parity, outputs: weights.outputs, into: output.memory + offset)
    guard let sibling else { return Work.firing(weights) }
    weights.thresholds(state: 1 &- own).fire(
      counters: counters, parity: parity, outputs: weights.outputs, into: sibling + offset)
    return 2 &* Work.firing(weights)
  }
}

// MARK: Memory

/// What a layer of one position works in while it runs, from the memory that layers share.
struct WholeScratch {
  let list: RowList
  /// Empty if the counters are kept.
  private let counters: BitMatrix
  /// Empty if the source need not be gathered.
  let codes: BitMatrix

  init(_ layer: SumLayer, keepsCounters: Bool, _ arena: inout Arena) {
    // Of bits, at most half are visited.
    let isBits = layer.inputPlanes == 1 && layer.weights.totals != nil
    list = RowList(rows: layer.rows, isBits: isBits, &arena)
    counters = arena.takeBits(
      rows: layer.counterPlanes, words: keepsCounters ? 0 : layer.weights.words)
    codes = arena.takeBits(
      rows: layer.sourceShape.isContiguous ? 0 : layer.inputPlanes,
      words: wordCount(lanes: layer.rows))
  }

  init(_ state: SumState, _ space: Workspace) {
    var arena = space.arena
    self.init(state.layer, keepsCounters: state.counted != nil, &arena)
  }

  /// The counters of a layer: kept ones, or those of the shared memory.
  func counters(of state: SumState, _ space: Workspace) -> BitMatrix {
    guard state.counted != nil else { return counters }
    return BitMatrix(
      base: (space.kept + state.keptOffset).assumingMemoryBound(to: UInt32.self),
      rows: counters.rows, words: state.layer.weights.words)
  }
}

extension Placing {
  /// Places a layer of one position, whose inputs are bits with totals, or unsigned.
  @inline(never)
  mutating func placeWhole(_ layer: SumLayer, to output: Tensor, _ site: Site) {
    let changes = layer.weights.totals != nil && layer.inputPlanes == 1
    let keeps = changes && keepsChanges
    var measure = Arena()
    _ = WholeScratch(layer, keepsCounters: keeps, &measure)
    placeSums(
      layer, to: output, site, changes ? .changing : .planes, keepsCounters: keeps,
      scratchBytes: measure.bytes)
  }

  @inline(never)
  mutating func placeSums(
    _ layer: SumLayer, to output: Tensor, _ site: Site, _ method: SumState.Method,
    keepsCounters: Bool = false, plan: UnsafeMutableRawPointer? = nil, scratchBytes: Int
  ) {
    let hasSibling =
      keepsSiblings && site.bits == 1 && layer.weights.copies == 1 && layer.firesBits
      && !keepsCounters
    let words = wordCount(lanes: layer.rows)
    let kept = site.isWide ? arena.take(UInt32.self, count: words) : nil
    let sibling = hasSibling ? arena.take(UInt32.self, count: output.shape.memoryWords) : nil
    let counted = keepsCounters ? arena.take(UInt32.self, count: words) : nil
    let offset = keepsCounters ? keep(words: layer.counterPlanes &* layer.weights.words) : 0
    let source = Tensor(layer.sourceShape, memory: memory(layer.source))
    place(
      SumState(
        layer: layer, method: method, source: source, output: output, kept: kept,
        sibling: sibling, counted: counted, keptOffset: offset, plan: plan))
    let decides = site.bits > 0 || site.isWide
    share(bytes: scratchBytes, runsAgain: decides && keepsSiblings && !hasSibling)
  }
}

extension Tensor {
  /// Gathers all positions, each plane as one row of lanes.
  func gatherAll(into codes: BitMatrix) {
    codes.fill(0)
    for position in indices(shape.positions) {
      copyLanes(
        from: position, count: shape.channels, to: codes, at: position &* shape.channels)
    }
  }
}
