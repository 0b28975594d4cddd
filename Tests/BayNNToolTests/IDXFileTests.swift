// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNTool

@Suite struct IDXFileTests {
  @Test func readsBytes() throws {
    let file = try IDXFile(parsing: Fixtures.idx([2, 3], [1, 2, 3, 4, 5, 6]), name: "x")
    #expect(file.shape == [2, 3] && file.itemShape == [3] && file.count == 2)
    #expect(Array(file.content) == [1, 2, 3, 4, 5, 6] && file.element == .u8)
    #expect(file.floats == nil)
  }

  @Test func readsFloats() throws {
    let singles: [UInt8] = [0x3F, 0x80, 0, 0, 0xC0, 0x20, 0, 0]
    let single = try IDXFile(parsing: Fixtures.idx([2], singles, element: .float32), name: "x")
    #expect(single.floats == [1, -2.5])
    let doubles: [UInt8] = [
      0xBF, 0xF0, 0, 0, 0, 0, 0, 0, 0x40, 0x09, 0x21, 0xFB, 0x54, 0x44, 0x2D, 0x18,
    ]
    let double = try IDXFile(parsing: Fixtures.idx([2, 1], doubles, element: .float64), name: "x")
    #expect(double.floats == [-1, Double.pi])
  }

  /// Every file that is cut off, in every element type, and one that is too long.
  @Test(arguments: IDXFile.Element.allCases)
  func refusesEveryOtherLength(element: IDXFile.Element) throws {
    let whole = Fixtures.idx(
      [3, 2], [UInt8](repeating: 7, count: 6 * element.bytes), element: element)
    _ = try IDXFile(parsing: whole, name: "x")
    for length in 0..<whole.count {
      let error = failure { _ = try IDXFile(parsing: Array(whole.prefix(length)), name: "x") }
      #expect(error?.kind == .data, "\(length) bytes")
    }
    let error = failure { _ = try IDXFile(parsing: whole + [0], name: "x") }
    #expect(error?.message.hasSuffix("it is longer than its shape") == true)
  }

  /// Whatever the header says, there is a message or an array that fits its bytes.
  @Test func survivesAnyHeader() {
    var random = TestRandom(seed: 1)
    let whole = Fixtures.idx([3, 2, 2], [UInt8](repeating: 7, count: 12))
    for _ in 0..<5000 {
      var bytes = whole
      for _ in 0...(random.next() % 3) {
        bytes[Int(random.next() % 16)] = UInt8(truncatingIfNeeded: random.next())
      }
      let error = failure {
        let file = try IDXFile(parsing: bytes, name: "x")
        #expect(product(file.shape + [file.element.bytes]) == file.content.count)
      }
      #expect(error == nil || error?.kind == .data)
    }
  }

  @Test func saysWhatIsWrong() {
    let cases: [([UInt8], String)] = [
      ([0, 0, 8], "is not an IDX file"),
      ([1, 0, 8, 1, 0, 0, 0, 1, 5], "is not an IDX file"),
      ([0, 0, 7, 1, 0, 0, 0, 1, 5], "no element type 0x07"),
      ([0, 0, 8, 0], "has no sizes"),
      ([0, 0, 8, 2, 0, 0, 0, 1], "ends within its 2 sizes"),
      (Fixtures.idx([0, 4], []), "holds nothing: its shape is 0 x 4"),
      (Fixtures.idx([1 << 31, 1 << 31, 1 << 31], []), "larger than any file"),
      (Fixtures.idx([2, 2], [1, 2, 3]), "takes 4 bytes, but 3 follow: it is cut off"),
    ]
    for (bytes, message) in cases {
      let error = failure { _ = try IDXFile(parsing: bytes, name: "x") }
      #expect(error?.kind == .data)
      #expect(error?.message.contains(message) == true, "\(message): \(error?.message ?? "none")")
    }
  }
}
