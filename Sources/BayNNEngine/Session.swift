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
  /// Words of all state, of which this is the first one; and the complement.
  fileprivate let stateWords: UInt32
  fileprivate let stateWordsFlipped: UInt32
  private var progress = Progress.idle
  /// Why the inference has stopped before its last leaf.
  package private(set) var settlement = Settlement.none
  /// The table of layers; the head is the last one.
  let layers: UnsafeMutablePointer<PlacedLayer>
  package let layerCount: Int
  /// The input, then what each layer makes.
  let shapes: UnsafeMutablePointer<TensorShape>
  let memories: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>
  let space: Workspace
  let policy: Policy
  /// Q31; 0 = never stops early.
  let stopsBelow: UInt32

  var leaves: LeafSequence
  var pass: Pass
  var coverage = Coverage()
  /// Number of the inference, of which layers know whether their sums stand for it.
  private var inference: UInt32 = 0
  /// The layer whose turn it is, or the head; and where it goes on, 0 at first.
  private var current = 0
  private var piece = 0
  /// It has run in the leaf before, on the same inputs.
  private var onlyDecides = false

  private enum Progress: UInt8 { case idle, running, finished }

  /// How sure it is that more leaves would give the same label.
  package enum Settlement: UInt8 { case none, certain, confident }

  /// The session behind a pointer of C.
  @inline(__always)
  static func at(_ pointer: UnsafeMutableRawPointer) -> UnsafeMutablePointer<Session> {
    pointer.assumingMemoryBound(to: Session.self)
  }

  package var isFinished: Bool { progress == .finished }
  /// True if all leaves have been evaluated.
  package var isComplete: Bool { isFinished && settlement == .none }
  /// True from the first leaf of an inference on that has any weight.
  package var hasResult: Bool { coverage.total > 0 }

  /// Errors: BAYNN_ERROR_STATE if no inference has been begun, BAYNN_ERROR_NO_RESULT before the
  /// first leaf that has any weight.
  package func requireResult() throws(Fault) {
    guard !hasResult else { return }
    throw progress == .idle ? .state : .noResult
  }

  init(
    _ model: UnsafePointer<Model>, _ config: SessionConfig, _ plan: UnsafePointer<Placing>,
    _ space: Workspace, _ leaves: LeafSequence
  ) {
    // The last piece of state is the seal.
    stateWords = UInt32(truncatingIfNeeded: (plan.pointee.arena.stateBytes &- Arena.alignment) >> 2)
    stateWordsFlipped = ~stateWords
    layers = plan.pointee.layers
    layerCount = model.pointee.layers.int
    shapes = plan.pointee.shapes
    memories = plan.pointee.memories
    self.space = space
    policy = model.pointee.policy
    stopsBelow = config.stopsBelow ?? 0
    self.leaves = leaves
    pass = Pass(call: config.firstCall &- 1, accelerator: space.accelerator)
    pass.isDrawn = leaves.passes > 0
    pass.seed = leaves.seed
  }

  /// Takes an input and starts over.
  @inline(never)
  package mutating func begin(
    _ bytes: UnsafePointer<UInt8>, bytes count: Int
  ) throws(Fault) {
    try Input.take(bytes, count: count, into: Tensor(shapes[0], memory: memories[0]))
    inference &+= 1
    layers[layerCount].state.assumingMemoryBound(to: HeadState.self).pointee.restart()
    coverage = Coverage()
    settlement = .none
    pass.call &+= 1
    leaves.start(call: pass.call, space.accelerator)
    pass.mask = leaves.mask
    pass.number = leaves.pass
    current = 0
    piece = 0
    onlyDecides = false
    progress = .running
    try stopIfFailed()
  }

  /// Goes on for about `workMax` units of work, and for one piece at least.
  ///
  /// - Returns: units of work that this took.
  @discardableResult
  @inline(never)
  package mutating func step(workMax: UInt32) throws(Fault) -> UInt32 {
    guard progress != .idle else { throw .state }
    var done: UInt32 = 0
    var isFirst = true
    while progress == .running {
      // No layer or leaf takes half as much.
      let isUnbounded = workMax &- done >= 1 << 31
      done &+= UInt32(
        truncatingIfNeeded: runPiece(isFirst: isFirst, isUnbounded: isUnbounded))
      isFirst = false
      try stopIfFailed()
      if done >= workMax { return done }
    }
    return done
  }

  /// Ends the inference if an accelerator has failed; what leaves before have said stays.
  private mutating func stopIfFailed() throws(Fault) {
    guard var accelerator = space.accelerator, let fault = accelerator.takeFailure() else {
      return
    }
    progress = .idle
    throw fault
  }

  /// Makes the next inference the first call of the stream of draws.
  package mutating func restartCalls() { pass.call = .max }

  /// Runs one piece of the current layer under the current leaf.
  ///
  /// - Parameters:
  ///   - isFirst: it is the first piece of a call.
  ///   - isUnbounded: it may be a row of a map, or all of a layer.
  /// - Returns: units of work.
  private mutating func runPiece(isFirst: Bool, isUnbounded: Bool) -> Int {
    let layer = layers[current]
    let (work, next) = withUnsafePointer(to: &pass) { pass in
      var run = PieceRun(
        pass: pass, space: space, memories: memories, inference: inference, site: layer.site,
        piece: piece,
        positions: isUnbounded ? Int(truncatingIfNeeded: Limits.elementsMax) : layer.positions.int,
        isUnbounded: isUnbounded, isFirstOfCall: isFirst,
        onlyDecides: onlyDecides, weight: leaves.weight, isFirst: coverage.leaves == 0,
        countsVotes: stopsBelow > 0 && pass.pointee.isDrawn,
        next: piece &+ 1)
      let work = layer.function(layer.state, &run)
      return (work, run.isDone ? 0 : run.next)
    }
    piece = next
    guard next == 0 else { return work }
    onlyDecides = false
    if current < layerCount {
      current &+= 1
    } else if !space.hasFailed {
      coverage.add(leaves)
      turnToNextLeaf()
    }
    return work
  }

  private mutating func turnToNextLeaf() {
    guard leaves.advance() else {
      progress = .finished
      return
    }
    if stopsBelow > 0, hasResult {
      settlement = withUnsafeMutablePointer(to: &self) {
        Settlement(rawValue: $0.pointee.leaves.settle($0)) ?? .none
      }
      if settlement != .none {
        progress = .finished
        return
      }
    }
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
    if current == layerCount { onlyDecides = false }
  }
}

// The state of a session is all that its code follows: pointers, sizes, numbers of what comes
// next. It is sealed whenever a call returns, so that damage between two calls is found.
extension UnsafeMutablePointer<Session> {
  private var words: UnsafeMutablePointer<UInt32> {
    UnsafeMutableRawPointer(self).assumingMemoryBound(to: UInt32.self)
  }

  private var seal: UnsafeMutablePointer<UInt32> { words + pointee.stateWords.int }

  private var stateDigest: UInt32 {
    Digest.mix(words, count: pointee.stateWords.int, into: Digest.start)
  }

  /// Seals the state as it is.
  package func sealState() { seal.pointee = stateDigest }

  /// True if there is a session, and its state is as it was sealed.
  package var isSealed: Bool {
    pointee.stateWords == ~pointee.stateWordsFlipped
      && seal.pointee == stateDigest
  }
}
