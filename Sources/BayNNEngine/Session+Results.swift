// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

// Why functions of a pointer: methods of a structure may copy it.

extension UnsafeMutablePointer<Session> {
  /// Predicts one input in one go.
  package func infer(
    _ bytes: UnsafePointer<UInt8>, bytes count: Int
  ) throws(Fault) -> Prediction {
    try pointee.begin(bytes, bytes: count)
    while !pointee.isFinished { try pointee.step(workMax: .max) }
    return try result()
  }

  /// The prediction from the leaves so far.
  @inline(never)
  package func result() throws(Fault) -> Prediction {
    try pointee.requireResult()
    guard let predict = head.pointee.functions.predict else {
      return head.pointee.average.prediction(at: 0, pointee.coverage)
    }
    var prediction = Prediction()
    predict(head, &pointee.coverage, &prediction)
    return prediction
  }

  /// The prediction of one position.
  package func result(at position: UInt32) throws(Fault) -> Prediction {
    try pointee.requireResult()
    guard position < UInt32(truncatingIfNeeded: positions) else { throw .argument }
    return head.pointee.average.prediction(at: position.int, pointee.coverage)
  }

  /// An output of a regression.
  package func value(_ output: UInt32) throws(Fault) -> Value {
    try pointee.requireResult()
    guard output < UInt32(truncatingIfNeeded: outputs) else { throw .argument }
    return value(output.int)
  }

  fileprivate func value(_ output: Int) -> Value {
    var value = Value()
    head.pointee.functions.value?(head, output, &pointee.coverage, &value)
    return value
  }

  /// True if the policy says not to use a prediction.
  package func abstains(_ prediction: Prediction) -> Bool {
    let threshold = pointee.policy.threshold
    return switch pointee.policy.measure {
    case 1: prediction.entropy > threshold
    case 2: prediction.mutualInformation > threshold
    case 3: largestDeviation > threshold
    default: false
    }
  }

  /// The largest standard deviation of an output of a regression.
  private var largestDeviation: UInt32 {
    var deviation: UInt32 = 0
    for i in indices(outputs) { deviation = max(deviation, value(i).deviation) }
    return deviation
  }

  /// Probability in Q31 of class `index` mod classes at position `index` div classes.
  package func probability(_ index: Int) -> UInt32 {
    head.pointee.average.probability(index, pointee.coverage)
  }

  /// The checksum that stands for many results in a known answer; nil if there is one label.
  package var digest: UInt32? { head.pointee.functions.digest.map { $0(self) } }

  /// The checksum of all probabilities.
  var digestOfProbabilities: UInt32 {
    var checksum: UInt32 = 0
    for k in indices(probabilityCount) {
      checksum = Checksum.crc32(checksum, word: probability(k))
    }
    return checksum
  }

  /// The checksum of mean and deviation of all outputs.
  var digestOfValues: UInt32 {
    var checksum: UInt32 = 0
    for i in indices(outputs) {
      let value = value(i)
      checksum = Checksum.crc32(checksum, word: UInt32(bitPattern: value.mean))
      checksum = Checksum.crc32(checksum, word: value.deviation)
    }
    return checksum
  }
}

// MARK: What there is

extension UnsafeMutablePointer<Session> {
  /// The head at work.
  @inline(__always)
  var head: UnsafeMutablePointer<HeadState> {
    pointee.layers[pointee.layerCount].state.assumingMemoryBound(to: HeadState.self)
  }

  package var isRegression: Bool { outputs > 0 }
  /// Probabilities that there are: of each class at each position.
  package var probabilityCount: Int { head.pointee.average.classes &* positions }
  package var positions: Int { head.pointee.average.positions }
  package var outputs: Int { head.pointee.values.outputs }
  /// Leaves evaluated so far.
  package var leafCount: UInt32 { pointee.coverage.leaves }
  /// What counts in the kernels' place; nil for the library's own kernels.
  package var accelerator: UnsafeMutablePointer<Accelerator>? { pointee.space.accelerator }

  /// What layer number `number`, from 1 on, has made of the current leaf; 0 is the input.
  package func tensor(_ number: Int) -> Tensor {
    Tensor(pointee.shapes[number], memory: pointee.memories[number])
  }

  /// z of an output of the softmax head under the current leaf, after it has run.
  package func headSum(_ output: Int) -> Int32? { head.pointee.sums.map { sum($0, output) } }

  /// z of an output of a layer of one position, right after the layer has run.
  package func layerSum(_ index: Int, _ output: Int) -> Int32 {
    sum(pointee.layers[index].state.assumingMemoryBound(to: SumState.self), output)
  }

  private func sum(_ sums: UnsafeMutablePointer<SumState>, _ output: Int) -> Int32 {
    sums.pointee.layer.weights.sum(output, sums.counters(pointee.space), sums.pointee.parity)
  }

  // MARK: Settling

  /// Whether the leading class can still be overtaken by leaves that are to come.
  var certainty: Session.Settlement {
    let rest = FixedPoint.one &- pointee.coverage.mass
    return head.pointee.average.leads(beyond: rest) ? .certain : .none
  }

  /// Whether enough passes have chosen the label.
  var confidence: Session.Settlement {
    let label = head.pointee.average.prediction(at: 0, pointee.coverage).label
    let error = head.pointee.votes.errorProbability(label, passes: pointee.coverage.samples)
    return error <= pointee.stopsBelow ? .confident : .none
  }
}
