// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// One model at work. It lies at the start of the caller's storage, followed by all that
/// it points to.
///
/// An inference is a sequence of pieces of work, each one layer: count the layer's sums,
/// fire its outputs into the next layer; at the head, add a leaf to the average and turn
/// to the next leaf. That one starts at the first layer whose scale changes: what lies
/// above is shared.
package struct Session {
  /// Marks memory that holds a session.
  package static let liveTag: UInt32 = 0x5353_4E42
  package let tag = Session.liveTag
  /// Dense layers, then the binary part of the head.
  let layers: UnsafeMutablePointer<LayerState>
  let layerCount: Int
  let head: SoftmaxHead
  let list: RowList
  let keepsSums: Bool
  /// A word for each class, twice.
  let logits: UnsafeMutablePointer<UInt32>
  let distances: UnsafeMutablePointer<UInt32>
  let policy: Policy
  let maximum: UInt32

  var leaves: LeafSequence
  var average: Average
  /// Number of the next inference.
  var call: UInt64
  /// The layer whose turn it is.
  private var current = 0
  private var progress = Progress.idle

  private enum Progress { case idle, running, finished }

  package var classes: Int { head.classes }
  package var inputElements: Int { layers[0].layer.inputs }
  package var isFinished: Bool { progress == .finished }
  /// True from the first leaf of an inference on that has any weight.
  package var hasResult: Bool { average.hasWeight }

  /// Takes an input and starts over.
  package mutating func begin(
    _ input: UnsafePointer<UInt8>, bytes: Int
  ) throws(Fault) {
    guard bytes == inputElements else { throw .inputSize }
    guard InputPlanes.inRange(input, count: bytes, maximum: maximum) else {
      throw .inputRange
    }
    InputPlanes.pack(input, count: bytes, into: layers[0].inputs)
    for index in indices(layerCount) { layers[index].invalidate() }
    average.clear()
    leaves.start(call: call)
    call &+= 1
    current = 0
    progress = .running
  }

  /// Goes on for about `workMax` units of work, and for one piece at least.
  package mutating func step(workMax: UInt32) throws(Fault) {
    guard progress != .idle else { throw .state }
    var left = workMax
    while progress == .running {
      // A piece takes less than 2^31 units.
      let work = UInt32(truncatingIfNeeded: runPiece())
      guard work < left else { return }
      left &-= work
    }
  }

  /// Predicts one input in one go.
  package mutating func infer(
    _ input: UnsafePointer<UInt8>, bytes: Int
  ) throws(Fault) -> Prediction {
    try begin(input, bytes: bytes)
    while !isFinished { try step(workMax: .max) }
    return try result()
  }

  /// The prediction from the leaves so far.
  package func result() throws(Fault) -> Prediction {
    guard hasResult else { throw .state }
    return average.prediction()
  }

  package func abstains(_ prediction: Prediction) -> Bool {
    policy.abstains(
      entropy: prediction.entropy, mutualInformation: prediction.mutualInformation)
  }

  /// Probability of a class in Q31 from the leaves so far.
  package func probability(_ label: Int) -> UInt32 { average.probability(label) }

  /// A layer at work, for those who look closer: the head is the last one.
  package func layer(_ index: Int) -> LayerState { layers[index] }

  /// Runs one layer under the current leaf's mask.
  ///
  /// - Returns: units of work.
  private mutating func runPiece() -> Int {
    let work = layers[current].count(list)
    if !keepsSums { layers[current].invalidate() }
    if current &+ 1 < layerCount {
      let fired = layers[current].fire(
        mask: leaves.mask, into: layers[current &+ 1].inputs.base)
      current &+= 1
      return work &+ fired
    }
    addLeaf()
    turnToNextLeaf()
    return work &+ Work.leaf(classes: classes)
  }

  private mutating func addLeaf() {
    for k in indices(classes) {
      logits[k] = UInt32(bitPattern: head.logit(k, sum: layers[current].sum(k)))
    }
    let entropy = Softmax.leaf(logits, distances: distances, count: classes)
    average.add(logits, entropy: entropy, leaf: leaves)
  }

  private mutating func turnToNextLeaf() {
    let before = leaves.mask
    guard leaves.advance() else {
      progress = .finished
      return
    }
    // Sites of earlier layers are more significant bits, so the first layer that changes
    // is the one whose bit is the top one of the difference.
    let difference = before ^ leaves.mask
    current = 0
    while layers[current].siteBit <= difference >> 1 { current &+= 1 }
  }
}
