// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A set of parts of the library: writes the part of a kind to `part`, an optional of the
/// kind's type, if the set has it. Kinds are those of layers and heads (`SectionKind`), and
/// of posteriors.
///
/// A program names the set when it opens a model. Why a function: no code refers to what it
/// does not name, so that linkers drop that.
package typealias Parts = @convention(c) (_ kind: UInt32, _ part: UnsafeMutableRawPointer?) -> Void

/// A kind of layer or head: what reads it from an image, and what runs it.
package struct LayerPart {
  /// Checks a section (a `LayerReading`), and places the layer if a session is being made.
  /// Returns a status.
  package typealias ReadFunction = @convention(c) (_ reading: UnsafeMutableRawPointer) -> Int32
  /// Runs one piece of what is at work in `state`, as a `PieceRun` says; returns units of
  /// work.
  package typealias RunFunction =
    @convention(c) (_ state: UnsafeMutableRawPointer, _ run: UnsafeMutableRawPointer) -> Int
  /// Computes a known answer of the layer's own kernels in storage.
  package typealias TestFunction = @convention(c) (_ storage: UnsafeMutableRawPointer) -> UInt32

  package let read: ReadFunction
  package let run: RunFunction
  /// A known answer and the storage that it takes; none if all its kernels are those of
  /// every layer.
  package let test: TestFunction?
  package let answer: UInt32
  package let testBytes: UInt32

  package init(
    read: ReadFunction, run: RunFunction, test: TestFunction? = nil, answer: UInt32 = 0,
    testBytes: UInt32 = 0
  ) {
    self.read = read
    self.run = run
    self.test = test
    self.answer = answer
    self.testBytes = testBytes
  }

  /// The part of a kind of section; nil if the set does not have it.
  @inline(never)
  package static func find(_ kind: UInt16, in parts: Parts) -> LayerPart? {
    var part: LayerPart?
    parts(UInt32(kind), &part)
    return part
  }
}
