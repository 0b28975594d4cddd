// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A normalization at work (SPEC 3.11), a group at a time: two walks over it, one for its
/// statistics, one that compares. No division: N u >= S stands for u >= S / N.
struct NormalizationState {
  let layer: NormalizationLayer
  let source: Tensor
  let output: Tensor

  static func place(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    let layer = try NormalizationLayer(reading)
    let output = placing.pointee.takeTensor(layer.output)
    let source = placing.pointee.tensor(layer.source, layer.sourceShape)
    placing.pointee.place(NormalizationState(layer: layer, source: source, output: output))
  }

  /// - Returns: units of work.
  fileprivate func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let group = run.pointee.piece
    if group == 0 { output.clear() }
    let state = run.pointee.state
    let first = group &* layer.groupChannels
    if layer.isInverted {
      invert(from: first, dropsGamma: state & 2 != 0, dropsBeta: state & 1 != 0)
    } else {
      normalize(from: first)
    }
    run.pointee.isDone = group &+ 1 >= layer.groups
    return 2 &* layer.groupElements &* Work.element
  }

  /// The integer of an element.
  @inline(__always)
  private func value(_ position: Int, _ channel: Int) -> Int32 {
    source.integers[position &* layer.sourceShape.channels &+ channel]
  }

  /// gamma~ value + beta~, below 2^31 in absolute value.
  @inline(__always)
  private func transformed(
    _ position: Int, _ channel: Int, dropsGamma: Bool, dropsBeta: Bool
  ) -> Int32 {
    let gamma = dropsGamma ? layer.one : layer.pairs[2 &* channel]
    let beta = dropsBeta ? 0 : layer.pairs[2 &* channel &+ 1]
    return gamma &* value(position, channel) &+ beta
  }

  private func invert(from first: Int, dropsGamma: Bool, dropsBeta: Bool) {
    // At most 2^24 terms below 2^31.
    var sum: Int64 = 0
    for position in indices(layer.sourceShape.positions) {
      for c in indices(from: first, first &+ layer.groupChannels) {
        let u = transformed(position, c, dropsGamma: dropsGamma, dropsBeta: dropsBeta)
        sum &+= u.wide
      }
    }
    let count = Int32(truncatingIfNeeded: layer.groupElements).wide
    for position in indices(layer.sourceShape.positions) {
      for c in indices(from: first, first &+ layer.groupChannels) {
        let u = transformed(position, c, dropsGamma: dropsGamma, dropsBeta: dropsBeta)
        if count &* u.wide >= sum { output.setCode(position, c, 1) }
      }
    }
  }

  private func normalize(from first: Int) {
    // N B < 2^31: sums are below 2^31, N times sums of squares below 2^62.
    var sum: Int64 = 0
    var squares: Int64 = 0
    for position in indices(layer.sourceShape.positions) {
      for c in indices(from: first, first &+ layer.groupChannels) {
        let v = value(position, c).wide
        sum &+= v
        squares &+= v &* v
      }
    }
    let count = Int32(truncatingIfNeeded: layer.groupElements).wide
    let spread = count &* squares &- sum &* sum
    // The root is below 2^31.
    let root = squareRoot(UInt64(bitPattern: spread))
    let deviation = Int32(bitPattern: max(1, root)).wide
    for position in indices(layer.sourceShape.positions) {
      for c in indices(from: first, first &+ layer.groupChannels) {
        let distance = count &* value(position, c).wide &- sum
        // Below 2^30 * 2^32 + 2^30 * 2^31.
        let y =
          layer.pairs[2 &* c].wide &* distance &+ layer.pairs[2 &* c &+ 1].wide &* deviation
        if y >= 0 { output.setCode(position, c, 1) }
      }
    }
  }
}

extension UnsafeMutablePointer<NormalizationState> {
  func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int { pointee.run(run) }
}
