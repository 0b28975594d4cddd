// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNCore
@testable import BayNNModel

/// The table has every tensor that a layer still takes, and no more than the format allows.
@Suite struct TensorTableTests {
  /// Sections of layers that take these tensors: one source a pool, two an addition.
  private func image(_ layers: [[UInt32]]) -> [UInt32] {
    let sections: [[UInt32]] = layers.map { sources in
      let kind = sources.count == 2 ? SectionKind.add : SectionKind.pool
      return [UInt32(kind), 8, sources[0], sources.count == 2 ? sources[1] : 0]
    }
    return sections.flatMap { $0 } + [0]
  }

  private func shape(_ number: Int) throws -> TensorShape {
    try TensorShape(
      height: 1, width: 1, channels: UInt32(number + 1), kind: .integers, bound: 1)
  }

  /// Makes the tensors of these layers, each of which finds what it takes.
  private func read(_ layers: [[UInt32]]) throws {
    let image = image(layers)
    let table = UnsafeMutablePointer<TensorTable>.allocate(capacity: 1)
    defer { table.deallocate() }
    table.initialize(to: TensorTable(input: try shape(0)))
    try image.withUnsafeBytes { bytes in
      var sections = SectionReader(
        image: bytes.baseAddress!, imageBytes: UInt32(bytes.count), offset: 0)
      for (index, sources) in layers.enumerated() {
        #expect(table.last == (try shape(index)))
        for source in sources { #expect(try table.shape(source) == shape(Int(source))) }
        for number in [UInt32(index + 1), 255, .max] {
          #expect(throws: Fault.imageShape) { try table.shape(number) }
        }
        _ = try sections.next()
        try table.append(shape(index + 1), ahead: sections)
      }
    }
  }

  @Test func remembersWhatIsTaken() throws {
    try read([[0], [1], [2], [3]])
    try read([[0], [0, 1], [0, 1], [0, 3], [0, 0], [5, 2]])
    // A place is used again once its tensor is not taken any more.
    try read([[0]] + (1..<64).map { [UInt32($0 - 1), UInt32($0)] })
  }

  /// As many tensors wait as the format allows: they are taken in the end, last one first.
  @Test(arguments: [1, 2, 7, 8]) func holdsSoMany(waiting: Int) throws {
    try read((0...waiting).map { [UInt32($0)] } + (0..<waiting).reversed().map { [UInt32($0)] })
  }

  @Test func refusesOneMore() {
    #expect(throws: Fault.imageShape) { try holdsSoMany(waiting: 9) }
  }
}
