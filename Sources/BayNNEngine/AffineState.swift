// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// An affine layer at work (SPEC 3.10).
struct AffineState {
  let layer: AffineLayer
  let source: Tensor
  let output: Tensor
  /// Room for the scales of a pass, one a channel; nil without Gaussian scales.
  let scales: UnsafeMutablePointer<Int32>?

  static func place(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    let layer = try AffineLayer(reading)
    let output = placing.pointee.takeTensor(layer.output)
    let scales =
      layer.draws > 0 ? placing.pointee.arena.takeData(Int32.self, count: layer.draws) : nil
    let source = placing.pointee.tensor(layer.source, layer.sourceShape)
    placing.pointee.place(
      AffineState(layer: layer, source: source, output: output, scales: scales))
  }

  /// - Returns: units of work.
  fileprivate func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    let piece = run.pointee.take(of: layer.output.positions)
    let draws = run.pointee.piece == 0 ? layer.draws : 0
    if draws > 0 { drawScales(run) }
    let pairs = layer.pairs(state: layer.draws > 0 ? 0 : run.pointee.state)
    let bits = layer.output.bits
    let shift = Int32(bitPattern: layer.shift)
    let channels = layer.sourceShape.channels
    output.clear(from: piece.first, to: piece.end)
    for position in indices(from: piece.first, piece.end) {
      for c in indices(channels) {
        var y = pairs[2 &* c] &* source.value(position, c) &+ pairs[2 &* c &+ 1]
        if let scales, let gaussians = layer.gaussians {
          y = scaled(scales[c], by: y) &+ gaussians[3 &* c &+ 2]
        }
        if bits > 0 {
          output.setCode(
            position, c, Tensor.quantize(y, shift: layer.shift, bits: bits))
        } else {
          output.integers[position &* channels &+ c] = y &>> shift
        }
      }
    }
    return (piece.end &- piece.first) &* channels &* Work.element &+ draws &* 32
  }

  private func drawScales(_ run: UnsafePointer<PieceRun>) {
    guard let scales, let gaussians = layer.gaussians, let wideLayer = run.pointee.site.wideLayer
    else {
      return
    }
    for c in indices(layer.sourceShape.channels) {
      let gaussian = run.pointee.pass.pointee.gaussian(c, wideLayer: wideLayer)
      scales[c] = gaussians[3 &* c] &+ scaled(gaussians[3 &* c &+ 1], by: gaussian)
    }
  }
}

extension UnsafeMutablePointer<AffineState> {
  func run(_ run: UnsafeMutablePointer<PieceRun>) -> Int { pointee.run(run) }
}
