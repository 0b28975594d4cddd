// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Inputs and the predictions that the default posterior gives for them (SPEC 3.6).
package struct KnownAnswers {
  private var first: UnsafeRawPointer
  package let count: Int
  private let inputBytes: Int
  private let resultWords: Int

  /// One input and what the model says to it.
  package struct Answer {
    package let input: UnsafePointer<UInt8>
    /// Label, entropy, mutual information; then results in Q31, one a class, or one checksum
    /// if there are several positions or values.
    package let words: UnsafePointer<UInt32>

    package var label: UInt32 { words[0] }
  }

  private var paddedInputBytes: Int { (inputBytes &+ 3) & ~3 }
  private var answerBytes: Int { paddedInputBytes &+ 12 &+ resultWords &* 4 }

  /// The answers in a section that has been checked.
  package init(_ model: UnsafePointer<Model>) {
    first = model.pointee.image + model.pointee.answersOffset.int + 12
    count = model.pointee.answerCount.int
    inputBytes = model.pointee.input.elements.int
    resultWords = model.pointee.answerWords
  }

  /// Checks the section of a model, and returns how many answers it holds.
  @inline(never)
  static func check(
    _ section: Section, _ model: UnsafeMutablePointer<Model>, checksContent: Bool
  ) throws(Fault) -> UInt32 {
    guard section.bytes >= 4 else { throw .imageSection }
    let count = section.word(0)
    guard count >= 1 else { throw .imageValue }
    var answers = KnownAnswers(model)
    answers.first = section.payload + 4
    // The size of an answer is below 2^20.
    guard count.wide &* answers.answerBytes.wide == (section.bytes &- 4).wide else {
      throw .imageSection
    }
    for i in indices(checksContent ? count.int : 0) { try answers.check(i, model) }
    return count
  }

  private func check(_ index: Int, _ model: UnsafePointer<Model>) throws(Fault) {
    let answer = self[index]
    let maximum = model.pointee.input.maximum
    for i in indices(inputBytes) where UInt32(answer.input[i]) > maximum { throw .imageValue }
    for i in indices(from: inputBytes, paddedInputBytes) where answer.input[i] != 0 {
      throw .imageValue
    }
    guard answer.label < max(1, model.pointee.classes) else { throw .imageValue }
    // A regression has no entropies.
    guard model.pointee.outputs == 0 || answer.words[1] | answer.words[2] == 0 else {
      throw .imageValue
    }
  }

  package subscript(index: Int) -> Answer {
    let start = first + index &* answerBytes
    return Answer(
      input: start.assumingMemoryBound(to: UInt8.self),
      words: (start + paddedInputBytes).assumingMemoryBound(to: UInt32.self))
  }
}
