// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Which source positions an output position sees, through which tap (SPEC 3.9, 3.12).
package struct Window {
  /// One dimension of it.
  package struct Axis {
    package let size: UInt16
    package let kernel: UInt16
    package let stride: UInt16
    package let dilation: UInt16
    package let pad: UInt16
    package let isTransposed: Bool

    /// The source coordinate that output `position` sees through `tap`; -1 if out of range.
    @inline(__always)
    package func source(of position: Int, tap: Int) -> Int {
      // A convolution's steps are below 2^8, and a pool's outputs lie within its source: so
      // all terms are below 2^25.
      if isTransposed {
        let t = position &+ Int(pad) &- tap &* Int(dilation)
        guard t >= 0 else { return -1 }
        let step = max(1, Int(stride))
        let at = t / step
        return at &* step == t && at < Int(size) ? at : -1
      }
      let at = position &* Int(stride) &+ tap &* Int(dilation) &- Int(pad)
      return at >= 0 && at < Int(size) ? at : -1
    }

    /// The source coordinates that output `position` of a pool sees: below 2^25 on the way.
    package func seen(by position: Int) -> (first: Int, end: Int) {
      let start = position &* Int(stride) &- Int(pad)
      return (max(0, start), min(Int(size), start &+ Int(kernel)))
    }

    /// True if the first output position sees all that there is, tap by tap.
    fileprivate func covers(_ size: Int) -> Bool {
      Int(kernel) == size && pad == 0 && !isTransposed && (dilation == 1 || kernel == 1)
    }

    /// True if every tap is in range; transposed, that is said of single taps only.
    @inline(__always)
    fileprivate func isWhole(_ position: Int) -> Bool {
      let kernel = Int(kernel)
      return kernel == 1 || !isTransposed
        ? source(of: position, tap: 0) >= 0 && source(of: position, tap: kernel &- 1) >= 0
        : false
    }
  }

  package let y: Axis
  package let x: Axis

  /// True if an output position sees a source position through every tap.
  package func isWhole(_ y: Int, _ x: Int) -> Bool { self.y.isWhole(y) && self.x.isWhole(x) }

  /// True if a single output position sees the whole source through it, in its order.
  func covers(_ shape: TensorShape) -> Bool { y.covers(shape.height) && x.covers(shape.width) }

  package var taps: Int { Int(y.kernel) &* Int(x.kernel) }

  /// The most source positions that an output position of a pool sees.
  var seenMax: Int { Int(min(y.kernel, y.size)) &* Int(min(x.kernel, x.size)) }

  /// Strides and dilations of a convolution.
  private static let stepMax: UInt32 = 255

  @inline(never)
  init(convolution section: Section, over shape: TensorShape) throws(Fault) {
    let isTransposed = section.word(52) & 2 != 0
    y = try Axis(
      size: shape.height, kernel: section.word(4), stride: section.word(12),
      dilation: section.word(20), pad: section.word(28), isTransposed: isTransposed)
    x = try Axis(
      size: shape.width, kernel: section.word(8), stride: section.word(16),
      dilation: section.word(24), pad: section.word(32), isTransposed: isTransposed)
    let steps = section.word(12) | section.word(16) | section.word(20) | section.word(24)
    guard steps <= Window.stepMax else { throw .imageValue }
  }

  /// A pool's window, of which every output sees at least one position.
  init(
    pool section: Section, over shape: TensorShape, height: UInt32, width: UInt32
  ) throws(Fault) {
    y = try Axis(
      size: shape.height, kernel: section.word(8), stride: section.word(16), dilation: 1,
      pad: section.word(24), isTransposed: false)
    x = try Axis(
      size: shape.width, kernel: section.word(12), stride: section.word(20), dilation: 1,
      pad: section.word(28), isTransposed: false)
    guard y.reaches(height), x.reaches(width) else { throw .imageShape }
  }
}

extension Window.Axis {
  fileprivate init(
    size: Int, kernel: UInt32, stride: UInt32, dilation: UInt32, pad: UInt32,
    isTransposed: Bool
  ) throws(Fault) {
    guard 1...Limits.lanesMax ~= kernel, 1...Limits.lanesMax ~= stride,
      1...Limits.lanesMax ~= dilation, pad <= Limits.lanesMax
    else { throw .imageValue }
    self.size = UInt16(truncatingIfNeeded: size)
    self.kernel = UInt16(truncatingIfNeeded: kernel)
    self.stride = UInt16(truncatingIfNeeded: stride)
    self.dilation = UInt16(truncatingIfNeeded: dilation)
    self.pad = UInt16(truncatingIfNeeded: pad)
    self.isTransposed = isTransposed
  }

  /// True if the first and the last of `count` outputs see a position, and so all between.
  fileprivate func reaches(_ count: UInt32) -> Bool {
    guard 1...Limits.lanesMax ~= count, pad < kernel else { return false }
    return (count &- 1).wide &* UInt32(stride).wide < UInt32(size).wide &+ UInt32(pad).wide
  }
}
