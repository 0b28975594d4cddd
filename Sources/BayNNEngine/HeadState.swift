// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The head at work: turns the last tensor into a leaf's contribution to the averages.
struct HeadState {
  private enum Kind {
    /// Binary sums of the last tensor, and scale and bias of each class.
    case softmax(UnsafeMutablePointer<DenseState>, UnsafePointer<Int32>)
    case classification
    case regression(noise: UnsafePointer<UInt32>)
  }

  private let kind: Kind
  /// The last tensor.
  private let last: Tensor
  /// A word for each class, twice.
  private let logits: UnsafeMutablePointer<UInt32>
  private let distances: UnsafeMutablePointer<UInt32>
  let average: Average
  let values: ValueAverage
  /// Empty unless the session may stop early.
  let votes: Votes

  /// `dense`: the binary part of a softmax head; nil for others, or without real storage.
  init(
    _ head: Head, last: Tensor, dense: UnsafeMutablePointer<DenseState>?, countsVotes: Bool,
    arena: inout Arena
  ) {
    self.last = last
    logits = arena.take(UInt32.self, count: head.classes)
    distances = arena.take(UInt32.self, count: head.classes)
    average = Average(
      classes: head.classes, positions: head.classes > 0 ? head.positions : 0, arena: &arena)
    values = ValueAverage(outputs: head.outputs, arena: &arena)
    votes = Votes(classes: countsVotes ? head.classes : 0, arena: &arena)
    switch head {
    case .softmax(let softmax):
      kind = dense.map { .softmax($0, softmax.pairs) } ?? .classification
    case .classification: kind = .classification
    case .regression(_, let noise): kind = .regression(noise: noise)
    }
  }

  /// The binary part of a softmax head.
  var dense: UnsafeMutablePointer<DenseState>? {
    if case .softmax(let dense, _) = kind { dense } else { nil }
  }

  func restart() {
    dense?.pointee.invalidate()
    average.clear()
    values.clear()
    votes.clear()
  }

  /// Adds the current leaf to the averages.
  ///
  /// - Returns: units of work.
  func addLeaf(
    _ leaf: LeafSequence, isFirst: Bool, countsVotes: Bool, _ space: Workspace,
    keepsSums: Bool
  ) -> Int {
    let classes = average.classes
    switch kind {
    case .softmax(let dense, let pairs):
      let work = dense.pointee.count(space)
      guard !space.hasFailed else { return work }
      if !keepsSums { dense.pointee.invalidate() }
      for k in indices(classes) {
        logits[k] = UInt32(
          bitPattern: SoftmaxHead.logit(pairs, k, sum: dense.pointee.sum(k)))
      }
      addPosition(0, leaf, countsVotes: countsVotes)
      return work &+ Work.leaf(classes: classes)
    case .classification:
      for position in indices(average.positions) {
        let source = last.integers + position &* classes
        for k in indices(classes) { logits[k] = UInt32(bitPattern: source[k]) }
        addPosition(position, leaf, countsVotes: countsVotes)
      }
      return average.positions &* Work.leaf(classes: classes)
    case .regression:
      values.add(last.integers, isFirst: isFirst, weight: leaf.weight)
      return values.outputs &* UInt32(truncatingIfNeeded: Work.value).int
    }
  }

  private func addPosition(_ position: Int, _ leaf: LeafSequence, countsVotes: Bool) {
    let entropy = Softmax.leaf(logits, distances: distances, count: average.classes)
    average.add(logits, entropy: entropy, at: position, weight: leaf.weight)
    if countsVotes { votes.add(logits) }
  }

  /// An output of a regression.
  func value(_ output: Int, _ coverage: Coverage) -> Value {
    guard case .regression(let noise) = kind else { return Value() }
    return values.value(output, noise: noise[output], coverage)
  }
}
