// SPDX-License-Identifier: Apache-2.0

/// An array in the IDX format, the one of the MNIST files.
///
/// Two zero bytes, the type of the elements, the number of sizes, the sizes as big-endian
/// u32, then the elements, big-endian too, the last index fastest.
struct IDXFile: Equatable {
  enum Element: UInt8, CaseIterable {
    case u8 = 0x08
    case i8 = 0x09
    case i16 = 0x0B
    case i32 = 0x0C
    case float32 = 0x0D
    case float64 = 0x0E

    var bytes: Int {
      switch self {
      case .u8, .i8: 1
      case .i16: 2
      case .i32, .float32: 4
      case .float64: 8
      }
    }

    var name: String {
      switch self {
      case .u8: "unsigned bytes"
      case .i8: "signed bytes"
      case .i16: "16-bit integers"
      case .i32: "32-bit integers"
      case .float32: "32-bit floats"
      case .float64: "64-bit floats"
      }
    }
  }

  let element: Element
  /// At least one size, all above 0; the first counts the items.
  let shape: [Int]
  /// The elements as they lie in the file.
  let content: ArraySlice<UInt8>

  /// - Parameter name: of the file, for messages.
  /// - Throws: `data` if the bytes are not exactly one array, or one without elements.
  init(parsing file: [UInt8], name: String) throws {
    guard file.count >= 4, file[0] == 0, file[1] == 0 else {
      throw ToolError.data(
        "\(name): is not an IDX file: it does not begin with two zero bytes, a type and a "
          + "number of sizes")
    }
    guard let element = Element(rawValue: file[2]) else {
      throw ToolError.data("\(name): IDX has no element type 0x\(hexadecimal(file[2]))")
    }
    let sizes = Int(file[3])
    let start = 4 + 4 * sizes
    guard sizes >= 1 else { throw ToolError.data("\(name): has no sizes, so no items") }
    guard file.count >= start else {
      throw ToolError.data("\(name): ends within its \(sizes) sizes: it is cut off")
    }
    let shape = (0..<sizes).map { Int(bigEndian32(file[(4 + 4 * $0)...])) }
    guard !shape.contains(0) else {
      throw ToolError.data("\(name): holds nothing: its shape is \(text(of: shape))")
    }
    guard let bytes = product(shape + [element.bytes]) else {
      throw ToolError.data("\(name): its shape \(text(of: shape)) is larger than any file")
    }
    let found = file.count - start
    guard found == bytes else {
      let difference = found < bytes ? "it is cut off" : "it is longer than its shape"
      throw ToolError.data(
        "\(name): shape \(text(of: shape)) of \(element.name) takes \(bytes) bytes, but "
          + "\(found) follow: \(difference)")
    }
    self.element = element
    self.shape = shape
    content = file[start...]
  }

  var count: Int { shape[0] }
  /// The shape of one item.
  var itemShape: [Int] { Array(shape.dropFirst()) }

  /// The elements as numbers, if they are floats; else nil.
  var floats: [Double]? {
    let starts = stride(from: content.startIndex, to: content.endIndex, by: element.bytes)
    switch element {
    case .float32:
      return starts.map { Double(Float(bitPattern: bigEndian32(content[$0...]))) }
    case .float64:
      return starts.map {
        let high = UInt64(bigEndian32(content[$0...]))
        return Double(bitPattern: high << 32 | UInt64(bigEndian32(content[($0 + 4)...])))
      }
    default:
      return nil
    }
  }
}

/// The first four bytes as a number; there are at least four.
private func bigEndian32(_ bytes: ArraySlice<UInt8>) -> UInt32 {
  bytes.prefix(4).reduce(0) { $0 << 8 | UInt32($1) }
}

/// The product, or nil if it does not fit.
func product(_ factors: [Int]) -> Int? {
  var result = 1
  for factor in factors {
    let (next, overflow) = result.multipliedReportingOverflow(by: factor)
    guard !overflow else { return nil }
    result = next
  }
  return result
}

/// A shape for messages: "60000 x 28 x 28".
func text(of shape: [Int]) -> String {
  shape.map(String.init).joined(separator: " x ")
}

private func hexadecimal(_ byte: UInt8) -> String {
  (byte < 16 ? "0" : "") + String(byte, radix: 16)
}
