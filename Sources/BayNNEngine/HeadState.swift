// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The head at work: turns the last tensor into a leaf's contribution to the averages.
struct HeadState {
  /// What only some heads can tell. Why functions: a program holds those of its heads alone.
  struct Functions {
    /// Tells an output; a `Coverage` in, a `Value` out. Of regressions.
    var value:
      (
        @convention(c) (
          _ head: UnsafeRawPointer, _ output: Int, _ coverage: UnsafeRawPointer,
          _ value: UnsafeMutableRawPointer
        ) -> Void
      )?
    /// Makes a prediction of many positions or values; a `Coverage` in, a `Prediction` out.
    var predict:
      (
        @convention(c) (
          _ head: UnsafeRawPointer, _ coverage: UnsafeRawPointer,
          _ prediction: UnsafeMutableRawPointer
        ) -> Void
      )?
    /// The checksum that stands for many results of a `Session`.
    var digest: (@convention(c) (_ session: UnsafeMutableRawPointer) -> UInt32)?
  }

  /// The last tensor.
  let last: Tensor
  /// Sums of a softmax head, and scale and bias of each class; nil for other heads.
  let sums: UnsafeMutablePointer<SumState>?
  let pairs: UnsafePointer<Int32>?
  /// Of a regression: the deviation of the noise of each output.
  let noise: UnsafePointer<UInt32>?
  let functions: Functions
  /// Logits of a leaf at one position, which become probabilities; and as many words more.
  let logits: UnsafeMutablePointer<UInt32>
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

  static func placeSoftmax(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    var layer = try SoftmaxHead.read(reading)
    let last = placing.pointee.lastTensor(reading)
    placing.pointee.placeWhole(&layer, to: last, .none)
    let sums = placing.pointee.state?.assumingMemoryBound(to: SumState.self)
    placing.pointee.placeHead(
      reading.pointee.found.result, last, sums: sums, pairs: SoftmaxHead.pairs(&layer))
  }

  // MARK: Classification

  static func placeClassification(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    try ClassificationHead.read(reading)
    var functions = Functions()
    if reading.pointee.found.result.positions > 1 {
      functions.predict = { head, coverage, prediction in
        let head = head.assumingMemoryBound(to: HeadState.self)
        prediction.assumingMemoryBound(to: Prediction.self).pointee =
          head.pointee.average.predictionOfAll(
            coverage.assumingMemoryBound(to: Coverage.self).pointee)
      }
      functions.digest = { Session.at($0).digestOfProbabilities }
    }
    placing.pointee.placeHead(
      reading.pointee.found.result, placing.pointee.lastTensor(reading), functions: functions)
  }

  // MARK: Regression

  static func placeRegression(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    let head = try RegressionHead(reading)
    let functions = Functions(
      value: { head, output, coverage, value in
        let head = head.assumingMemoryBound(to: HeadState.self)
        value.assumingMemoryBound(to: Value.self).pointee = head.pointee.values.value(
          output, noise: head.pointee.noise?[output] ?? 0,
          coverage.assumingMemoryBound(to: Coverage.self).pointee)
      },
      predict: { _, coverage, prediction in
        let coverage = coverage.assumingMemoryBound(to: Coverage.self)
        prediction.assumingMemoryBound(to: Prediction.self).pointee = Prediction(
          leaves: coverage.pointee.leaves, samples: coverage.pointee.samples,
          mass: coverage.pointee.mass)
      },
      digest: { Session.at($0).digestOfValues })
    placing.pointee.placeHead(
      reading.pointee.found.result, placing.pointee.lastTensor(reading), noise: head.noise,
      functions: functions)
  }
}

extension UnsafeMutablePointer<HeadState> {
  /// - Returns: units of work.
  func runSoftmax(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    guard let sums = pointee.sums, let pairs = pointee.pairs else { return 0 }
    let work = sums.count(run)
    guard run.pointee.isDone, !run.pointee.space.hasFailed else { return work }
    let counters = sums.counters(run.pointee.space)
    let classes = pointee.average.classes
    for k in indices(classes) {
      let sum = sums.pointee.layer.weights.sum(k, counters, sums.pointee.parity)
      pointee.logits[k] = UInt32(bitPattern: SoftmaxHead.logit(pairs, k, sum: sum))
    }
    add(at: 0, run)
    return work &+ Work.leaf(classes: classes)
  }

  /// - Returns: units of work.
  func runClassification(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let (classes, positions) = (pointee.average.classes, pointee.average.positions)
    for position in indices(positions) {
      let source = pointee.last.memory + position &* classes
      pointee.logits.copy(source, count: classes)
      add(at: position, run)
    }
    return positions &* Work.leaf(classes: classes)
  }

  /// - Returns: units of work.
  func runRegression(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    pointee.values.add(
      pointee.last.integers, isFirst: run.pointee.isFirst, weight: run.pointee.weight)
    return pointee.values.outputs &* UInt32(truncatingIfNeeded: Work.value).int
  }

  /// Adds the probabilities of a position under the current leaf.
  private func add(at position: Int, _ run: UnsafeMutablePointer<PieceRun>) {
    let classes = pointee.average.classes
    let logits = pointee.logits
    let entropy = Softmax.leaf(logits, distances: logits + classes, count: classes)
    pointee.average.add(logits, entropy: entropy, at: position, weight: run.pointee.weight)
    if run.pointee.countsVotes { pointee.votes.add(logits) }
  }
}

extension Placing {
  /// The tensor that the head takes.
  fileprivate func lastTensor(_ reading: UnsafeMutablePointer<LayerReading>) -> Tensor {
    tensor(
      UInt32(truncatingIfNeeded: reading.pointee.tensors.count &- 1), reading.last)
  }

  @inline(never)
  fileprivate mutating func placeHead(
    _ result: ResultShape, _ last: Tensor, sums: UnsafeMutablePointer<SumState>? = nil,
    pairs: UnsafePointer<Int32>? = nil, noise: UnsafePointer<UInt32>? = nil,
    functions: HeadState.Functions = HeadState.Functions()
  ) {
    let classes = result.classes.int
    let logits = arena.takeData(UInt32.self, count: 2 &* classes)
    let average = Average(
      classes: classes, positions: classes > 0 ? result.positions : 0, arena: &arena)
    let values = ValueAverage(outputs: result.outputs.int, arena: &arena)
    let votes = Votes(classes: countsVotes ? classes : 0, arena: &arena)
    let head = arena.take(HeadState.self, count: 1)
    state = UnsafeMutableRawPointer(head)
    guard arena.isWritable else { return }
    head.initialize(
      to: HeadState(
        last: last, sums: sums, pairs: pairs, noise: noise, functions: functions,
        logits: logits, average: average, values: values, votes: votes))
  }
}
