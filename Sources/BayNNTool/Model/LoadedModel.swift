// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// A model image in memory, opened.
///
/// Sendable, because an open model is only read: any number of sessions may share it.
final class LoadedModel: @unchecked Sendable {
  let path: String
  private let image: UnsafeMutableRawBufferPointer
  private let model: UnsafeMutablePointer<baynn_model_t>
  let summary: ModelSummary

  /// - Throws: `noInput` or `data`, saying what is wrong with the file.
  convenience init(path: String) throws {
    try self.init(readFile(path, what: "a BayNN model"), path: path)
  }

  init(_ bytes: [UInt8], path: String) throws {
    let image = UnsafeMutableRawBufferPointer.allocate(
      byteCount: bytes.count, alignment: Int(BAYNN_MODEL_ALIGNMENT))
    image.copyBytes(from: bytes)
    let model = UnsafeMutablePointer<baynn_model_t>.allocate(capacity: 1)
    model.initialize(to: baynn_model_t())
    do {
      let status = baynn_model_open(model, image.baseAddress, image.count, baynn_parts_all)
      guard status == BAYNN_OK else {
        throw ToolError.data("\(fileName(path)): \(explain(imageStatus: status))")
      }
      summary = try ModelSummary(describing: model)
    } catch {
      model.deallocate()
      image.deallocate()
      throw error
    }
    self.path = path
    self.image = image
    self.model = model
  }

  deinit {
    model.deallocate()
    image.deallocate()
  }

  /// A copy of the model with the wrong weights of a device, and how many they are.
  ///
  /// - Parameter nanoseconds: time between programming and use.
  func faulty(
    on device: DeviceSettings, seed: UInt64, nanoseconds: UInt64
  ) throws -> (model: LoadedModel, weightsWrong: Int) {
    let copy = UnsafeMutableRawBufferPointer.allocate(
      byteCount: image.count, alignment: Int(BAYNN_MODEL_ALIGNMENT))
    defer { copy.deallocate() }
    var config = device.configuration(arrays: 1, seed: seed)
    var wrong: UInt32 = 0
    try check(
      withModel {
        baynn_cim_faulty_image(
          copy.baseAddress, copy.count, $0, &config, nanoseconds, &wrong)
      }, "baynn_cim_faulty_image")
    return (try LoadedModel([UInt8](copy), path: path), Int(wrong))
  }

  /// The open model, alive during the call.
  func withModel<R>(_ body: (UnsafePointer<baynn_model_t>) throws -> R) rethrows -> R {
    defer { withExtendedLifetime(self) {} }
    return try body(model)
  }
}
