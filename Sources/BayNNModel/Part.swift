// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A set of parts of the library: writes the part of a kind to `part`, an optional of the
/// kind's type, if the set has it. Kinds are those of layers and heads (`SectionKind`), and
/// of posteriors.
///
/// A program names the set when it opens a model. Why a function: no code refers to what it
/// does not name, so that linkers drop that.
package typealias Parts = @convention(c) (_ kind: UInt32, _ part: UnsafeMutableRawPointer?) -> Void

/// A kind of layer or head: what checks it, what places it in a session, and what runs it.
package struct LayerPart {
  /// Reads a section, checks it, and enters in a `LayerReading` what it finds. Returns a status.
  package typealias CheckFunction = @convention(c) (_ reading: UnsafeMutableRawPointer) -> Int32
  /// The same, and places the layer with what makes a session.
  package typealias PlaceFunction =
    @convention(c) (
      _ reading: UnsafeMutableRawPointer, _ placing: UnsafeMutableRawPointer
    ) -> Int32
  /// Runs one piece of what is at work in `state`, as a `PieceRun` says; returns units of
  /// work.
  package typealias RunFunction =
    @convention(c) (_ state: UnsafeMutableRawPointer, _ run: UnsafeMutableRawPointer) -> Int

  package let check: CheckFunction
  package let place: PlaceFunction
  package let run: RunFunction

  package init(check: CheckFunction, place: PlaceFunction, run: RunFunction) {
    self.check = check
    self.place = place
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

/// Known answers of the kernels that only one part has.
package struct KernelPart {
  /// Runs a test in storage, and writes a `KernelAnswer`.
  package typealias RunFunction =
    @convention(c) (
      _ test: Int, _ storage: UnsafeMutableRawPointer, _ answer: UnsafeMutableRawPointer
    ) -> Void

  package let count: Int
  /// Storage that each of them needs, aligned to `Arena.alignment`.
  package let storageBytes: Int
  package let run: RunFunction

  package init(count: Int, storageBytes: Int, run: RunFunction) {
    self.count = count
    self.storageBytes = storageBytes
    self.run = run
  }

  /// What the kind of a layer is as that of a part with known answers.
  package static let kinds: UInt32 = 0x2_0000

  /// The known answers of convolutions; nil if the model has none.
  @inline(never)
  package static func convolution(of model: UnsafePointer<Model>) -> KernelPart? {
    var part: KernelPart?
    if model.pointee.kinds & SectionKind.bit(SectionKind.convolution) != 0 {
      model.pointee.parts(kinds + UInt32(SectionKind.convolution), &part)
    }
    return part
  }
}

/// A checksum, and what it should be.
package struct KernelAnswer {
  package var actual: UInt32 = 0
  package var expected: UInt32 = 0

  package init() {}
}
