// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel
import CBayNN

@c @implementation
public func baynn_model_open_abi_1(
  _ model: UnsafeMutablePointer<baynn_model_t>?, _ image: UnsafeRawPointer?, _ bytes: Int,
  _ parts: (@convention(c) (UInt32, UnsafeMutableRawPointer?) -> Void)?
) -> baynn_status_t {
  open(model, image, bytes, parts, trust: .none)
}

@c @implementation
public func baynn_model_open_trusted_abi_1(
  _ model: UnsafeMutablePointer<baynn_model_t>?, _ image: UnsafeRawPointer?, _ bytes: Int,
  _ parts: (@convention(c) (UInt32, UnsafeMutableRawPointer?) -> Void)?
) -> baynn_status_t {
  open(model, image, bytes, parts, trust: .content)
}

private func open(
  _ model: UnsafeMutablePointer<baynn_model_t>?, _ image: UnsafeRawPointer?, _ bytes: Int,
  _ parts: Parts?, trust: Trust
) -> baynn_status_t {
  status { () throws(Fault) in
    let target = try requireStorage(model)
    let image = try require(image)
    let parts = try require(parts)
    try requireAligned(image, to: BAYNN_MODEL_ALIGNMENT.int)
    // A model that is open already stays as it is if this one is refused.
    let opened = OpenModel(
      model: try Model(opening: image, bytes: size(bytes), parts, trust: trust))
    target.initializeMemory(as: OpenModel.self, to: opened)
  }
}

@c @implementation
public func baynn_model_info(
  _ model: UnsafePointer<baynn_model_t>?, _ info: UnsafeMutablePointer<baynn_model_info_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let open = try requireOpen(model)
    let output = try Output(info)
    output.write(describe(open, try ModelSummary(open)))
  }
}

private func describe(
  _ open: UnsafePointer<Model>, _ summary: ModelSummary
) -> baynn_model_info_t {
  var info = baynn_model_info_t()
  info.format = UInt32(ImageHeader.format)
  info.image_bytes = open.pointee.imageBytes
  info.image_crc = open.pointee.imageCRC
  info.input_elements = open.pointee.input.elements
  info.input_height = open.pointee.input.height
  info.input_width = open.pointee.input.width
  info.input_channels = open.pointee.input.channels
  info.input_maximum = open.pointee.input.maximum
  info.classes = open.pointee.classes
  info.layers = summary.weightLayers
  info.weights = summary.weights
  info.sites = open.pointee.sites
  info.random_bits = summary.randomBits
  info.random_units = summary.randomUnits
  info.pass_work_max = summary.passWork
  info.piece_work_max = summary.pieceWork
  info.known_answers = open.pointee.answerCount
  info.policy_measure = open.pointee.policy.measure
  info.policy_threshold_q16 = open.pointee.policy.threshold
  info.policy_rate_q16 = open.pointee.policy.rate
  info.policy_samples = open.pointee.policy.samples
  info.head =
    open.pointee.outputs > 0 ? BAYNN_HEAD_REGRESSION : BAYNN_HEAD_CLASSIFICATION
  info.positions_height = open.pointee.result.height
  info.positions_width = open.pointee.result.width
  info.outputs = open.pointee.outputs
  info.sampled_layers = open.pointee.wideLayers
  return info
}

@c @implementation
public func baynn_model_name(
  _ model: UnsafePointer<baynn_model_t>?,
  _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let open = try requireOpen(model)
    let name = try require(name)
    guard let string = open.pointee.name else { return name.pointee = text("") }
    name.pointee = try requireEnd(string, in: open)
  }
}

@c @implementation
public func baynn_model_class_name(
  _ model: UnsafePointer<baynn_model_t>?, _ label: UInt32,
  _ name: UnsafeMutablePointer<UnsafePointer<CChar>?>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let open = try requireOpen(model)
    let name = try require(name)
    guard label < open.pointee.classes &+ open.pointee.outputs else { throw .argument }
    name.pointee = try requireEnd(open.pointee.className(label), in: open)
  }
}

/// A string that ends within the image, which may have been damaged since it was opened; else
/// BAYNN_ERROR_IMAGE_VALUE.
private func requireEnd(
  _ string: UnsafePointer<CChar>, in open: UnsafePointer<Model>
) throws(Fault) -> UnsafePointer<CChar> {
  let end = UnsafeRawPointer(open.pointee.image) + open.pointee.checkedBytes
  var character = string
  while UnsafeRawPointer(character) < end {
    if character.pointee == 0 { return string }
    character += 1
  }
  throw .imageValue
}
