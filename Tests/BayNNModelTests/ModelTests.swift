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
      let model = try Model(opening: image, bytes: bytes + 100, denseParts)
      #expect(model.imageBytes == UInt32(bytes))
      #expect(model.imageCRC == image_read_u32(image, bytes - 4))
      #expect(model.input.elements == 30 && model.input.maximum == 16)
      #expect(
        model.input.height == 3 && model.input.width == 5 && model.input.channels == 2)
      #expect(model.classes == 3 && model.layers == 2 && model.sites == 1)
      #expect(model.positions == 1 && model.outputs == 0)
      let summary = try withUnsafePointer(to: model) { model throws(Fault) in
        try ModelSummary(model)
      }
      #expect(summary.randomBits == 1 && summary.randomUnits == 1 && model.wideLayers == 0)
      #expect(summary.weightLayers == 3 && summary.weights == 30 * 33 + 33 * 40 + 40 * 3)
      #expect(model.policy.measure == 2 && model.policy.threshold == 1234)
      #expect(model.policy.rate == 3277 && model.policy.samples == 200)
      #expect(model.name.map { String(cString: $0) } == "a name")
      #expect(String(cString: model.className(2)) == "class 2")
      #expect(model.answerCount == 2)
      let answer = withUnsafePointer(to: model) { KnownAnswers($0)[1] }
      #expect(answer.label < 3)
      let sum = (0..<3).reduce(0) { $0 + UInt64(answer.words[3 + $1]) }
      #expect(abs(Int64(sum) - 1 << 31) <= 3)
    }
  }

  @Test func readsTheLayers() throws {
    try withImage { image, bytes in
      let model = try Model(opening: image, bytes: bytes, denseParts)
      var reader = withUnsafePointer(to: model) { LayerReader($0) }
      try checkLayers(&reader)
    }
  }

  private func checkLayers(_ reader: inout LayerReader) throws(Fault) {
    try reader.next()
    guard let first = reader.found.weights else { throw Fault.imageSection }
    #expect(first.inputs == 30 && first.outputs == 33 && first.states == 2)
    #expect(first.planes == 9 && first.totals == nil)
    #expect(reader.found.site == .scale(9830))
    #expect(reader.found.output.channels == 33 && reader.found.output.bits == 1)
    try reader.next()
    guard let second = reader.found.weights else { throw Fault.imageSection }
    #expect(second.inputs == 33 && second.outputs == 40 && second.states == 1)
    #expect(second.planes == 6 && second.totals != nil)
    #expect(reader.found.site == .none && reader.found.taps == 1)
    #expect(reader.found.pieces == 1 && reader.layers == 2 && reader.sites == 1)
    #expect(!reader.isDone)
    try reader.next()
    #expect(reader.isDone)
    #expect(reader.found.weights?.inputs == 40 && reader.found.result.classes == 3)
  }

  /// Damage is found again after opening.
  @Test func checksAgain() throws {
    try withImage { image, bytes in
      let model = try Model(opening: image, bytes: bytes, denseParts)
      let crc = model.imageCRC
      try checkAgain(model, crc)
      #expect(throws: Fault.imageCRC) { try checkAgain(model, crc ^ 1) }
      let parts = image_dense_parts(image, 1)
      image_write_u32(image, Int(parts.weights), ~image_read_u32(image, Int(parts.weights)))
      try checkAgain(model, crc)
      image_write_u32(image, 8, 16)
      #expect(throws: Fault.imageValue) { try checkAgain(model, crc) }
      image_write_u32(image, 0, 0)
      #expect(throws: Fault.imageMagic) { try checkAgain(model, crc) }
    }
  }

  /// Checks again in memory of the caller's own, and leaves the view in use as it is.
  private func checkAgain(_ model: Model, _ checksum: UInt32) throws(Fault) {
    let view = UnsafeMutablePointer<Model>.allocate(capacity: 1)
    defer { view.deallocate() }
    let open = UnsafeMutablePointer<Model>.allocate(capacity: 1)
    defer { open.deallocate() }
    open.initialize(to: model)
    try view.checkAgain(open, checksum: checksum)
    #expect(view.pointee.layers == model.layers && view.pointee.sites == model.sites)
  }

  /// A trusted image is opened by its structure alone; all of it is checked again on demand.
  @Test func trustsContentNotStructure() throws {
    try withImage(answers: 1) { image, bytes in
      let layer = image_dense_parts(image, 0)
      image_write_u32(image, Int(layer.weights), ~image_read_u32(image, Int(layer.weights)))
      #expect(throws: Fault.imageCRC) { try Model(opening: image, bytes: bytes, denseParts) }
      let model = try Model(opening: image, bytes: bytes, denseParts, trust: .content)
      #expect(model.layers == 2 && model.sites == 1 && model.answerCount == 1)
      let crc = Checksum.crc32(0, image, bytes: bytes - 4)
      #expect(throws: Fault.imageCRC) { try checkAgain(model, crc) }
      // The number of outputs.
      image_write_u32(image, Int(layer.fields) + 4, 65)
      #expect(throws: Fault.imageSection) {
        try Model(opening: image, bytes: bytes, denseParts, trust: .content)
      }
    }
  }

  @Test func needsItsParts() {
    withImage { image, bytes in
      #expect(throws: Fault.part) { try Model(opening: image, bytes: bytes) { _, _ in } }
      #expect(throws: Fault.part) {
        try Model(opening: image, bytes: bytes) { kind, part in
          if kind != UInt32(SectionKind.softmax) { denseParts(kind, part) }
        }
      }
      #expect(throws: Fault.part) {
        try Model(opening: image, bytes: bytes) { kind, part in
          if kind != UInt32(SectionKind.dense) { denseParts(kind, part) }
        }
      }
    }
  }

  @Test func opensInPlaceOnly() throws {
    try withImage { image, bytes in
      let model = try Model(opening: image, bytes: bytes, denseParts)
      #expect(model.image == UnsafeRawPointer(image))
      var reader = withUnsafePointer(to: model) { LayerReader($0) }
      try reader.next()
      let rows = try #require(reader.found.weights).rows
      #expect(UnsafeRawPointer(rows) > UnsafeRawPointer(image))
      #expect(UnsafeRawPointer(rows) < UnsafeRawPointer(image + bytes))
    }
  }
}

/// Dense layers and the softmax head, as far as this module goes: they are read, not run.
private func denseParts(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  guard let part = part?.assumingMemoryBound(to: LayerPart?.self) else { return }
  switch UInt16(exactly: kind) {
  case SectionKind.dense:
    part.pointee = LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try SumLayer(dense: reading) }
      }, place: { _, _ in -1 }, run: { _, _ in 0 })
  case SectionKind.softmax:
    part.pointee = LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try SoftmaxHead.read(reading) }
      }, place: { _, _ in -1 }, run: { _, _ in 0 })
  default: break
  }
}
