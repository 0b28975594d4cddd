// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Lays the layers of a session out, one after the other, in memory or for the size alone.
struct Placing {
  var arena: Arena
  /// Memory of the tensors so far; nothing lies there while sizes are added up.
  let memories: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>
  /// Layers keep sums between leaves, and what their other state makes.
  let keepsSums: Bool
  let keepsSiblings: Bool
  /// Sums are not counted by the library's own kernels.
  let isAccelerated: Bool
  /// The session may stop early, by votes.
  let countsVotes: Bool
  /// No layer before this one decides anything: it runs once in an inference, or only its own
  /// decision changes.
  var isFirstToDecide = true
  /// What has been placed last, and entries in the table of layers.
  var state: UnsafeMutableRawPointer?
  var placed = 0
  /// Of the memory that layers share, bytes needed by those that run before anything has been
  /// kept, and by the others.
  private(set) var firstScratch = 0
  private(set) var scratch = 0
  /// Bytes of sums that layers keep.
  private(set) var keptBytes = 0
  private var tensors = 0

  /// A layer of one position over bits keeps its counters between leaves.
  var keepsChanges: Bool { keepsSums && !isFirstToDecide }

  init(
    _ arena: Arena, memories: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>,
    _ config: SessionConfig, isAccelerated: Bool
  ) {
    self.isAccelerated = isAccelerated
    countsVotes = config.stopsBelow != nil
    self.arena = arena
    self.memories = memories
    keepsSums = config.keepsSums
    keepsSiblings = config.keepsSums && config.posterior.hasOtherLeaves
  }

  /// The memory of a tensor.
  func memory(_ number: UInt8) -> UnsafeMutablePointer<UInt32> {
    arena.isWritable ? memories[Int(number)] : arena.nowhere
  }

  /// A tensor so far.
  func tensor(_ number: UInt32, _ shape: TensorShape) -> Tensor {
    Tensor(shape, memory: memory(UInt8(truncatingIfNeeded: number)))
  }

  /// Takes memory for the tensor that the layer makes, or for the input.
  @inline(never)
  mutating func takeTensor(_ shape: TensorShape) -> Tensor {
    let memory = arena.take(UInt32.self, count: shape.memoryWords)
    if arena.isWritable { memories[tensors] = memory }
    tensors &+= 1
    return Tensor(shape, memory: memory)
  }

  /// Places the state of a layer.
  @inline(__always)
  mutating func place<State>(_ state: @autoclosure () -> State) {
    self.state = UnsafeMutableRawPointer(arena.put(state()))
  }

  /// Enters how much of the shared memory a layer needs while it runs: once in an inference if
  /// nothing before it decides, unless its own decisions make it run again.
  mutating func share(bytes: Int, runsAgain: Bool = false) {
    if isFirstToDecide && keepsSums && !runsAgain {
      firstScratch = max(firstScratch, bytes)
    } else {
      scratch = max(scratch, bytes)
    }
  }

  /// Takes room for sums that are kept between leaves.
  ///
  /// - Returns: where they lie in the memory of all kept sums.
  mutating func keep(words: Int) -> Int {
    let offset = keptBytes
    keptBytes &+= (4 &* words &+ Arena.alignment &- 1) & ~(Arena.alignment &- 1)
    return offset
  }

  /// Takes the shared memory, once all layers are placed. Layers that run before anything is
  /// kept may use the room of what is kept, too.
  mutating func takeWorkspace(_ accelerator: UnsafeMutablePointer<Accelerator>?) -> Workspace {
    let memory = arena.take(bytes: max(firstScratch, scratch &+ keptBytes))
    return Workspace(scratch: memory, kept: memory + scratch, accelerator: accelerator)
  }
}

extension LayerReading {
  /// What a session being made places the layer with; nil if the layer is only checked.
  @inline(__always) var placement: UnsafeMutablePointer<Placing>? {
    placing?.assumingMemoryBound(to: Placing.self)
  }
}
