// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Known answers of convolutions: a layer for each method that they have of their own, placed
/// and run as in a session, with windows across all borders of its input.
///
/// Weights, thresholds and inputs are words of the random generator. An answer is the checksum
/// of the integers that come out and, with thresholds, of the bits.
package enum ConvolutionTest {
  /// By tables, by columns, and by the definition.
  package static var count: Int { 3 }

  /// Bytes of storage that each of them fits in.
  package static var storageBytes: Int { MemoryLayout<Int>.size == 4 ? 1792 : 2560 }

  package static func checksum(_ test: Int) -> UInt32 {
    switch test {
    case 0: 3_972_448_085
    case 1: 2_795_986_067
    default: 1_679_356_174
    }
  }

  /// The section of a convolution (SPEC 3.9) up to the field `planes`, with states 0.
  package static func fields(_ test: Int) -> InlineArray<19, UInt8> {
    switch test {
    case 0: [0, 3, 3, 2, 2, 1, 1, 1, 1, 2, 2, 6, 1, 0, 0, 0, 1, 0, 13]
    case 1: [0, 3, 2, 2, 1, 1, 1, 1, 1, 2, 3, 6, 1, 1, 0, 0, 1, 0, 6]
    default: [0, 2, 2, 1, 1, 1, 1, 1, 0, 2, 1, 6, 2, 1, 0, 0, 1, 0, 7]
    }
  }

  /// What the layer takes: bytes, bits, or integers up to 2.
  package static func source(_ test: Int) throws(Fault) -> TensorShape {
    switch test {
    case 0: try TensorShape(height: 3, width: 3, channels: 3, kind: .input, bits: 8, bound: 255)
    case 1: try TensorShape(height: 3, width: 2, channels: 10, kind: .codes, bits: 1, bound: 1)
    default: try TensorShape(height: 2, width: 2, channels: 5, kind: .input, bits: 2, bound: 2)
    }
  }

  /// Bits of the bytes that the first window sees: rows and columns 0 and 1 of three channels.
  package static var blank: UInt32 { 0x7E3F }

  /// Streams of the random generator for the words of the section behind the fields, and for
  /// the elements.
  package static func streams(_ test: Int) -> (section: UInt32, source: UInt32) {
    let first = UInt32(truncatingIfNeeded: 4 &+ 2 &* test)
    return (first, first &+ 1)
  }

  /// - Throws: what is found wrong of the layer, or `storage`.
  @inline(never)
  package static func run(
    _ test: Int, _ storage: UnsafeMutableRawPointer
  ) throws(Fault) -> UInt32 {
    var arena = Arena(storage: storage, bytes: storageBytes)
    let source = try source(test)
    let section = TestSection(test, channels: source.channels, &arena)
    let reading = arena.take(LayerReading.self, count: 1)
    guard arena.isWritable else { throw .storage }
    section.fill(test)
    var checksum: UInt32 = 0
    for states in indices(2) {
      section.words[17] = UInt32(truncatingIfNeeded: states)
      reading.initialize(
        to: LayerReading(
          input: source, payload: section.words, bytes: section.bytes(states: states)))
      checksum = try run(test, source, reading, arena, checksum)
    }
    return checksum
  }

  /// Runs a layer in the rest of the storage, and goes on with a checksum.
  @inline(never)
  private static func run(
    _ test: Int, _ source: TensorShape, _ reading: UnsafeMutablePointer<LayerReading>,
    _ memory: Arena, _ checksum: UInt32
  ) throws(Fault) -> UInt32 {
    var placing = Placing(
      layers: 1, sites: 0, SessionConfig(posterior: .deterministic), memory,
      isAccelerated: false)
    let input = placing.takeTensor(source)
    try SumState.placeConvolution(reading, &placing)
    let space = placing.takeWorkspace(nil)
    guard placing.arena.isWritable, let state = placing.state else { throw .storage }
    input.fill(test)
    run(state.assumingMemoryBound(to: SumState.self), space, placing.memories)
    let output = Tensor(reading.pointee.found.output, memory: placing.memories[1])
    output.clearPadding()
    return Checksum.crc32(checksum, output.memory, bytes: 4 &* output.shape.memoryWords)
  }

  @inline(never)
  private static func run(
    _ state: UnsafeMutablePointer<SumState>, _ space: Workspace,
    _ memories: UnsafePointer<UnsafeMutablePointer<UInt32>>
  ) {
    let pass = Pass(call: 0, accelerator: nil)
    withUnsafePointer(to: pass) { pass in
      var run = PieceRun(
        pass: pass, space: space, memories: memories, inference: 1,
        site: LayerSite(bits: 0, shift: 0, wideLayer: nil), piece: 0, positions: 2,
        isUnbounded: false, isFirstOfCall: false, onlyDecides: false, weight: 0, isFirst: true,
        countsVotes: false, next: 1)
      repeat {
        _ = state.runConvolution(&run)
        run.piece = run.next
      } while !run.isDone
    }
  }
}

