// SPDX-License-Identifier: Apache-2.0
import Foundation

/// Reads a whole file.
///
/// - Parameter what: what the file is for the user, such as "the model".
/// - Throws: `noInput` if there is no such regular file or it cannot be read, `data` if it
///   is empty or compressed.
func readFile(_ path: String, what: String) throws -> [UInt8] {
  var isFolder: ObjCBool = false
  guard FileManager.default.fileExists(atPath: path, isDirectory: &isFolder) else {
    throw ToolError.noInput("\(path): no such file; it should be \(what)")
  }
  guard !isFolder.boolValue else {
    throw ToolError.noInput("\(path): is a folder; name the file that is \(what)")
  }
  // A device or a pipe may never end.
  let resolved = URL(filePath: path).resolvingSymlinksInPath().path
  let type = try? FileManager.default.attributesOfItem(atPath: resolved)[.type]
  guard type as? FileAttributeType == .typeRegular else {
    throw ToolError.noInput("\(path): is not an ordinary file; write \(what) to one first")
  }
  guard let content = try? Data(contentsOf: URL(filePath: path)) else {
    throw ToolError.noInput("\(path): cannot be read; check its permissions")
  }
  let bytes = [UInt8](content)
  guard !bytes.isEmpty else { throw ToolError.data("\(path): is empty") }
  if bytes.starts(with: [0x1F, 0x8B]) {
    throw ToolError.data("\(path): is compressed with gzip; gunzip it first")
  }
  return bytes
}

func isFolder(_ path: String) -> Bool {
  var isFolder: ObjCBool = false
  return FileManager.default.fileExists(atPath: path, isDirectory: &isFolder)
    && isFolder.boolValue
}

func fileName(_ path: String) -> String { URL(filePath: path).lastPathComponent }
