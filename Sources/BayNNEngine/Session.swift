// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// One model at work. It lies at the start of the caller's storage, followed by all that
/// it points to.
///
/// An inference is a sequence of pieces of work: a layer, or a row or step of one, from the
/// first layer to the last; then the head, which adds a leaf to the average and turns to
/// the next leaf. That one starts at the first layer that decides otherwise: what lies above
/// is shared.
package struct Session {
  /// Marks memory that holds a session.
  package static let liveTag: UInt32 = 0x5353_4E42
  package let tag = Session.liveTag
  private var progress = Progress.idle
  let keepsSums: Bool
  let input: Input
  let layers: UnsafeMutablePointer<PlacedLayer>
  let layerCount: Int
  /// The input, then what each layer makes.
  let tensors: UnsafeMutablePointer<Tensor>
  let head: HeadState
  let space: Workspace
  let policy: Policy
  /// Q31; 0 = never stops early.
  let stopsBelow: UInt32

  var leaves: LeafSequence
  var pass: Pass
  private var coverage = Coverage()
  /// The layer whose turn it is; the head's if there is none of this number.
  private var current = 0
  /// It has run in the leaf before, on the same inputs.
  private var onlyDecides = false
  /// Why the inference has stopped before its last leaf.
  package private(set) var settlement = Settlement.none

  private enum Progress: UInt8 { case idle, running, finished }

  /// How sure it is that more leaves would give the same label.
  package enum Settlement: UInt8 { case none, certain, confident }

  package var isRegression: Bool { head.values.outputs > 0 }
  /// Probabilities that there are: of each class at each position.
  package var probabilityCount: Int { head.average.classes &* head.average.positions }
  package var positions: Int { head.average.positions }
  package var outputs: Int { head.values.outputs }
  package var isFinished: Bool { progress == .finished }
  /// True if all leaves have been evaluated.
  package var isComplete: Bool { isFinished && settlement == .none }
  /// True from the first leaf of an inference on that has any weight.
  package var hasResult: Bool { coverage.total > 0 }

  init(
    _ model: Model, _ config: SessionConfig, _ plan: Plan, _ leaves: LeafSequence
  ) {
    keepsSums = config.keepsSums
    input = plan.input
    layers = plan.layers
    layerCount = plan.layerCount
    tensors = plan.tensors
    head = plan.head
    space = plan.space
    policy = model.policy
    stopsBelow = config.stopsBelow ?? 0
    self.leaves = leaves
    pass = Pass(call: config.firstCall &- 1, accelerator: plan.space.accelerator)
    if case .sampled(_, let seed) = config.posterior {
      pass.isDrawn = true
      pass.seed = seed
    }
  }

  /// Takes an input and starts over.
  package mutating func begin(
    _ bytes: UnsafePointer<UInt8>, bytes count: Int
  ) throws(Fault) {
    try input.take(bytes, count: count)
    for index in indices(layerCount) { layers[index].state.restart() }
    head.restart()
    coverage = Coverage()
    settlement = .none
    pass.call &+= 1
    leaves.start(call: pass.call, space.accelerator)
    pass.mask = leaves.mask
    pass.number = leaves.pass
    current = 0
    onlyDecides = false
    progress = .running
    try stopIfFailed()
  }

  /// Goes on for about `workMax` units of work, and for one piece at least.
  package mutating func step(workMax: UInt32) throws(Fault) {
    guard progress != .idle else { throw .state }
    var left = workMax
    while progress == .running {
      let work = UInt32(truncatingIfNeeded: runPiece())
      try stopIfFailed()
      guard work < left else { return }
      left &-= work
    }
  }

  /// Ends the inference if an accelerator has failed; what leaves before have said stays.
  private mutating func stopIfFailed() throws(Fault) {
    guard var accelerator = space.accelerator, let fault = accelerator.takeFailure() else {
      return
    }
    progress = .idle
    throw fault
  }

  /// Predicts one input in one go.
  package mutating func infer(
    _ bytes: UnsafePointer<UInt8>, bytes count: Int
  ) throws(Fault) -> Prediction {
    try begin(bytes, bytes: count)
    while !isFinished { try step(workMax: .max) }
    return try result()
  }

  /// Runs one piece of the current layer under the current leaf.
  ///
  /// - Returns: units of work.
  private mutating func runPiece() -> Int {
    guard current < layerCount else { return runHead() }
    let (work, isDone) = layers[current].runPiece(
      pass, space, into: tensors[current &+ 1], keepsSums: keepsSums,
      onlyDecides: onlyDecides)
    if isDone {
      current &+= 1
      onlyDecides = false
    }
    return work
  }

  private mutating func runHead() -> Int {
    let work = head.addLeaf(
      leaves, isFirst: coverage.leaves == 0, countsVotes: countsVotes, space,
      keepsSums: keepsSums)
    guard !space.hasFailed else { return work }
    coverage.add(leaves)
    turnToNextLeaf()
    return work
  }

  private var countsVotes: Bool { stopsBelow > 0 && pass.isDrawn }

  private mutating func turnToNextLeaf() {
    guard leaves.advance() else {
      progress = .finished
      return
    }
    if stopsBelow > 0, settle() { return }
    let changed = pass.mask ^ leaves.mask
    let passChanged = pass.number != leaves.pass
    pass.mask = leaves.mask
    pass.number = leaves.pass
    current = 0
    onlyDecides = true
    while current < layerCount,
      !layers[current].site.decides(changed, passChanged: passChanged)
    {
      current &+= 1
    }
  }

  /// Stops if the label is settled, though there are leaves to come.
  private mutating func settle() -> Bool {
    guard hasResult else { return false }
    if pass.isDrawn {
      let label = head.average.prediction(at: 0, coverage).label
      let error = head.votes.errorProbability(label, passes: coverage.samples)
      guard error <= stopsBelow else { return false }
      settlement = .confident
    } else {
      guard head.average.leads(beyond: FixedPoint.one &- coverage.mass) else { return false }
      settlement = .certain
    }
    progress = .finished
    return true
  }
}

