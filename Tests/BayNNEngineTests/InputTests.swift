// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// Input bytes become bit planes as the definition says: plane p, lane i = bit p of byte i.
@Suite struct InputTests {
  private static let counts = [1, 3, 7, 8, 9, 15, 16, 23, 24, 25, 31, 32, 33, 63, 64, 65, 100]

  private func bytes(count: Int, planes: Int, seed: UInt32) -> [UInt8] {
    var state = seed
    return (0..<count).map { _ in
      state = state &* 1_664_525 &+ 1_013_904_223
      return state >> 30 == 0 ? 0 : UInt8(state >> 16 & (1 << UInt32(planes) - 1))
    }
  }

  private func planes(_ bytes: [UInt8], planes: Int) -> [UInt32] {
    let words = wordCount(lanes: bytes.count)
    var result = [UInt32](repeating: 0, count: planes * words)
    for p in 0..<planes {
      for (lane, byte) in bytes.enumerated() where byte >> UInt8(p) & 1 == 1 {
        result[p * words + lane / 32] |= 1 << UInt32(lane % 32)
      }
    }
    return result
  }

  /// From every address, and over whatever was there before; a guard word stands behind the
  /// last plane.
  @Test(arguments: 1...8)
  func packs(planes: Int) {
    for shift in 0..<8 {
      for count in InputTests.counts {
        let bytes = bytes(count: count, planes: planes, seed: UInt32(100 * shift + count))
        let expected = self.planes(bytes, planes: planes) + [0x5A5A_5A5A]
        var actual = [UInt32](repeating: 0x5A5A_5A5A, count: expected.count)
        let memory = UnsafeMutablePointer<UInt8>.allocate(capacity: count + 16)
        defer { memory.deallocate() }
        memory.fill(0xFF, count: count + 16)
        for i in 0..<count { memory[shift + i] = bytes[i] }
        actual.withUnsafeMutableBufferPointer { row in
          Input.pack(
            memory + shift, count: count,
            into: BitMatrix(
              base: row.baseAddress!, rows: planes, words: wordCount(lanes: count)))
        }
        #expect(actual == expected, "address \(shift), count \(count)")
      }
    }
  }

  /// Eight elements at a time come back as they were; those behind the last one are 0.
  @Test(arguments: 1...8)
  func unpacksWhatItPacked(planes: Int) {
    for count in InputTests.counts {
      let bytes = bytes(count: count, planes: planes, seed: UInt32(count))
      var packed = self.planes(bytes, planes: planes)
      packed.withUnsafeMutableBufferPointer { row in
        let matrix = BitMatrix(
          base: row.baseAddress!, rows: planes, words: wordCount(lanes: count))
        for lane in stride(from: 0, to: 32 * matrix.words, by: 8) {
          let (low, high) = Input.unpack(matrix, lane: lane)
          for i in 0..<8 {
            let element = (i < 4 ? low : high) >> UInt32(8 * (i & 3)) & 0xFF
            #expect(element == (lane + i < count ? UInt32(bytes[lane + i]) : 0))
          }
        }
      }
    }
  }

  /// What is refused changes nothing.
  @Test(arguments: [1, 2, 16, 254, 255])
  func refusesWhatIsOutOfRange(maximum: Int) throws {
    let network = try TestNetwork(inputs: 35, maximum: maximum, layers: [8], sites: 0)
    let shape = TensorShape(network.model.input)
    let memory = UnsafeMutablePointer<UInt32>.allocate(capacity: shape.memoryWords)
    defer { memory.deallocate() }
    let tensor = Tensor(shape, memory: memory)
    let input = network.input(seed: 7)
    try Input.take(input, count: 35, into: tensor)
    let taken = (0..<35).map { UInt8(tensor.code($0, 0)) }
    #expect(taken == input)
    for index in 0..<35 where maximum < 255 {
      var high = [UInt8](repeating: 0, count: 35)
      high[index] = UInt8(maximum + 1)
      #expect(throws: Fault.inputRange) { try Input.take(high, count: 35, into: tensor) }
    }
    for count in [0, 34, 36] {
      #expect(throws: Fault.inputSize) { try Input.take(input, count: count, into: tensor) }
    }
    #expect((0..<35).map { UInt8(tensor.code($0, 0)) } == input)
  }
}
