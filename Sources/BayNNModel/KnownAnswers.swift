// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Inputs and the predictions that the default posterior gives for them (SPEC 3.6).
package struct KnownAnswers {
  private let first: UnsafeRawPointer
  package let count: Int
  private let inputBytes: Int
  private let resultWords: Int
  /// Labels are below this.
  private let labels: UInt32

  /// One input and what the model says to it.
  package struct Answer {
    package let input: UnsafePointer<UInt8>
    package let label: UInt32
    package let entropy: UInt32
    package let mutualInformation: UInt32
    /// Q31, one a class; or one checksum, if there are several positions or values.
    package let results: UnsafePointer<UInt32>
  }

  private var paddedInputBytes: Int { (inputBytes &+ 3) & ~3 }
  private var answerBytes: Int { paddedInputBytes &+ 12 &+ resultWords &* 4 }

  init(
    first: UnsafeRawPointer, count: Int, inputBytes: Int, resultWords: Int, labels: UInt32
  ) {
    self.first = first
    self.count = count
    self.inputBytes = inputBytes
    self.resultWords = resultWords
    self.labels = labels
  }

  init(
    _ section: Section, input: InputShape, resultWords: Int, labels: UInt32,
    checksContent: Bool
  ) throws(Fault) {
    guard section.bytes >= 4 else { throw .imageSection }
    let count = section.word(0)
    self.init(
      first: section.payload + 4, count: Int(truncatingIfNeeded: count),
      inputBytes: input.elements.int, resultWords: resultWords, labels: labels)
    guard count >= 1 else { throw .imageValue }
    // The size of an answer is below 2^20.
    guard count.wide &* answerBytes.wide == (section.bytes &- 4).wide else {
      throw .imageSection
    }
    for i in indices(checksContent ? self.count : 0) { try check(i, maximum: input.maximum) }
  }

  private func check(_ index: Int, maximum: UInt32) throws(Fault) {
    let answer = self[index]
    for i in indices(inputBytes) where UInt32(answer.input[i]) > maximum { throw .imageValue }
    for i in indices(from: inputBytes, paddedInputBytes) where answer.input[i] != 0 {
      throw .imageValue
    }
    guard answer.label < labels else { throw .imageValue }
  }

  package subscript(index: Int) -> Answer {
    let start = first + index &* answerBytes
    let words = (start + paddedInputBytes).assumingMemoryBound(to: UInt32.self)
    return Answer(
      input: start.assumingMemoryBound(to: UInt8.self), label: words[0], entropy: words[1],
      mutualInformation: words[2], results: words + 3)
  }
}