// MARK: Results

extension Session {
  /// The prediction from the leaves so far.
  package func result() throws(Fault) -> Prediction {
    guard hasResult else { throw .state }
    guard !isRegression else {
      return Prediction(
        leaves: coverage.leaves, samples: coverage.samples, mass: coverage.mass)
    }
    return head.average.prediction(coverage)
  }

  /// The prediction of one position.
  package func result(at position: UInt32) throws(Fault) -> Prediction {
    guard hasResult else { throw .state }
    guard position < UInt32(truncatingIfNeeded: positions) else { throw .argument }
    return head.average.prediction(at: position.int, coverage)
  }

  /// An output of a regression.
  package func value(_ output: UInt32) throws(Fault) -> Value {
    guard hasResult else { throw .state }
    guard output < UInt32(truncatingIfNeeded: outputs) else { throw .argument }
    return head.value(output.int, coverage)
  }

  /// True if the policy says not to use a prediction.
  package func abstains(_ prediction: Prediction) -> Bool {
    var deviation: UInt32 = 0
    for i in indices(outputs) { deviation = max(deviation, head.value(i, coverage).deviation) }
    return policy.abstains(
      entropy: prediction.entropy, mutualInformation: prediction.mutualInformation,
      deviation: deviation)
  }

  /// Probability in Q31 of class `index` mod classes at position `index` div classes.
  package func probability(_ index: Int) -> UInt32 { head.average.probability(index, coverage) }

  /// What layer number `number`, from 1 on, has made of the current leaf; 0 is the input.
  package func tensor(_ number: Int) -> Tensor { tensors[number] }

  /// The sums of layer number `index`, from 0 on, if it is dense; those of a softmax head are
  /// the last ones.
  package func dense(_ index: Int) -> DenseState? {
    guard index < layerCount else { return head.dense?.pointee }
    if case .dense(let state) = layers[index].state { return state.pointee }
    return nil
  }

  /// Who counts; nil for the library's own kernels.
  package var accelerator: UnsafeMutablePointer<Accelerator>? { space.accelerator }

  /// Leaves evaluated so far.
  package var leafCount: UInt32 { coverage.leaves }
}
