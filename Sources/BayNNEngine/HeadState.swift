// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The head at work: turns the last tensor into a leaf's contribution to the averages.
struct HeadState {
  let head: Head
  /// The last tensor.
  let last: Tensor
  /// The binary part of a softmax head; nil for others.
  let dense: UnsafeMutablePointer<DenseState>?
  /// A word for each class, twice.
  private let logits: UnsafeMutablePointer<UInt32>
  private let distances: UnsafeMutablePointer<UInt32>
  let average: Average
  let values: ValueAverage
  /// Empty unless the session may stop early.
  let votes: Votes

  init(
    _ head: Head, last: Tensor, dense: UnsafeMutablePointer<DenseState>?, countsVotes: Bool,
    arena: inout Arena
  ) {
    self.head = head
    self.last = last
    self.dense = dense
    logits = arena.take(UInt32.self, count: head.classes)
    distances = arena.take(UInt32.self, count: head.classes)
    average = Average(
      classes: head.classes, positions: head.classes > 0 ? head.positions : 0, arena: &arena)
    values = ValueAverage(outputs: head.outputs, arena: &arena)
    votes = Votes(classes: countsVotes ? head.classes : 0, arena: &arena)
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
    let classes = head.classes
    switch head {
    case .softmax(let head):
      guard let dense else { return 1 }
      let work = dense.pointee.count(space.list)
      if !keepsSums { dense.pointee.invalidate() }
      for k in indices(classes) {
        logits[k] = UInt32(bitPattern: head.logit(k, sum: dense.pointee.sum(k)))
      }
      addPosition(0, leaf, countsVotes: countsVotes)
      return work &+ Work.leaf(classes: classes)
    case .classification(let shape):
      for position in indices(shape.positions) {
        let source = last.integers + position &* classes
        for k in indices(classes) { logits[k] = UInt32(bitPattern: source[k]) }
        addPosition(position, leaf, countsVotes: countsVotes)
      }
      return shape.positions &* Work.leaf(classes: classes)
    case .regression(let shape, _):
      values.add(last.integers, isFirst: isFirst, weight: leaf.weight)
      return shape.elements &* UInt32(truncatingIfNeeded: Work.value).int
    }
  }

  private func addPosition(_ position: Int, _ leaf: LeafSequence, countsVotes: Bool) {
    let entropy = Softmax.leaf(logits, distances: distances, count: head.classes)
    average.add(logits, entropy: entropy, at: position, weight: leaf.weight)
    if countsVotes { votes.add(logits) }
  }

  /// An output of a regression.
  func value(_ output: Int, _ coverage: Coverage) -> Value {
    guard case .regression(_, let noise) = head else { return Value() }
    return values.value(output, noise: noise[output], coverage)
  }
}
