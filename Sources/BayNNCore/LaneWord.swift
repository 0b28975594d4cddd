// SPDX-License-Identifier: Apache-2.0

#if _endian(big)
  #error("BayNN reads its images in place and needs a little-endian machine.")
#endif

/// A machine word whose bits are independent lanes, one output each.
///
/// The kernels are generic over it: any width gives the same bits. A word of more than
/// 32 lanes covers that many neighbouring u32 of a bit row, in memory order.
package protocol LaneWord {
  static var zero: Self { get }
  /// Neighbouring u32 that one word covers.
  static var rowWords: Int { get }
  var isZero: Bool { get }

  init(_ address: UnsafeRawPointer)
  func store(_ address: UnsafeMutableRawPointer)

  /// Whether this machine has a `countRows` of its own for this word.
  static var hasCountRows: Bool { get }
  /// `ColumnCounter.define` on planes in memory, for each list from `list` up to `end`.
  static func countRows(
    _ planes: UnsafePointer<ColumnPlanes>, _ list: UnsafePointer<ColumnList>,
    _ end: UnsafePointer<ColumnList>)

  static prefix func ~ (a: Self) -> Self
  static func & (a: Self, b: Self) -> Self
  static func | (a: Self, b: Self) -> Self
  static func ^ (a: Self, b: Self) -> Self
}

extension LaneWord {
  @inline(__always) package static var hasCountRows: Bool { false }

  @inline(__always)
  package static func countRows(
    _ planes: UnsafePointer<ColumnPlanes>, _ list: UnsafePointer<ColumnList>,
    _ end: UnsafePointer<ColumnList>
  ) {}

  /// All lanes 1 if `bit` is odd, else all 0.
  @inlinable @inline(__always)
  package init(broadcasting bit: UInt32) {
    self = bit & 1 == 0 ? .zero : ~.zero
  }
}

extension UInt32: LaneWord {
  @inlinable @inline(__always) package static var rowWords: Int { 1 }
  @inlinable @inline(__always) package var isZero: Bool { self == 0 }

  @inlinable @inline(__always)
  package init(_ address: UnsafeRawPointer) { self = address.load(as: UInt32.self) }

  @inlinable @inline(__always)
  package func store(_ address: UnsafeMutableRawPointer) {
    address.storeBytes(of: self, as: UInt32.self)
  }
}

#if BAYNN_LANES_512
  /// 512 lanes, with AVX-512: a full adder is two three-way operations.
  package typealias WideLanes = SIMD16<UInt32>
#elseif BAYNN_LANES_256
  /// 256 lanes, with AVX2.
  package typealias WideLanes = SIMD8<UInt32>
#elseif arch(x86_64) || arch(arm64)
  /// 128 lanes: the widest word that every such machine has.
  package typealias WideLanes = SIMD4<UInt32>
#else
  package typealias WideLanes = UInt32
#endif

#if arch(x86_64) || arch(arm64)
  extension SIMD4<UInt32>: LaneWord {
    @inlinable @inline(__always) package static var rowWords: Int { 4 }
    @inlinable @inline(__always) package var isZero: Bool { self == .zero }

    @inlinable @inline(__always)
    package init(_ address: UnsafeRawPointer) {
      self = address.loadUnaligned(as: SIMD4<UInt32>.self)
    }

    @inlinable @inline(__always)
    package func store(_ address: UnsafeMutableRawPointer) {
      address.storeBytes(of: self, as: SIMD4<UInt32>.self)
    }
  }

  extension SIMD8<UInt32>: LaneWord {
    @inline(__always) package static var rowWords: Int { 8 }
    @inline(__always) package var isZero: Bool { (lowHalf | highHalf).isZero }

    @inline(__always)
    package init(_ address: UnsafeRawPointer) {
      self = address.loadUnaligned(as: SIMD8<UInt32>.self)
    }

    @inline(__always)
    package func store(_ address: UnsafeMutableRawPointer) {
      address.storeBytes(of: self, as: SIMD8<UInt32>.self)
    }
  }

  extension SIMD16<UInt32>: LaneWord {
    @inline(__always) package static var rowWords: Int { 16 }
    @inline(__always) package var isZero: Bool { (lowHalf | highHalf).isZero }

    @inline(__always)
    package init(_ address: UnsafeRawPointer) {
      self = address.loadUnaligned(as: SIMD16<UInt32>.self)
    }

    @inline(__always)
    package func store(_ address: UnsafeMutableRawPointer) {
      address.storeBytes(of: self, as: SIMD16<UInt32>.self)
    }
  }
#endif
