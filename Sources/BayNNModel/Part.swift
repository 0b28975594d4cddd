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

  package let read: ReadFunction
  package let run: RunFunction

  package init(read: ReadFunction, run: RunFunction) {
    self.read = read
    self.run = run
  }

  /// The part of a kind of section; nil if the set does not have it.
  @inline(never)
  package static func find(_ kind: UInt16, in parts: Parts) -> LayerPart? {
    var part: LayerPart?
    parts(UInt32(kind), &part)
    return part
  }
}
