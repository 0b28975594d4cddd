// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore
@testable import BayNNSelfTest

/// The checksums that the self-test compares with follow from the definitions.
@Suite struct KernelTestTests {
  private func stream(_ number: UInt32, count: Int) -> [UInt32] {
    (0..<count).map {
      let block = Philox.block(key: (number, 0), counter: (UInt32($0 / 4), 0, 0, 0))
      return [block.0, block.1, block.2, block.3][$0 % 4]
    }
  }

  /// Microcontrollers compare with the first, hosts with the second.
  @Test(arguments: [(160, KernelTest.checksumOf160), (928, KernelTest.checksumOf928)])
  func sumsFromTheDefinition(lanes: Int, expected: UInt32) {
    let words = lanes / 32
    func bit(_ rows: [UInt32], _ row: Int, _ lane: Int) -> Int {
      Int(rows[row * words + lane / 32] >> UInt32(lane % 32) & 1)
    }
    let weights = stream(1, count: KernelTest.inputs * words)
    let thresholds = stream(2, count: (KernelTest.planes + 2) * words)
    var planes = [UInt32](repeating: 0, count: KernelTest.planes * words)
    var outputs = [UInt32](repeating: 0, count: words)
    for lane in 0..<lanes {
      var count = KernelTest.constant
      for i in 0..<KernelTest.inputs where KernelTest.subtracted >> UInt32(i) & 1 == 0 {
        count += bit(weights, i, lane)
      }
      let integer = bit(thresholds, 0, lane) + 2 * bit(thresholds, 1, lane)
      count = (count - 2 * integer) & (1 << KernelTest.planes - 1)
      for p in 0..<KernelTest.planes where count >> p & 1 == 1 {
        planes[p * words + lane / 32] |= 1 << UInt32(lane % 32)
      }
      let threshold = (0...KernelTest.planes).reduce(0) {
        $0 | bit(thresholds, $1, lane) << $1
      }
      let fires = 2 * count + 1 >= threshold
      if fires != (bit(thresholds, KernelTest.planes + 1, lane) == 1) {
        outputs[lane / 32] |= 1 << UInt32(lane % 32)
      }
    }
    let checksum = (planes + outputs).withUnsafeBytes {
      Checksum.crc32(0, $0.baseAddress!, bytes: $0.count)
    }
    #expect(checksum == expected)
  }

  @Test func everyKernelGivesTheKnownAnswer() {
    let storage = UnsafeMutableRawPointer.allocate(
      byteCount: KernelTest.ownStorageBytes, alignment: 8)
    defer { storage.deallocate() }
    #expect(KernelTest.sums(UInt32.self, storage: storage) == KernelTest.sumsChecksum)
    #expect(KernelTest.sums(WideLanes.self, storage: storage) == KernelTest.sumsChecksum)
    #expect(KernelTest.sums(SIMD8<UInt32>.self, storage: storage) == KernelTest.sumsChecksum)
    #expect(KernelTest.sums(SIMD16<UInt32>.self, storage: storage) == KernelTest.sumsChecksum)
    #expect(KernelTest.softmax(storage: storage) == KernelTest.softmaxChecksum)
  }
}
