// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The head at work: turns the last tensor into a leaf's contribution to the averages.
struct HeadState {
  /// Tells an output of a regression; a `Coverage` in, a `Value` out.
  typealias ValueFunction =
    @convention(c) (
      _ head: UnsafeRawPointer, _ output: Int, _ coverage: UnsafeRawPointer,
      _ value: UnsafeMutableRawPointer
    ) -> Void

  /// The last tensor.
  let last: Tensor
  /// Sums of a softmax head, and scale and bias of each class; nil for other heads.
  let sums: UnsafeMutablePointer<SumState>?
  let pairs: UnsafePointer<Int32>?
  /// Of a regression: the deviation of the noise of each output, and what tells outputs.
  let noise: UnsafePointer<UInt32>?
  let valueFunction: ValueFunction?
  let average: Average
  let values: ValueAverage
  /// Empty unless the session may stop early.
  let votes: Votes

  func restart() {
    average.clear()
    values.clear()
    votes.clear()
  }

  // MARK: Softmax

  static func readSoftmax(_ reading: inout LayerReading) throws(Fault) {
    let head = try SoftmaxHead(&reading)
    guard let placing = reading.placement else { return }
    let last = placing.pointee.lastTensor(reading)
    placing.pointee.placeWhole(head.layer, to: last, .none)
    let sums = placing.pointee.state?.assumingMemoryBound(to: SumState.self)
    placing.pointee.placeHead(reading, last, sums: sums, pairs: head.pairs)
    var measure = Arena()
    _ = WholeScratch(head.layer, keepsCounters: placing.pointee.keepsChanges, &measure)
    _ = LeafScratch(classes: head.layer.weights.outputs, &measure)
    placing.pointee.share(bytes: measure.bytes)
  }

  /// - Returns: units of work.
  func runSoftmax(_ run: PieceRun) -> Int {
    guard let sums, let pairs else { return 0 }
    let work = sums.pointee.count(run.space, run.inference)
    guard !run.space.hasFailed else { return work }
    var arena = run.space.arena
    let scratch = WholeScratch(
      sums.pointee.layer, keepsCounters: sums.pointee.counted != nil, &arena)
    let leaf = LeafScratch(classes: average.classes, &arena)
    let counters = scratch.counters(of: sums.pointee, run.space)
    for k in indices(average.classes) {
      leaf.logits[k] = UInt32(
        bitPattern: SoftmaxHead.logit(pairs, k, sum: sums.pointee.sum(k, counters)))
    }
    add(leaf, at: 0, run)
    return work &+ Work.leaf(classes: average.classes)
  }

  // MARK: Classification

  static func readClassification(_ reading: inout LayerReading) throws(Fault) {
    try ClassificationHead.read(&reading)
    guard let placing = reading.placement else { return }
    placing.pointee.placeHead(reading, placing.pointee.lastTensor(reading))
    var measure = Arena()
    _ = LeafScratch(classes: reading.result.classes.int, &measure)
    placing.pointee.share(bytes: measure.bytes)
  }

  /// - Returns: units of work.
  func runClassification(_ run: PieceRun) -> Int {
    var arena = run.space.arena
    let leaf = LeafScratch(classes: average.classes, &arena)
    for position in indices(average.positions) {
      let source = last.integers + position &* average.classes
      for k in indices(average.classes) { leaf.logits[k] = UInt32(bitPattern: source[k]) }
      add(leaf, at: position, run)
    }
    return average.positions &* Work.leaf(classes: average.classes)
  }

  /// Adds the probabilities of a position under the current leaf.
  private func add(_ leaf: LeafScratch, at position: Int, _ run: PieceRun) {
    let entropy = Softmax.leaf(leaf.logits, distances: leaf.distances, count: average.classes)
    average.add(leaf.logits, entropy: entropy, at: position, weight: run.weight)
    if run.countsVotes { votes.add(leaf.logits) }
  }

  // MARK: Regression

  static func readRegression(_ reading: inout LayerReading) throws(Fault) {
    let head = try RegressionHead(&reading)
    guard let placing = reading.placement else { return }
    placing.pointee.placeHead(
      reading, placing.pointee.lastTensor(reading), noise: head.noise,
      valueFunction: { head, output, coverage, value in
        value.assumingMemoryBound(to: Value.self).pointee =
          head.assumingMemoryBound(to: HeadState.self).pointee.value(
            output, coverage.assumingMemoryBound(to: Coverage.self).pointee)
      })
  }

  /// - Returns: units of work.
  func runRegression(_ run: PieceRun) -> Int {
    values.add(last.integers, isFirst: run.isFirst, weight: run.weight)
    return values.outputs &* UInt32(truncatingIfNeeded: Work.value).int
  }

  private func value(_ output: Int, _ coverage: Coverage) -> Value {
    values.value(output, noise: noise?[output] ?? 0, coverage)
  }
}

/// Logits of a leaf at one position, which become probabilities, from the memory that layers
/// share.
private struct LeafScratch {
  let logits: UnsafeMutablePointer<UInt32>
  let distances: UnsafeMutablePointer<UInt32>

  init(classes: Int, _ arena: inout Arena) {
    logits = arena.take(UInt32.self, count: classes)
    distances = arena.take(UInt32.self, count: classes)
  }
}

extension Placing {
  /// The tensor that the head takes.
  fileprivate func lastTensor(_ reading: LayerReading) -> Tensor {
    tensor(UInt32(truncatingIfNeeded: reading.tensors.count &- 1), reading.tensors.last)
  }

  @inline(never)
  fileprivate mutating func placeHead(
    _ reading: LayerReading, _ last: Tensor, sums: UnsafeMutablePointer<SumState>? = nil,
    pairs: UnsafePointer<Int32>? = nil, noise: UnsafePointer<UInt32>? = nil,
    valueFunction: HeadState.ValueFunction? = nil
  ) {
    let classes = reading.result.classes.int
    let average = Average(
      classes: classes, positions: classes > 0 ? reading.result.positions : 0, arena: &arena)
    let values = ValueAverage(outputs: reading.result.outputs.int, arena: &arena)
    let votes = Votes(classes: countsVotes ? classes : 0, arena: &arena)
    place(
      HeadState(
        last: last, sums: sums, pairs: pairs, noise: noise, valueFunction: valueFunction,
        average: average, values: values, votes: votes))
  }
}
