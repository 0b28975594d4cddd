// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel

/// The checksums that the self-test of convolutions compares with follow from the definition.
@Suite struct ConvolutionTestTests {
  private func stream(_ number: UInt32, count: Int) -> [UInt32] {
    (0..<count).map {
      let block = Philox.block(key: (number, 0), counter: (UInt32($0 / 4), 0, 0, 0))
      return [block.0, block.1, block.2, block.3][$0 % 4]
    }
  }

  /// Integers at each position and output, by SPEC 3.9, and bits.
  private func answer(_ test: Int) throws -> UInt32 {
    let all = ConvolutionTest.fields(test)
    let f = (0..<19).map { Int(all[$0]) }
    let (kernelY, kernelX, strideY, strideX) = (f[1], f[2], f[3], f[4])
    let (top, left, height, width, outputs) = (f[7], f[8], f[9], f[10], f[11])
    let (weightBits, isSigned, planes) = (f[12], f[13] == 1, f[18])
    #expect(f[5] == 1 && f[6] == 1 && f[17] == 0)
    let shape = try ConvolutionTest.source(test)
    let inputs = kernelY * kernelX * shape.channels
    let sumMax = inputs * Int(shape.bound) * (1 << weightBits - 1)
    #expect(bitWidth(sumMax) == planes)
    let totalPlanes = isSigned ? bitWidth(inputs) : 0
    let (sectionStream, sourceStream) = ConvolutionTest.streams(test)
    let stateOffset = weightBits * (inputs + 1 + totalPlanes)
    var section = stream(sectionStream, count: stateOffset + planes + 2)
    section[stateOffset + planes - 2..<stateOffset + planes + 1] = [.max, .max, 0]
    var source = stream(sourceStream, count: shape.memoryWords)
    if shape.bound == 255 { source = source.map { $0 & ~ConvolutionTest.blank } }
    func bit(_ word: UInt32, _ lane: Int) -> Int { Int(word >> UInt32(lane) & 1) }
    func value(_ y: Int, _ x: Int, _ c: Int) -> Int? {
      guard 0..<shape.height ~= y, 0..<shape.width ~= x else { return nil }
      let position = y * shape.width + x
      let isInput = shape.kind == .input
      let lane = isInput ? position * shape.channels + c : c
      var code = (0..<shape.bits).reduce(0) {
        $0 | bit(source[isInput ? $1 : $1 * shape.positions + position], lane) << $1
      }
      if shape.bound == 2 && code == 3 { code = 2 }
      return isSigned ? 2 * code - Int(shape.bound) : code
    }
    var integers: [Int32] = []
    var bits: [UInt32] = []
    for position in 0..<height * width {
      var word: UInt32 = 0
      for output in 0..<outputs {
        var sum = 0
        for row in 0..<inputs {
          let (tap, c) = (row / shape.channels, row % shape.channels)
          let y = position / width * strideY + tap / kernelX - top
          let x = position % width * strideX + tap % kernelX - left
          guard let value = value(y, x, c) else { continue }
          let weight = (0..<weightBits).reduce(0) {
            $0 + (2 * bit(section[$1 * (inputs + 1) + row], output) - 1) << $1
          }
          sum += weight * value
        }
        integers.append(Int32(sum))
        let threshold = (0...planes).reduce(0) {
          $0 | bit(section[stateOffset + $1], output) << $1
        }
        let isInverted = bit(section[stateOffset + planes + 1], output) == 1
        if (sum + sumMax >= threshold) != isInverted { word |= 1 << UInt32(output) }
      }
      bits.append(word)
    }
    let checksum = integers.withUnsafeBytes {
      Checksum.crc32(0, $0.baseAddress!, bytes: $0.count)
    }
    return bits.withUnsafeBytes { Checksum.crc32(checksum, $0.baseAddress!, bytes: $0.count) }
  }

  @Test(arguments: 0..<ConvolutionTest.count) func checksumsFromTheDefinition(test: Int) throws {
    #expect(try answer(test) == ConvolutionTest.checksum(test))
  }

  @Test(arguments: 0..<ConvolutionTest.count) func everyMethodGivesTheKnownAnswer(
    test: Int
  ) throws {
    let bytes = ConvolutionTest.storageBytes
    let storage = UnsafeMutableRawPointer.allocate(byteCount: bytes + 64, alignment: 8)
    defer { storage.deallocate() }
    for i in 0..<bytes + 64 { storage.storeBytes(of: 0xA5, toByteOffset: i, as: UInt8.self) }
    #expect(try ConvolutionTest.run(test, storage) == ConvolutionTest.checksum(test))
    for i in 0..<64 {
      #expect(storage.load(fromByteOffset: bytes + i, as: UInt8.self) == 0xA5)
    }
  }

  /// Each method of convolutions has a test.
  @Test func everyMethodHasATest() throws {
    let methods = try (0..<ConvolutionTest.count).map { test in
      let bytes = ConvolutionTest.storageBytes
      let storage = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
      defer { storage.deallocate() }
      var arena = Arena(storage: storage, bytes: bytes)
      let source = try ConvolutionTest.source(test)
      let section = TestSection(test, channels: source.channels, &arena)
      section.fill(test)
      var reading = LayerReading(
        input: source, payload: section.words, bytes: section.bytes(states: 0))
      var placing = Placing(
        layers: 1, sites: 0, SessionConfig(posterior: .deterministic), arena,
        isAccelerated: false)
      _ = placing.takeTensor(source)
      try SumState.placeConvolution(&reading, &placing)
      return try #require(placing.state).assumingMemoryBound(to: SumState.self).pointee.method
    }
    #expect(methods == [.tables, .columns, .gathering])
  }
}
