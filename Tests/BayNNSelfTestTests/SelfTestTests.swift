// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN
import TestSupport
import Testing

@testable import BayNNCore
@testable import BayNNEngine
@testable import BayNNModel
@testable import BayNNSelfTest

/// The sequence of tests; what each finds is in the tests of the C interface.
@Suite struct SelfTestTests {
  /// Runs all tests on a model whose image is damaged after it was opened.
  private func run(
    workMax: UInt32 = .max, parts: Parts = baynn_parts_all, kinds: UInt16 = 0,
    damage: (UnsafeMutableRawPointer) -> Void = { _ in }
  ) throws -> (test: SelfTest, steps: Int) {
    let layers = [image_layer_t(outputs: 40, states: 2, drop_probability: 9830)]
    return try layers.withUnsafeBufferPointer { layers in
      var spec = image_spec_t()
      (spec.height, spec.width, spec.channels, spec.maximum) = (4, 4, 1, 16)
      (spec.layers, spec.layer_count, spec.classes) = (layers.baseAddress, 1, 4)
      (spec.answer_count, spec.answer) = (3, naive_answer)
      let bytes = image_builder_bytes(&spec)
      let image = UnsafeMutableRawPointer.allocate(byteCount: bytes, alignment: 8)
      defer { image.deallocate() }
      #expect(image_builder_build(&spec, image, bytes) == bytes)
      let model = UnsafeMutablePointer<Model>.allocate(capacity: 1)
      defer { model.deallocate() }
      model.initialize(to: try Model(opening: image, bytes: bytes, parts))
      model.pointee.kinds |= kinds
      Model.close(model)
      damage(image)
      let storageBytes = try SelfTest.storageBytes(model)
      let storage = UnsafeMutableRawPointer.allocate(byteCount: storageBytes, alignment: 8)
      defer { storage.deallocate() }
      var test = SelfTest(TestBits.all, model: model, storage: storage, bytes: storageBytes)
      var steps = 0
      while !test.isFinished {
        test.step(workMax: workMax)
        steps += 1
      }
      return (test, steps)
    }
  }

  @Test func allPass() throws {
    let (test, steps) = try run()
    #expect(test.completed == TestBits.all && test.failed == 0 && steps == 1)
  }

  @Test func stepsAreBounded() throws {
    let (test, steps) = try run(workMax: 0)
    #expect(test.completed == TestBits.all && test.failed == 0)
    // 60 marches over the words, 256 at a time, and more.
    #expect(steps > 60)
  }

  /// A failed test does not keep the ones behind it from running.
  @Test func testsAfterAFailureRun() throws {
    let (test, _) = try run(damage: { image in
      // All thresholds of the first layer: no known answer can hold.
      let parts = image_dense_parts(image, 0)
      for offset in stride(from: Int(parts.thresholds), to: Int(parts.inversions), by: 4) {
        image_write_u32(image, offset, ~image_read_u32(image, offset))
      }
    })
    #expect(test.completed == TestBits.all)
    #expect(test.failed == TestBits.image | TestBits.model)
    #expect(test.first.test == TestBits.image)
  }

  /// Each kernel of a part has its own number.
  @Test func aWrongKernelOfAPartIsNamed() throws {
    let (test, _) = try run(
      parts: { kind, part in
        baynn_parts_all(kind, part)
        guard kind == KernelPart.kinds + UInt32(SectionKind.convolution), let part else { return }
        // Tests 0, 1 and 2 are right, number 3 is not.
        part.assumingMemoryBound(to: KernelPart?.self).pointee = KernelPart(
          count: 5, storageBytes: 8
        ) { test, _, answer in
          let answer = answer.assumingMemoryBound(to: KernelAnswer.self)
          (answer.pointee.expected, answer.pointee.actual) = (7, test == 3 ? 9 : 7)
        }
      }, kinds: SectionKind.bit(SectionKind.convolution))
    #expect(test.completed == TestBits.all && test.failed == TestBits.kernels)
    #expect(test.first.test == TestBits.kernels && test.first.index == 4)
    #expect(test.first.actual == 9 && test.first.expected == 7)
  }

  /// A model is tested with the kernels of its layers.
  @Test func kernelsOfOtherLayersAreNotTested() throws {
    let (test, _) = try run(parts: baynn_parts_dense)
    #expect(test.completed == TestBits.all && test.failed == 0)
    var model = Model(baynn_parts_all)
    #expect(KernelTest.count(&model) == 3)
    #expect(KernelTest.storageBytes(&model) == KernelTest.ownStorageBytes)
    model.kinds = SectionKind.bit(SectionKind.convolution)
    #expect(KernelTest.count(&model) == 3 + ConvolutionTest.count)
    #expect(
      KernelTest.storageBytes(&model)
        == max(KernelTest.ownStorageBytes, ConvolutionTest.storageBytes))
  }
}
