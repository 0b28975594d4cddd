// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNTool

/// Data that fits a model is taken, and what does not fit is named.
@Suite struct DataFitTests {
  private static let labels = Fixtures.summary()
  private static let map = Fixtures.summary(map: [2, 2])
  private static let values = Fixtures.summary(labels: 2, task: .regression)

  private static func inputs(_ shape: [Int], _ content: [UInt8]) throws -> InputSet {
    try InputSet(IDXFile(parsing: Fixtures.idx(shape, content), name: "x"), name: "x", for: labels)
  }

  private static func targets(
    _ shape: [Int], _ content: [UInt8], _ model: ModelSummary, element: IDXFile.Element = .u8
  ) throws -> Targets {
    let file = try IDXFile(parsing: Fixtures.idx(shape, content, element: element), name: "x")
    return try Targets(file, name: "x", for: model)
  }

  @Test(arguments: [[2, 2, 3], [2, 2, 3, 1], [2, 6]])
  func inputShapes(shape: [Int]) throws {
    let set = try DataFitTests.inputs(shape, Array(repeating: 9, count: 12))
    #expect(set.count == 2 && set.elements == 6)
  }

  @Test(arguments: [[2, 3, 2], [4, 3], [12], [1, 12]])
  func otherInputShapes(shape: [Int]) {
    let error = failure { _ = try DataFitTests.inputs(shape, Array(repeating: 9, count: 12)) }
    #expect(error?.kind == .data && error?.message.contains("the model takes 2 x 3 x 1") == true)
  }

  @Test func valueAboveTheMaximum() {
    let error = failure {
      _ = try DataFitTests.inputs([2, 6], [0, 1, 2, 3, 4, 5, 6, 7, 10, 9, 9, 9])
    }
    #expect(error?.message.contains("element 2 of input 1 is 10") == true)
  }

  @Test func inputsThatAreNoBytes() {
    let error = failure {
      let bytes = Fixtures.idx([1, 6], [UInt8](repeating: 0, count: 24), element: .i32)
      _ = try InputSet(
        IDXFile(parsing: bytes, name: "x"), name: "x", for: DataFitTests.labels)
    }
    #expect(error?.message.contains("these are 32-bit integers") == true)
  }

  @Test func labelsOfEachTask() throws {
    #expect(
      try DataFitTests.targets([2], [2, 0], DataFitTests.labels) == .labels([2, 0], positions: 1))
    #expect(
      try DataFitTests.targets([1, 2, 2], [0, 255, 1, 2], DataFitTests.map)
        == .labels([0, 255, 1, 2], positions: 4))
    #expect(
      try DataFitTests.targets(
        [1, 2], [0x3F, 0x80, 0, 0, 0, 0, 0, 0], DataFitTests.values, element: .float32)
        == .values([1, 0], outputs: 2))
  }

  @Test func labelsOutOfRange() {
    let single = failure { _ = try DataFitTests.targets([2], [0, 3], DataFitTests.labels) }
    #expect(single?.message.contains("input 1 has the label 3") == true)
    // 255 means "ignore" in maps alone.
    let ignored = failure { _ = try DataFitTests.targets([1], [255], DataFitTests.labels) }
    #expect(ignored?.message.contains("input 0 has the label 255") == true)
    let place = failure {
      _ = try DataFitTests.targets([2, 2, 2], [0, 0, 0, 0, 0, 0, 7, 0], DataFitTests.map)
    }
    #expect(place?.message.contains("position 2 of input 1 has the label 7") == true)
  }

  @Test func labelsOfAnotherShape() {
    let map = failure { _ = try DataFitTests.targets([2], [0, 0], DataFitTests.map) }
    #expect(map?.message.contains("the model gives 2 x 2") == true)
    let single = failure {
      _ = try DataFitTests.targets([1, 2, 2], [0, 0, 0, 0], DataFitTests.labels)
    }
    #expect(single?.message.contains("the model gives one label") == true)
    let outputs = failure {
      _ = try DataFitTests.targets([1], [0, 0, 0, 0], DataFitTests.values, element: .float32)
    }
    #expect(outputs?.message.contains("the model gives 2") == true)
  }

  @Test func targetsThatAreNoNumbers() {
    let infinite = failure {
      _ = try DataFitTests.targets(
        [1, 2], [0, 0, 0, 0, 0x7F, 0x80, 0, 0], DataFitTests.values, element: .float32)
    }
    #expect(infinite?.message.contains("target 1 of input 0 is inf") == true)
    let bytes = failure { _ = try DataFitTests.targets([1, 2], [0, 0], DataFitTests.values) }
    #expect(bytes?.message.contains("targets are floats") == true)
  }

  @Test func countsDiffer() throws {
    let inputs = try DataFitTests.inputs([2, 6], [UInt8](repeating: 0, count: 12))
    let error = failure {
      _ = try DataSet(inputs: inputs, targets: .labels([0, 1, 2], positions: 1))
    }
    #expect(error?.message == "x: has 2 inputs, but there are labels of 3")
  }

  @Test func recordsAndSingleInputs() throws {
    let model = DataFitTests.labels
    let two = try Records(
      parsing: [1, 2, 3, 4, 5, 6, 0, 6, 5, 4, 3, 2, 1, 2], name: "x", for: model)
    #expect(two.inputs.bytes == [1, 2, 3, 4, 5, 6, 6, 5, 4, 3, 2, 1])
    #expect(two.targets == .labels([0, 2], positions: 1))
    let one = try Records(parsing: [1, 2, 3, 4, 5, 6], name: "x", for: model)
    #expect(one.inputs.count == 1 && one.targets == nil)
    for length in (1...30) where length != 6 && length % 7 != 0 {
      let bytes = [UInt8](repeating: 0, count: length)
      let error = failure { _ = try Records(parsing: bytes, name: "x", for: model) }
      #expect(error?.kind == .data, "\(length) bytes")
    }
    let map = failure {
      _ = try Records(parsing: [UInt8](repeating: 0, count: 7), name: "x", for: DataFitTests.map)
    }
    #expect(map?.message.contains("use an IDX file") == true)
  }

  @Test func limits() throws {
    let inputs = try DataFitTests.inputs([2, 6], [UInt8](repeating: 1, count: 12))
    let data = try DataSet(inputs: inputs, targets: .labels([0, 1], positions: 1))
    #expect(data.prefix(1).inputs.count == 1 && data.prefix(1).targets?.count == 1)
    #expect(data.prefix(5) == data)
  }
}
