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

/// What a test has found wrong.
package struct Mismatch {
  let index: UInt32
  let actual: UInt32
  let expected: UInt32
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
  /// What has nothing to test.
  private var omitted: UInt32 = 0
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
    var done: UInt32 = 0
    guard Model.isSealed(model) else { return abandon() }
    while !isFinished {
      done &+= runPiece(workMax: workMax &- done)
      if done >= workMax { return }
    }
  }

  /// Turns to the next test that was asked for.
  private mutating func turn() {
    var left = requested & ~(completed | omitted)
    if left != TestBits.model { left &= ~TestBits.model }
    current = left & (0 &- left)
    offset = 0
    checksum = 0
  }

  /// Ends all tests, because the model has been damaged: a failure of the image's test.
  private mutating func abandon() {
    current = TestBits.image
    fail(index: UInt32(bitPattern: 0 &- Fault.state.status), actual: 0, expected: 0)
    completed |= requested
    current = 0
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

  /// Ends the test with what it has found, or if it has come to its end.
  private mutating func end(_ wrong: Mismatch?, if isAtEnd: Bool) {
    if let wrong {
      fail(index: wrong.index, actual: wrong.actual, expected: wrong.expected)
    } else if isAtEnd {
      finish()
    }
  }

  /// - Returns: units of work, roughly.
  @inline(never)
  private mutating func runPiece(workMax: UInt32) -> UInt32 {
    switch current {
    case TestBits.storage:
      let fault = march.isFinished ? nil : march.advance(words: 256)
      end(
        fault.map {
          Mismatch(
            index: UInt32(truncatingIfNeeded: $0.index) << 2, actual: $0.actual,
            expected: $0.expected)
        }, if: march.isFinished)
      return 256
    case TestBits.random:
      end(RandomTest.run(), if: true)
      return 64
    case TestBits.kernels:
      let wrong = KernelTest.run(offset, storage, model)
      offset &+= 1
      end(wrong, if: offset == KernelTest.count(model))
      return 512
    case TestBits.image: return testImage()
    default: return device?.run(&self) ?? testModel(workMax: workMax)
    }
  }

  @inline(never)
  private mutating func testImage() -> UInt32 {
    let left = model.pointee.checkedBytes &- offset
    if left > 0 {
      let bytes = min(512, left)
      checksum = Checksum.crc32(checksum, model.pointee.image + offset, bytes: bytes)
      offset &+= bytes
      return 512
    }
    do throws(Fault) {
      if left == 0 {
        try ImageTest.begin(model, checksum: checksum, storage)
        offset &+= 1
        return 512
      }
      let work = try ImageTest.step(storage)
      end(nil, if: work == nil)
      return work ?? 1
    } catch {
      fail(
        index: UInt32(bitPattern: 0 &- error.status), actual: checksum,
        expected: model.pointee.imageCRC)
      return 1
    }
  }

  // MARK: Known answers of the model

  @inline(never)
  private mutating func testModel(workMax: UInt32) -> UInt32 {
    guard model.pointee.answerCount > 0 else {
      omitted |= current
      turn()
      return 1
    }
    guard offset < model.pointee.answerCount.int else {
      finish()
      return 1
    }
    var work: UInt32 = 1
    var wrong: Mismatch?
    do throws(Fault) {
      if let session {
        work = try answer(session, workMax: workMax, &wrong)
      } else {
        session = try makeSession()
      }
    } catch {
      wrong = Mismatch(
        index: UInt32(truncatingIfNeeded: offset), actual: UInt32(bitPattern: 0 &- error.status),
        expected: 0)
    }
    end(wrong, if: false)
    return work
  }

  /// Begins an answer, or goes on with it and compares it when it is there. All answers have
  /// one session, and each is that of its first call.
  @inline(never)
  private mutating func answer(
    _ session: UnsafeMutablePointer<Session>, workMax: UInt32, _ wrong: inout Mismatch?
  ) throws(Fault) -> UInt32 {
    let answer = KnownAnswers(model)[offset]
    guard isAnswering else {
      session.pointee.restartCalls()
      try session.pointee.begin(answer.input, bytes: model.pointee.input.elements.int)
      isAnswering = true
      return model.pointee.input.elements
    }
    let work = try session.pointee.step(workMax: workMax)
    guard session.pointee.isFinished else { return work }
    isAnswering = false
    wrong = try compare(session, answer)
    offset &+= 1
    return work
  }

  @inline(never)
  private func makeSession() throws(Fault) -> UnsafeMutablePointer<Session> {
    try Session.make(
      in: storage, bytes: storageBytes, model, SelfTest.sessionConfig(model))
  }

  /// The first word of an answer that is another one; nil if there is none.
  private func compare(
    _ session: UnsafeMutablePointer<Session>, _ answer: KnownAnswers.Answer
  ) throws(Fault) -> Mismatch? {
    let prediction = try session.result()
    let digest = session.digest
    for word in indices(3 &+ model.pointee.answerWords) {
      let actual =
        switch word {
        case 0: prediction.label
        case 1: prediction.entropy
        case 2: prediction.mutualInformation
        default: digest ?? session.probability(word &- 3)
        }
      if actual != answer.words[word] {
        return Mismatch(
          index: UInt32(truncatingIfNeeded: offset), actual: actual,
          expected: answer.words[word])
      }
    }
    return nil
  }
}
