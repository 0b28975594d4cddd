// SPDX-License-Identifier: Apache-2.0
import TestSupport
import Testing

@testable import BayNNCore
@testable import BayNNModel

@Suite struct ModelTests {
  /// Builds an image and hands it over, as memory that ends where the image ends.
  private func withImage<R>(
    classes: Int = 3, answers: Int = 0, sites: Int = 1,
    _ body: (UnsafeMutableRawPointer, Int) throws -> R
  ) rethrows -> R {
    let layers = [
      image_layer_t(
        outputs: 33, states: sites > 0 ? 2 : 1, drop_probability: sites > 0 ? 9830 : 0),
      image_layer_t(outputs: 40, states: 1, drop_probability: 0),
    ]
    return try layers.withUnsafeBufferPointer { layers in
      try "a name".withCString { name in
        var spec = image_spec_t()
        (spec.height, spec.width, spec.channels, spec.maximum) = (3, 5, 2, 16)
        (spec.layers, spec.layer_count) = (layers.baseAddress, 2)
        spec.classes = UInt32(classes)
        spec.name = name
        spec.policy_measure = 2
        (spec.policy_threshold_q16, spec.policy_rate_q16, spec.policy_samples) = (1234, 3277, 200)
        spec.answer_count = UInt32(answers)
        spec.answer = naive_answer
        let bytes = image_builder_bytes(&spec)
        let image = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
        defer { image.deallocate() }
        #expect(image_builder_build(&spec, image, bytes) == bytes)
        return try body(image, bytes)
      }
    }
  }

  @Test func readsWhatTheBuilderWrote() throws {
    try withImage(answers: 2) { image, bytes in
      let model = try Model(opening: image, bytes: bytes + 100)
      #expect(model.imageBytes == UInt32(bytes))
      #expect(model.imageCRC == image_read_u32(image, bytes - 4))
      #expect(model.input.elements == 30 && model.input.maximum == 16)
      #expect(
        model.input.height == 3 && model.input.width == 5 && model.input.channels == 2)
      #expect(model.classes == 3 && model.layers == 2 && model.sites == 1)
      #expect(model.weightLayers == 3 && model.positions == 1 && model.outputs == 0)
      #expect(model.randomBits == 1 && model.randomUnits == 1 && model.wideLayers == 0)
      #expect(model.weights == 30 * 33 + 33 * 40 + 40 * 3)
      #expect(model.policy.measure == 2 && model.policy.threshold == 1234)
      #expect(model.policy.rate == 3277 && model.policy.samples == 200)
      #expect(model.name.map { String(cString: $0) } == "a name")
      #expect(String(cString: model.className(2)) == "class 2")
      #expect(model.answerCount == 2)
      #expect(model.knownAnswers[1].label < 3)
      let sum = (0..<3).reduce(0) { $0 + UInt64(model.knownAnswers[1].results[$1]) }
      #expect(abs(Int64(sum) - 1 << 31) <= 3)
    }
  }

  @Test func readsTheLayers() throws {
    try withImage { image, bytes in
      let model = try Model(opening: image, bytes: bytes)
      try TensorTable.with { table throws(Fault) in
        var reader = model.makeLayerReader(table)
        try checkLayers(&reader)
      }
    }
  }

  private func checkLayers(_ reader: inout LayerReader) throws(Fault) {
    guard case .dense(let first)? = try reader.next(),
      case .dense(let second)? = try reader.next()
    else { throw Fault.imageSection }
    #expect(first.inputs == 30 && first.outputs == 33 && first.weights.states == 2)
    #expect(first.weights.planes == 9 && first.weights.totals == nil)
    #expect(first.site == .scale(9830))
    #expect(second.inputs == 33 && second.outputs == 40 && second.weights.states == 1)
    #expect(second.weights.planes == 6 && second.weights.totals != nil)
    #expect(second.site == .none)
    if try reader.next() != nil { Issue.record("a third layer") }
    guard case .softmax(let head) = try reader.head() else { throw Fault.imageSection }
    #expect(head.layer.inputs == 40 && head.classes == 3)
  }

  /// Damage is found again after opening.
  @Test func checksAgain() throws {
    try withImage { image, bytes in
      let model = try Model(opening: image, bytes: bytes)
      let crc = model.imageCRC
      try model.checkAgain(checksum: crc)
      #expect(throws: Fault.imageCRC) { try model.checkAgain(checksum: crc ^ 1) }
      let parts = image_dense_parts(image, 1)
      image_write_u32(image, Int(parts.weights), ~image_read_u32(image, Int(parts.weights)))
      #expect(throws: Fault.imageWeights) { try model.checkAgain(checksum: crc) }
      image_write_u32(image, 8, 16)
      #expect(throws: Fault.imageValue) { try model.checkAgain(checksum: crc) }
      image_write_u32(image, 0, 0)
      #expect(throws: Fault.imageMagic) { try model.checkAgain(checksum: crc) }
    }
  }

  @Test func opensInPlaceOnly() throws {
    try withImage { image, bytes in
      let model = try Model(opening: image, bytes: bytes)
      #expect(model.image == UnsafeRawPointer(image))
      let rows = try TensorTable.with { table throws(Fault) in
        var reader = model.makeLayerReader(table)
        guard let weights = try reader.next()?.weights else { throw .imageSection }
        return weights.rows
      }
      #expect(UnsafeRawPointer(rows) > UnsafeRawPointer(image))
      #expect(UnsafeRawPointer(rows) < UnsafeRawPointer(image + bytes))
    }
  }
}
