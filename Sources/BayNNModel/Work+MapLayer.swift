// SPDX-License-Identifier: Apache-2.0
import BayNNCore

#if !BAYNN_DENSE
  extension Work {
    /// The most that one window of a convolution takes: every plane of inputs with every bit
    /// of weights.
    fileprivate static func most(window layer: ConvolutionLayer) -> UInt64 {
      let words = layer.weights.words
      let rows = layer.rows &+ RowList.paddingMax(rows: layer.rows, walks: 2)
      let passes = (Int(layer.sourceShape.bits) &* layer.weights.bits).wide
      let gather =
        3 &* wordCount(lanes: layer.rows) &* Int(layer.sourceShape.bits)
        &+ 4 &* (layer.rows &+ layer.site.draws)
      let count = counting(rows: rows, words: words, inputs: 3 &* layer.rows)
      // Both states, perhaps.
      let out = layer.firesBits ? 2 &* firing(layer.weights) : reading(layer.weights)
      return passes &* count.wide &+ (gather &+ out &+ 4 &* words &* layer.counterPlanes).wide
    }
  }

  extension MapLayer {
    /// How many pieces a layer is worked off in, and the most that one takes.
    var pieces: (count: UInt64, most: UInt64) {
      switch self {
      case .convolution(let layer):
        return (
          UInt32(layer.output.height).wide,
          UInt32(layer.output.width).wide &* Work.most(window: layer)
        )
      case .pool(let layer):
        return (1, (layer.output.elements &* Work.element).wide &* layer.window.taps.wide)
      case .lstm(let layer):
        let rows = layer.cells &+ RowList.paddingMax(rows: layer.cells, walks: 2)
        let count = Work.counting(rows: rows, words: layer.weights.words, inputs: 3 &* layer.cells)
        let gates = Work.reading(layer.weights) &+ 8 &* Work.element &* layer.cells
        return (
          layer.sourceShape.positions.wide, layer.bits.wide &* count.wide &+ gates.wide
        )
      case .affine(let layer):
        // Gaussians take a block of random bits each.
        let draws = layer.site.draws &* 32
        return (1, (layer.output.elements &* Work.element &+ draws).wide)
      case .normalization(let layer):
        return (1, (layer.output.elements &* 2 &* Work.element).wide)
      case .add(let layer), .concatenate(let layer):
        return (1, (layer.output.elements &* Work.element).wide)
      case .upsample(let layer):
        return (1, (layer.output.elements &* Work.element).wide)
      }
    }
  }
#endif
