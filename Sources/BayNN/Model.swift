// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel
import BayNNSelfTest
import CBayNN

/// What lies in a `baynn_model_t`.
struct OpenModel {
  /// Marks memory that holds an open model.
  static let liveTag: UInt32 = 0x4D4D_4E42
  let tag = OpenModel.liveTag
  /// Kept, so that a self-test can run on an image that is damaged by then.
  let selfTestBytes: UInt32
  let model: Model

  init(image: UnsafeRawPointer, bytes: Int) throws(Fault) {
    model = try Model(opening: image, bytes: bytes)
    selfTestBytes = UInt32(truncatingIfNeeded: try SelfTest.storageBytes(model))
  }
}

@c @implementation
public func baynn_model_open(
  _ model: UnsafeMutablePointer<baynn_model_t>?, _ image: UnsafeRawPointer?, _ bytes: Int
) -> baynn_status_t {
  do throws(Fault) {
    let target = UnsafeMutableRawPointer(try require(model))
    let image = try require(image)
    try requireAligned(image, to: UInt(BAYNN_MODEL_ALIGNMENT))
    let opened = try OpenModel(image: image, bytes: size(bytes))
    target.initializeMemory(as: OpenModel.self, to: opened)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// The model, or BAYNN_ERROR_STATE if it is not open.
func requireOpen(_ model: UnsafePointer<baynn_model_t>) throws(Fault) -> OpenModel {
  let memory = UnsafeRawPointer(model)
  guard memory.load(as: UInt32.self) == OpenModel.liveTag else {
    throw .state
  }
  return memory.load(as: OpenModel.self)
}

@c @implementation
public func baynn_model_info(
  _ model: UnsafePointer<baynn_model_t>?, _ info: UnsafeMutablePointer<baynn_model_info_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let model = try require(model)
    let info = try require(info)
    try requireStruct(baynn_model_info_t.self, bytes: info.pointee.struct_bytes)
    describe(try requireOpen(model).model, &info.pointee)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

private func describe(_ model: Model, _ info: inout baynn_model_info_t) {
  info.format = UInt32(ImageHeader.format)
  info.image_bytes = model.imageBytes
  info.image_crc = model.imageCRC
  info.input_elements = model.input.elements
  info.input_height = model.input.height
  info.input_width = model.input.width
  info.input_channels = model.input.channels
  info.input_maximum = model.input.maximum
  info.classes = model.classes
  info.layers = model.weightLayers
  info.weights = model.weights
  info.sites = model.sites
  info.random_bits = model.randomBits
  info.random_units = model.randomUnits
  info.pass_work_max = model.passWorkMax
  info.piece_work_max = model.pieceWorkMax
  info.known_answers = model.answerCount
  info.policy_measure = model.policy.measure
  info.policy_threshold_q16 = model.policy.threshold
  info.policy_rate_q16 = model.policy.rate
  info.policy_samples = model.policy.samples
  info.head = model.outputs > 0 ? BAYNN_HEAD_REGRESSION : BAYNN_HEAD_CLASSIFICATION
  info.positions_height = model.mapHeight
  info.positions_width = model.mapWidth
  info.outputs = model.outputs
  info.sampled_layers = model.wideLayers
}

@c @implementation
public func baynn_model_name(
  _ model: UnsafePointer<baynn_model_t>?,
  _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> baynn_status_t {
  do throws(Fault) {
    let model = try require(model)
    let name = try require(name)
    name.pointee = try requireOpen(model).model.name ?? text("")
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_model_class_name(
  _ model: UnsafePointer<baynn_model_t>?, _ label: UInt32,
  _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> baynn_status_t {
  do throws(Fault) {
    let model = try require(model)
    let name = try require(name)
    let open = try requireOpen(model).model
    guard label < open.classes &+ open.outputs else { throw .argument }
    name.pointee = open.className(label)
    return BAYNN_OK
  } catch {
    return error.status
  }
}