/// The section of such a layer, in memory.
struct TestSection {
  let words: UnsafeMutablePointer<UInt32>
  /// Matrices of so many rows, of one word each, and the planes of their totals.
  private let matrices: Int
  private let inputs: Int
  private let totalPlanes: Int
  private let statesOffset: Int
  private let count: Int

  init(_ test: Int, channels: Int, _ arena: inout Arena) {
    let fields = ConvolutionTest.fields(test)
    inputs = Int(fields[unchecked: 1]) &* Int(fields[unchecked: 2]) &* channels
    matrices = Int(fields[unchecked: 12])
    totalPlanes = fields[unchecked: 13] == 1 ? bitWidth(inputs) : 0
    statesOffset = 19 &+ matrices &* (inputs &+ 1 &+ totalPlanes)
    count = statesOffset &+ Int(fields[unchecked: 18]) &+ 2
    words = arena.take(UInt32.self, count: count)
  }

  /// Thresholds and inversions come last.
  func bytes(states: Int) -> Int { 4 &* (states == 0 ? statesOffset : count) }

  func fill(_ test: Int) {
    let fields = ConvolutionTest.fields(test)
    for i in indices(19) { words[i] = UInt32(fields[unchecked: i]) }
    Philox.fill(
      words + 19, count: count &- 19, stream: ConvolutionTest.streams(test).section)
    for matrix in indices(matrices) {
      let rows = words + (19 &+ matrix &* (inputs &+ 1))
      rows[inputs] = 0
      let counts = LaneTotals.count(rows, stride: 1, rows: inputs)
      let totals = words + (19 &+ matrices &* (inputs &+ 1) &+ matrix &* totalPlanes)
      for plane in indices(totalPlanes) { totals[plane] = counts[unchecked: plane] }
    }
    // Thresholds from 3/4 of 2^planes up to 2^planes, as K is: most sums are near.
    let highest = words + (count &- 2)
    (highest - 2).fill(~0, count: 2)
    highest[0] = 0
  }
}

extension Tensor {
  /// Fills codes, or an input, with random elements in their range.
  fileprivate func fill(_ test: Int) {
    Philox.fill(
      memory, count: shape.memoryWords, stream: ConvolutionTest.streams(test).source)
    // Of two bits, 3 becomes 2. Of bytes, those that the first window sees become 0.
    if shape.bound == 2 { memory[0] &= ~memory[1] }
    if shape.bound == 255 {
      for plane in indices(shape.bits) { memory[plane] &= ~ConvolutionTest.blank }
    }
    clearPadding()
  }

  /// Makes padding lanes of rows of one word 0.
  fileprivate func clearPadding() {
    let lanes = shape.kind == .input ? shape.elements : shape.channels
    for word in indices(shape.kind == .integers ? 0 : shape.memoryWords) {
      memory[word] &= tailMask(lanes: lanes)
    }
  }
}

extension KernelPart {
  package static var convolution: KernelPart {
    KernelPart(count: ConvolutionTest.count, storageBytes: ConvolutionTest.storageBytes) {
      test, storage, answer in
      let answer = answer.assumingMemoryBound(to: KernelAnswer.self)
      answer.pointee.expected = ConvolutionTest.checksum(test)
      do throws(Fault) {
        answer.pointee.actual = try ConvolutionTest.run(test, storage)
      } catch {
        answer.pointee.actual = UInt32(bitPattern: 0 &- error.status)
      }
    }
  }
}
