// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel

/// Known answers of the kernels. Inputs are words of the random generator; results are
/// checksums, which the test suite derives anew from the definitions.
package enum KernelTest {
  package static let inputs = 20
  #if arch(x86_64) || arch(arm64)
    /// A word of each width up to 512 lanes: the widest kernel leaves work to all others.
    package static let outputs = 928
  #else
    package static let outputs = 160
  #endif
  /// Planes of a counter that holds 20.
  package static let planes = 5
  package static let constant = 3
  /// Inputs subtracted after all have been added.
  package static let subtracted: UInt32 = 0x0005_2A91

  #if arch(x86_64) || arch(arm64)
    package static let sumsChecksum: UInt32 = checksumOf928
  #else
    package static let sumsChecksum: UInt32 = checksumOf160
  #endif
  package static let checksumOf160: UInt32 = 2_581_300_813
  package static let checksumOf928: UInt32 = 1_015_328_697
  package static let softmaxChecksum: UInt32 = 1_711_024_845

  /// Tests that every program has: the narrowest and the widest kernel, and softmax.
  private static let ownCount = 3

  /// These, and those of convolutions if the model has any.
  static func count(_ model: UnsafePointer<Model>) -> Int {
    ownCount &+ (KernelPart.convolution(of: model)?.count ?? 0)
  }

  /// Runs a test; nil if it gives the known answer. The index of what it finds wrong is the
  /// lanes of a kernel, 0 for softmax, or from 1 on the number of a test of the convolution.
  static func run(
    _ test: Int, _ storage: UnsafeMutableRawPointer, _ model: UnsafePointer<Model>
  ) -> Mismatch? {
    switch test {
    case 0: return check(32, sums(UInt32.self, storage: storage), sumsChecksum)
    case 1:
      guard WideLanes.rowWords > 1 else { return nil }
      return check(
        UInt32(truncatingIfNeeded: 32 &* WideLanes.rowWords),
        sums(WideLanes.self, storage: storage), sumsChecksum)
    case 2: return check(0, softmax(storage: storage), softmaxChecksum)
    default:
      var answer = KernelAnswer()
      KernelPart.convolution(of: model)?.run(test &- ownCount, storage, &answer)
      return check(
        UInt32(truncatingIfNeeded: test &- ownCount &+ 1), answer.actual, answer.expected)
    }
  }

  private static func check(_ index: UInt32, _ actual: UInt32, _ expected: UInt32) -> Mismatch? {
    actual == expected ? nil : Mismatch(index: index, actual: actual, expected: expected)
  }

  /// Storage that the tests need.
  static func storageBytes(_ model: UnsafePointer<Model>) -> Int {
    max(ownStorageBytes, KernelPart.convolution(of: model)?.storageBytes ?? 0)
  }

  package static var ownStorageBytes: Int {
    var arena = Arena()
    _ = Workspace(&arena)
    return arena.bytes
  }

  struct Workspace {
    let weights: UnsafeMutablePointer<UInt32>
    let thresholds: UnsafeMutablePointer<UInt32>
    let counters: BitMatrix
    let bits: UnsafeMutablePointer<UInt32>
    let outputs: UnsafeMutablePointer<UInt32>
    let list: RowList

    init(_ arena: inout Arena) {
      let words = BayNNCore.wordCount(lanes: KernelTest.outputs)
      weights = arena.take(UInt32.self, count: (KernelTest.inputs &+ 1) &* words)
      thresholds = arena.take(UInt32.self, count: (KernelTest.planes &+ 2) &* words)
      counters = arena.takeBits(rows: KernelTest.planes, words: words)
      bits = arena.take(UInt32.self, count: 2)
      outputs = arena.take(UInt32.self, count: words)
      let capacity = RowList.capacity(rows: KernelTest.inputs)
      list = RowList(
        offsets: arena.take(UInt32.self, count: capacity), capacity: capacity)
    }
  }

  /// The column-sliced kernel at the width of `Word`: adds every row, subtracts some,
  /// adds a constant, subtracts integers in planes, and fires. Returns the checksum of counters and outputs.
  package static func sums<Word: LaneWord>(
    _ word: Word.Type, storage: UnsafeMutableRawPointer
  ) -> UInt32 {
    var arena = Arena(storage: storage, bytes: .max)
    let space = Workspace(&arena)
    let words = space.counters.words
    Philox.fill(space.weights, count: inputs &* words, stream: 1)
    (space.weights + inputs &* words).fill(0, count: words)
    Philox.fill(space.thresholds, count: (planes &+ 2) &* words, stream: 2)
    space.bits[0] = ~0
    space.bits[1] = subtracted

    let sums = BinarySums(
      weights: BinaryWeights(rows: space.weights, inputs: inputs, outputs: outputs),
      counters: space.counters)
    sums.set(0)
    _ = sums.add(.ones(of: space.bits, lanes: inputs), space.list, word)
    _ = sums.add(
      .ones(of: space.bits + 1, lanes: inputs), subtracting: true, space.list, word)
    sums.add(constant)
    // The first threshold planes serve as integers of two bits; modulo 2^5.
    sums.add(planes: space.thresholds, count: 2, at: 1, subtracting: true)
    Thresholds(
      planes: space.thresholds, planeCount: planes &+ 1,
      inversions: space.thresholds + (planes &+ 1) &* words
    ).fire(counters: space.counters, parity: 1, outputs: outputs, into: space.outputs)
    let checksum = Checksum.crc32(0, space.counters.base, bytes: planes &* words &* 4)
    return Checksum.crc32(checksum, space.outputs, bytes: words &* 4)
  }

  /// Softmax and entropy of eight logits, and the logarithm of the average.
  package static func softmax(storage: UnsafeMutableRawPointer) -> UInt32 {
    var arena = Arena(storage: storage, bytes: .max)
    let values = arena.take(UInt32.self, count: 8)
    let distances = arena.take(UInt32.self, count: 8)
    Philox.fill(values, count: 8, stream: 3)
    // Within 16 nats of each other, some of them negative.
    for k in 0..<8 { values[k] = UInt32(bitPattern: Int32(bitPattern: values[k]) >> 8) }
    let entropy = Softmax.leaf(values, distances: distances, count: 8)
    var checksum = Checksum.crc32(0, values, bytes: 32)
    checksum = Checksum.crc32(checksum, word: entropy)
    return Checksum.crc32(checksum, word: FixedPoint.negatedLogarithm(values[0] | 1))
  }
}
