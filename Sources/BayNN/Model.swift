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
    // A model that is open already stays as it is if this one is refused.
    let opened = OpenModel(
      model: try Model(opening: image, bytes: size(bytes), parts, trust: trust))
    target.initializeMemory(as: OpenModel.self, to: opened)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// The model, or BAYNN_ERROR_STATE if it is not open or has been damaged.
@inline(never)
func requireOpen(_ model: UnsafePointer<baynn_model_t>) throws(Fault) -> UnsafePointer<Model> {
  let open = UnsafeRawPointer(model).assumingMemoryBound(to: OpenModel.self)
  let view = UnsafeRawPointer(model).assumingMemoryBound(to: Model.self)
  guard open.pointee.tag == OpenModel.liveTag, Model.isSealed(view) else { throw .state }
  return view
}

@c @implementation
public func baynn_model_info(
  _ model: UnsafePointer<baynn_model_t>?, _ info: UnsafeMutablePointer<baynn_model_info_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let model = try require(model)
    let info = try require(info)
    try requireStruct(baynn_model_info_t.self, bytes: info.pointee.struct_bytes)
    let open = try requireOpen(model)
    let summary = try ModelSummary(open)
    describe(open, summary, info)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

private func describe(
  _ open: UnsafePointer<Model>, _ summary: ModelSummary,
  _ target: UnsafeMutablePointer<baynn_model_info_t>
) {
  target.pointee.format = UInt32(ImageHeader.format)
  target.pointee.image_bytes = open.pointee.imageBytes
  target.pointee.image_crc = open.pointee.imageCRC
  target.pointee.input_elements = open.pointee.input.elements
  target.pointee.input_height = open.pointee.input.height
  target.pointee.input_width = open.pointee.input.width
  target.pointee.input_channels = open.pointee.input.channels
  target.pointee.input_maximum = open.pointee.input.maximum
  target.pointee.classes = open.pointee.classes
  target.pointee.layers = summary.weightLayers
  target.pointee.weights = summary.weights
  target.pointee.sites = open.pointee.sites
  target.pointee.random_bits = summary.randomBits
  target.pointee.random_units = summary.randomUnits
  target.pointee.pass_work_max = summary.passWork
  target.pointee.piece_work_max = summary.pieceWork
  target.pointee.known_answers = open.pointee.answerCount
  target.pointee.policy_measure = open.pointee.policy.measure
  target.pointee.policy_threshold_q16 = open.pointee.policy.threshold
  target.pointee.policy_rate_q16 = open.pointee.policy.rate
  target.pointee.policy_samples = open.pointee.policy.samples
  target.pointee.head =
    open.pointee.outputs > 0 ? BAYNN_HEAD_REGRESSION : BAYNN_HEAD_CLASSIFICATION
  target.pointee.positions_height = open.pointee.result.height
  target.pointee.positions_width = open.pointee.result.width
  target.pointee.outputs = open.pointee.outputs
  target.pointee.sampled_layers = open.pointee.wideLayers
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
