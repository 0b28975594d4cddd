// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel

/// The tests, one bit each. They run in this order, but for the model, which comes last.
package enum TestBits {
  package static let storage: UInt32 = 0x01
  package static let random: UInt32 = 0x02
  package static let kernels: UInt32 = 0x04
  package static let image: UInt32 = 0x08
  package static let model: UInt32 = 0x10
  package static let array: UInt32 = 0x20
  package static let unit: UInt32 = 0x40
  /// Those of every model; and those of arrays.
  package static let all: UInt32 = 0x1F
  package static let device: UInt32 = 0x60
}

/// A self-test under way: a sequence of pieces of bounded work, test after test. A failed
/// test ends early, and the next one begins.
package struct SelfTest {
  /// The first failure: which test, where, and what was there.
  package struct Failure {
    package var test: UInt32 = 0
    package var index: UInt32 = 0
    package var actual: UInt32 = 0
    package var expected: UInt32 = 0
  }

  package let model: UnsafePointer<Model>
  package let storage: UnsafeMutableRawPointer
  package let storageBytes: Int
  /// Runs the tests from the model on, if that is on arrays.
  private let device: DeviceTest?
  package let requested: UInt32
  package private(set) var completed: UInt32 = 0
  package private(set) var failed: UInt32 = 0
  package private(set) var first = Failure()

  /// The test under way, and how far it has come.
  package private(set) var current: UInt32 = 0
  private var march: March<VolatileWords>
  package var offset = 0
  private var checksum: UInt32 = 0
  package var session: UnsafeMutablePointer<Session>?
  /// The session has an answer under way.
  package var isAnswering = false

  /// Storage that the self-test of a model needs.
  package static func storageBytes(_ model: UnsafePointer<Model>) throws(Fault) -> Int {
    storageBytes(session: try Session.storageBytes(model, sessionConfig(model)), model.pointee)
  }

  /// The same, given what its session needs.
  package static func storageBytes(session bytes: Int, _ model: Model) -> Int {
    max(max(bytes, KernelTest.storageBytes(model.parts)), ImageTest.storageBytes)
  }

  /// How the session of the test is configured.
  package static func sessionConfig(_ model: UnsafePointer<Model>) -> SessionConfig {
    SessionConfig(posterior: SessionConfig.defaultPosterior(model.pointee))
  }

  /// `storage` is aligned to `Arena.alignment` and has at least `storageBytes(model)`. The
  /// model stays where it is.
  package init(
    _ tests: UInt32, model: UnsafePointer<Model>, storage: UnsafeMutableRawPointer, bytes: Int,
    device: DeviceTest? = nil
  ) {
    self.device = device
    self.model = model
    self.storage = storage
    storageBytes = bytes
    requested = tests
    march = March(VolatileWords(storage, bytes: bytes))
    turn()
  }

  package var isFinished: Bool { current == 0 }

  /// Goes on for about `workMax` units of work, and for one piece at least.
  package mutating func step(workMax: UInt32) {
    var left = workMax
    while !isFinished {
      let work = runPiece()
      guard work < left else { return }
      left &-= work
    }
  }

  /// Turns to the next test that was asked for.
  private mutating func turn() {
    var left = requested & ~completed
    if left != TestBits.model { left &= ~TestBits.model }
    current = left & (0 &- left)
    offset = 0
    checksum = 0
    isAnswering = false
  }

  package mutating func finish() {
    completed |= current
    turn()
  }

  package mutating func fail(index: UInt32, actual: UInt32, expected: UInt32) {
    if failed == 0 {
      first = Failure(test: current, index: index, actual: actual, expected: expected)
    }
    failed |= current
    finish()
  }

  /// - Returns: units of work, roughly.
  private mutating func runPiece() -> UInt32 {
    switch current {
    case TestBits.storage: return testStorage()
    case TestBits.random: return testRandom()
    case TestBits.kernels: return testKernels()
    case TestBits.image: return testImage()
    default: return device?.run(&self) ?? testModel()
    }
  }

  private mutating func testStorage() -> UInt32 {
    if march.isFinished {
      finish()
    } else if let fault = march.advance(words: 256) {
      fail(
        index: UInt32(truncatingIfNeeded: fault.index) << 2, actual: fault.actual,
        expected: fault.expected)
    }
    return 256
  }

  private mutating func testRandom() -> UInt32 {
    if let wrong = RandomTest.run() {
      fail(index: wrong.vector, actual: wrong.actual, expected: wrong.expected)
    } else {
      finish()
    }
    return 64
  }

  /// A kind of test a piece: the kernels of all layers, then those of each kind of layer.
  private mutating func testKernels() -> UInt32 {
    if let wrong = KernelTest.run(offset, model.pointee.parts, storage) {
      fail(index: wrong.index, actual: wrong.actual, expected: wrong.expected)
    } else {
      offset &+= 1
      if offset == KernelTest.count { finish() }
    }
    return 2048
  }

  private mutating func testImage() -> UInt32 {
    let checked = model.pointee.checkedBytes
    let bytes = min(512, checked &- offset)
    checksum = Checksum.crc32(checksum, model.pointee.image + offset, bytes: bytes)
    offset &+= bytes
    guard offset == checked else { return 512 }
    do throws(Fault) {
      try ImageTest.run(model, checksum: checksum, storage)
      finish()
    } catch {
      fail(
        index: UInt32(bitPattern: 0 &- error.status), actual: checksum,
        expected: model.pointee.imageCRC)
    }
    return model.pointee.passWorkMax
  }

  // MARK: Known answers of the model

  private mutating func testModel() -> UInt32 {
    if offset == model.pointee.answerCount.int {
      finish()
      return 1
    }
    do throws(Fault) {
      guard isAnswering else { return try beginAnswer() }
      guard let session else { return 1 }
      try session.pointee.step(workMax: 1)
      if session.pointee.isFinished { try checkAnswer(session) }
    } catch {
      failAnswer(actual: UInt32(bitPattern: 0 &- error.status))
    }
    return model.pointee.pieceWorkMax
  }

  /// Makes the session of all answers, for the first one, and begins the next answer.
  private mutating func beginAnswer() throws(Fault) -> UInt32 {
    let session =
      if let session {
        session
      } else {
        try Session.make(
          in: storage, bytes: storageBytes, model, SelfTest.sessionConfig(model))
      }
    self.session = session
    // Each answer is that of the first call of a session.
    session.pointee.restartCalls()
    try session.pointee.begin(
      model.pointee.knownAnswers[offset].input, bytes: model.pointee.input.elements.int)
    isAnswering = true
    return model.pointee.input.elements
  }

  private mutating func checkAnswer(
    _ session: UnsafeMutablePointer<Session>
  ) throws(Fault) {
    let prediction = try session.pointee.result()
    var actual = checksum(
      prediction.label, prediction.entropy, prediction.mutualInformation)
    if session.pointee.probabilityCount == model.pointee.answerWords {
      for k in indices(model.pointee.answerWords) {
        actual = Checksum.crc32(actual, word: session.pointee.probability(k))
      }
    } else {
      actual = Checksum.crc32(actual, word: try resultChecksum(session))
    }
    guard actual == expectedChecksum else { return failAnswer(actual: actual) }
    isAnswering = false
    offset &+= 1
  }

  private mutating func failAnswer(actual: UInt32) {
    fail(
      index: UInt32(truncatingIfNeeded: offset), actual: actual, expected: expectedChecksum)
  }

  private var expectedChecksum: UInt32 {
    let answer = model.pointee.knownAnswers[offset]
    let head = checksum(answer.label, answer.entropy, answer.mutualInformation)
    return Checksum.crc32(head, answer.results, bytes: 4 &* model.pointee.answerWords)
  }

  private func checksum(
    _ label: UInt32, _ entropy: UInt32, _ mutualInformation: UInt32
  ) -> UInt32 {
    let checksum = Checksum.crc32(0, word: label)
    return Checksum.crc32(Checksum.crc32(checksum, word: entropy), word: mutualInformation)
  }

  /// The checksum that stands for many results: of all probabilities, or of all values.
  private func resultChecksum(
    _ session: UnsafeMutablePointer<Session>
  ) throws(Fault) -> UInt32 {
    var checksum: UInt32 = 0
    for k in indices(session.pointee.probabilityCount) {
      checksum = Checksum.crc32(checksum, word: session.pointee.probability(k))
    }
    for i in indices(session.pointee.outputs) {
      let value = try session.pointee.value(UInt32(truncatingIfNeeded: i))
      checksum = Checksum.crc32(checksum, word: UInt32(bitPattern: value.mean))
      checksum = Checksum.crc32(checksum, word: value.deviation)
    }
    return checksum
  }
}
