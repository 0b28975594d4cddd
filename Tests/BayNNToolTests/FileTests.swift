// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNTool

@Suite struct FileTests {
  @Test func filesThatCannotBeRead() throws {
    let missing = failure { _ = try readFile("/no/such/file", what: "the inputs") }
    #expect(missing?.kind == .noInput && missing?.message.contains("no such file") == true)
    let device = failure { _ = try readFile("/dev/zero", what: "the inputs") }
    #expect(device?.kind == .noInput)
    try Fixtures.withFolder(["empty.idx": [], "a.idx": [0x1F, 0x8B, 8]]) { folder in
      let whole = failure { _ = try readFile(folder, what: "the inputs") }
      #expect(whole?.kind == .noInput && whole?.message.contains("is a folder") == true)
      let empty = failure { _ = try readFile(folder + "/empty.idx", what: "the inputs") }
      #expect(empty?.kind == .data && empty?.message.hasSuffix("is empty") == true)
      let packed = failure { _ = try readFile(folder + "/a.idx", what: "the inputs") }
      #expect(packed?.kind == .data && packed?.message.contains("gunzip it first") == true)
    }
  }

  @Test func folderWithEverything() throws {
    let files = [
      "test-inputs.idx", "test-labels.idx", "ood-noise-inputs.idx", "ood-b-inputs.idx",
      "ood--inputs.idx", "README.md",
    ]
    let content = Dictionary(uniqueKeysWithValues: files.map { ($0, [UInt8(0)]) })
    try Fixtures.withFolder(content) { folder in
      let mine = DataPaths.Named(name: "noise", path: "mine.idx")
      let paths = try DataPaths(data: folder, labels: nil, outside: [mine])
      #expect(fileName(paths.inputs) == "test-inputs.idx")
      #expect(paths.labels.map(fileName) == "test-labels.idx")
      #expect(paths.outside.map(\.name) == ["noise", "b"] && paths.outside[0] == mine)
      let other = try DataPaths(data: folder, labels: "other.idx", outside: [])
      #expect(other.labels == "other.idx" && other.outside.map(\.name) == ["b", "noise"])
    }
  }

  @Test func labelsBesideInputs() throws {
    let files: [String: [UInt8]] = [
      "t10k-images-idx3-ubyte": [0], "t10k-labels-idx1-ubyte": [0], "a-inputs.idx": [0],
      "inputs.idx": [0], "targets.idx": [0],
    ]
    try Fixtures.withFolder(files) { folder in
      let labels = { (name: String) in
        try DataPaths(data: "\(folder)/\(name)", labels: nil, outside: []).labels.map(fileName)
      }
      let found = try ["t10k-images-idx3-ubyte", "a-inputs.idx", "inputs.idx"].map(labels)
      #expect(found == ["t10k-labels-idx1-ubyte", nil, "targets.idx"])
    }
  }

  @Test func folderWithoutInputs() throws {
    try Fixtures.withFolder(["x": [0]]) { folder in
      let error = failure { _ = try DataPaths(data: folder, labels: nil, outside: []) }
      #expect(error?.kind == .noInput && error?.message.contains("test-inputs.idx") == true)
    }
  }
}
