// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Inputs and the predictions that the exact posterior gives for them (SPEC 3.6).
package struct KnownAnswers {
  private let first: UnsafeRawPointer
  package let count: Int
  private let inputBytes: Int
  private let classes: Int

  /// One input and what the model says to it.
  package struct Answer {
    package let input: UnsafePointer<UInt8>
    package let label: UInt32
    package let entropy: UInt32
    package let mutualInformation: UInt32
    /// Q31, one a class.
    package let probabilities: UnsafePointer<UInt32>
  }

  private var paddedInputBytes: Int { (inputBytes &+ 3) & ~3 }
  private var answerBytes: Int { paddedInputBytes &+ 12 &+ classes &* 4 }

  init(first: UnsafeRawPointer, count: Int, inputBytes: Int, classes: Int) {
    self.first = first
    self.count = count
    self.inputBytes = inputBytes
    self.classes = classes
  }

  init(_ section: Section, input: InputShape, classes: Int) throws(Fault) {
    guard section.bytes >= 4 else { throw .imageSection }
    let count = section.word(0)
    self.init(
      first: section.payload + 4, count: Int(truncatingIfNeeded: count),
      inputBytes: input.elements.int, classes: classes)
    guard count >= 1 else { throw .imageValue }
    // The size of an answer is below 2^20.
    guard count.wide &* answerBytes.wide == (section.bytes &- 4).wide else {
      throw .imageSection
    }
    for i in indices(self.count) { try check(i, maximum: input.maximum) }
  }

  private func check(_ index: Int, maximum: UInt32) throws(Fault) {
    let answer = self[index]
    for i in indices(inputBytes) where UInt32(answer.input[i]) > maximum { throw .imageValue }
    for i in indices(from: inputBytes, paddedInputBytes) where answer.input[i] != 0 {
      throw .imageValue
    }
    guard answer.label < UInt32(truncatingIfNeeded: classes) else { throw .imageValue }
  }

  package subscript(index: Int) -> Answer {
    let start = first + index &* answerBytes
    let words = (start + paddedInputBytes).assumingMemoryBound(to: UInt32.self)
    return Answer(
      input: start.assumingMemoryBound(to: UInt8.self), label: words[0], entropy: words[1],
      mutualInformation: words[2], probabilities: words + 3)
  }
}
