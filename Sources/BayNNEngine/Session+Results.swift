// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

extension Session {
  package var isRegression: Bool { outputs > 0 }
  /// Probabilities that there are: of each class at each position.
  package var probabilityCount: Int { head.pointee.average.classes &* positions }
  package var positions: Int { head.pointee.average.positions }
  package var outputs: Int { head.pointee.values.outputs }

  /// The prediction from the leaves so far.
  @inline(never)
  package func result() throws(Fault) -> Prediction {
    guard hasResult else { throw .state }
    guard let predict = head.pointee.functions.predict else {
      return head.pointee.average.prediction(at: 0, coverage)
    }
    var prediction = Prediction()
    var coverage = coverage
    predict(head, &coverage, &prediction)
    return prediction
  }

  /// The prediction of one position.
  package func result(at position: UInt32) throws(Fault) -> Prediction {
    guard hasResult else { throw .state }
    guard position < UInt32(truncatingIfNeeded: positions) else { throw .argument }
    return head.pointee.average.prediction(at: position.int, coverage)
  }

  /// An output of a regression.
  package func value(_ output: UInt32) throws(Fault) -> Value {
    guard hasResult else { throw .state }
    guard output < UInt32(truncatingIfNeeded: outputs) else { throw .argument }
    return value(output.int)
  }

  private func value(_ output: Int) -> Value {
    var value = Value()
    var coverage = coverage
    head.pointee.functions.value?(head, output, &coverage, &value)
    return value
  }

  /// True if the policy says not to use a prediction.
  package func abstains(_ prediction: Prediction) -> Bool {
    switch policy.measure {
    case 1: prediction.entropy > policy.threshold
    case 2: prediction.mutualInformation > policy.threshold
    case 3: largestDeviation > policy.threshold
    default: false
    }
  }

  /// The largest standard deviation of an output of a regression.
  private var largestDeviation: UInt32 {
    var deviation: UInt32 = 0
    for i in indices(outputs) { deviation = max(deviation, value(i).deviation) }
    return deviation
  }

  /// The checksum that stands for many results in a known answer; nil if there is one label.
  package var digest: UInt32? {
    withUnsafePointer(to: self) { session in
      session.pointee.head.pointee.functions.digest.map { $0(session) }
    }
  }

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

  /// Probability in Q31 of class `index` mod classes at position `index` div classes.
  package func probability(_ index: Int) -> UInt32 {
    head.pointee.average.probability(index, coverage)
  }

  /// What layer number `number`, from 1 on, has made of the current leaf; 0 is the input.
  package func tensor(_ number: Int) -> Tensor {
    Tensor(shapes[number], memory: memories[number])
  }

  /// z of an output of the softmax head under the current leaf, after it has run.
  package func headSum(_ output: Int) -> Int32? {
    guard let sums = head.pointee.sums else { return nil }
    return sum(sums, output)
  }

  private func sum(_ sums: UnsafeMutablePointer<SumState>, _ output: Int) -> Int32 {
    sums.pointee.layer.weights.sum(output, sums.counters(space), sums.pointee.parity)
  }

  /// z of an output of a layer of one position, right after the layer has run.
  package func layerSum(_ index: Int, _ output: Int) -> Int32 {
    sum(layers[index].state.assumingMemoryBound(to: SumState.self), output)
  }

  /// What counts in the kernels' place; nil for the library's own kernels.
  package var accelerator: UnsafeMutablePointer<Accelerator>? { space.accelerator }

  /// Leaves evaluated so far.
  package var leafCount: UInt32 { coverage.leaves }
}
