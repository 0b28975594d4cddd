// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// An affine layer at work (SPEC 3.10).
struct AffineState {
  let layer: AffineLayer
  let source: Tensor
  let output: Tensor
  let site: LayerSite
  /// Room for the scales of a pass, one a channel; nil without Gaussian scales.
  let scales: UnsafeMutablePointer<Int32>?

  /// - Returns: units of work.
  func run(_ pass: Pass) -> Int {
    drawScales(pass)
    let pairs = layer.pairs(state: site.state(pass.mask))
    let bits = UInt32(layer.output.bits)
    let shift = Int32(bitPattern: layer.shift)
    let channels = layer.sourceShape.channelCount
    if bits > 0 { output.clear() }
    for position in indices(layer.sourceShape.positions) {
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
    return layer.output.elements &* Work.element &+ layer.site.draws &* 32
  }

  private func drawScales(_ pass: Pass) {
    guard let scales, let gaussians = layer.gaussians, let wideLayer = site.wideLayer else {
      return
    }
    for c in indices(layer.sourceShape.channelCount) {
      let gaussian = pass.gaussian(c, wideLayer: wideLayer)
      scales[c] = gaussians[3 &* c] &+ scaled(gaussians[3 &* c &+ 1], by: gaussian)
    }
  }
}
