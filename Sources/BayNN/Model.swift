// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel
import CBayNN

/// What lies in a `baynn_model_t`.
struct OpenModel {
  /// Marks memory that holds an open model.
  static let liveTag: UInt32 = 0x4D4D_4E42
  /// First, so that its address is that of the whole.
  let model: Model
  let tag = OpenModel.liveTag
}

@c @implementation
public func baynn_model_open(
  _ model: UnsafeMutablePointer<baynn_model_t>?, _ image: UnsafeRawPointer?, _ bytes: Int,
  _ parts: (@convention(c) (UInt32, UnsafeMutableRawPointer?) -> Void)?
) -> baynn_status_t {
  open(model, image, bytes, parts, trust: .none)
}

@c @implementation
public func baynn_model_open_trusted(
  _ model: UnsafeMutablePointer<baynn_model_t>?, _ image: UnsafeRawPointer?, _ bytes: Int,
  _ parts: (@convention(c) (UInt32, UnsafeMutableRawPointer?) -> Void)?
) -> baynn_status_t {
  open(model, image, bytes, parts, trust: .content)
}

private func open(
  _ model: UnsafeMutablePointer<baynn_model_t>?, _ image: UnsafeRawPointer?, _ bytes: Int,
  _ parts: Parts?, trust: Trust
) -> baynn_status_t {
  do throws(Fault) {
    let target = UnsafeMutableRawPointer(try require(model))
    let image = try require(image)
    let parts = try require(parts)
    try requireAligned(image, to: UInt(BAYNN_MODEL_ALIGNMENT))
    let opened = OpenModel(
      model: try Model(opening: image, bytes: size(bytes), parts, trust: trust))
    target.initializeMemory(as: OpenModel.self, to: opened)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// The model, or BAYNN_ERROR_STATE if it is not open.
@inline(never)
func requireOpen(_ model: UnsafePointer<baynn_model_t>) throws(Fault) -> UnsafePointer<Model> {
  let open = UnsafeRawPointer(model).assumingMemoryBound(to: OpenModel.self)
  guard open.pointee.tag == OpenModel.liveTag else { throw .state }
  return UnsafeRawPointer(model).assumingMemoryBound(to: Model.self)
}

@c @implementation
public func baynn_model_info(
  _ model: UnsafePointer<baynn_model_t>?, _ info: UnsafeMutablePointer<baynn_model_info_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let model = try require(model)
    let info = try require(info)
    try requireStruct(baynn_model_info_t.self, bytes: info.pointee.struct_bytes)
    describe(try requireOpen(model).pointee, &info.pointee)
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
  info.positions_height = model.result.height
  info.positions_width = model.result.width
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
    name.pointee = try requireOpen(model).pointee.name ?? text("")
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
    let open = try requireOpen(model).pointee
    guard label < open.classes &+ open.outputs else { throw .argument }
    name.pointee = open.className(label)
    return BAYNN_OK
  } catch {
    return error.status
  }
}
