// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// Any layer but a dense one: all of SPEC section 1 that work on maps of positions.
///
/// A build for dense layers alone (BAYNN_DENSE) leaves this type empty, and the compiler
/// everything that could only be reached through it.
#if BAYNN_DENSE
  package enum MapLayer {
    static func read(_ section: Section, _ tensors: TensorTable) throws(Fault) -> Layer {
      throw .imageSection
    }

    package var site: Site { switch self {} }
    var output: TensorShape { switch self {} }
    package var weights: WeightMatrix? { switch self {} }
    package var scratch: Scratch { switch self {} }
    var taps: Int { switch self {} }
    var readsInput: Bool { switch self {} }
    var pieces: (count: UInt64, most: UInt64) { switch self {} }
  }
#else
  package enum MapLayer {
    case convolution(ConvolutionLayer)
    case affine(AffineLayer)
    case normalization(NormalizationLayer)
    case pool(PoolLayer)
    case add(JoinLayer)
    case concatenate(JoinLayer)
    case upsample(UpsampleLayer)
    case lstm(LSTMLayer)

    static func read(_ section: Section, _ tensors: TensorTable) throws(Fault) -> Layer {
      .map(try MapLayer(section, tensors))
    }

    private init(_ section: Section, _ tensors: TensorTable) throws(Fault) {
      switch section.kind {
      case SectionKind.convolution: self = .convolution(try ConvolutionLayer(section, tensors))
      case SectionKind.affine: self = .affine(try AffineLayer(section, tensors))
      case SectionKind.normalization:
        self = .normalization(try NormalizationLayer(section, tensors))
      case SectionKind.pool: self = .pool(try PoolLayer(section, tensors))
      case SectionKind.add: self = .add(try JoinLayer(adding: section, tensors))
      case SectionKind.concatenate:
        self = .concatenate(try JoinLayer(concatenating: section, tensors))
      case SectionKind.upsample: self = .upsample(try UpsampleLayer(section, tensors))
      case SectionKind.lstm: self = .lstm(try LSTMLayer(section, tensors))
      default: throw .imageSection
      }
    }

    var taps: Int {
      if case .convolution(let layer) = self { layer.geometry.taps } else { 1 }
    }

    package var site: Site {
      switch self {
      case .convolution(let layer): layer.site
      case .affine(let layer): layer.site
      case .normalization(let layer): layer.site
      case .pool, .add, .concatenate, .upsample, .lstm: .none
      }
    }

    var output: TensorShape {
      switch self {
      case .convolution(let layer): layer.output
      case .affine(let layer): layer.output
      case .normalization(let layer): layer.output
      case .pool(let layer): layer.output
      case .add(let layer), .concatenate(let layer): layer.output
      case .upsample(let layer): layer.output
      case .lstm(let layer): layer.output
      }
    }

    /// Its binary weights, if it has any.
    package var weights: WeightMatrix? {
      switch self {
      case .convolution(let layer): layer.weights
      case .lstm(let layer): layer.weights
      case .affine, .normalization, .pool, .add, .concatenate, .upsample: nil
      }
    }

    /// Room that it shares with others. All sizes are below 2^24.
    package var scratch: Scratch {
      switch self {
      case .convolution(let layer):
        let words = wordCount(lanes: layer.rows)
        return Scratch(
          rows: UInt32(truncatingIfNeeded: layer.rows),
          counterWords: UInt32(truncatingIfNeeded: layer.counterPlanes &* layer.weights.words),
          windowWords: UInt32(truncatingIfNeeded: Int(layer.sourceShape.bits) &* words),
          activeWords: UInt32(truncatingIfNeeded: words))
      case .lstm(let layer):
        return Scratch(
          rows: UInt32(truncatingIfNeeded: layer.cells),
          counterWords: UInt32(truncatingIfNeeded: layer.counterPlanes &* layer.weights.words))
      case .affine, .normalization, .pool, .add, .concatenate, .upsample: return Scratch()
      }
    }

    /// True if it reads the input.
    var readsInput: Bool {
      switch self {
      case .convolution(let layer): layer.source == 0
      case .affine(let layer): layer.source == 0
      case .normalization, .pool, .add, .concatenate, .upsample, .lstm: false
      }
    }
  }
#endif
