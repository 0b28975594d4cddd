// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A layer as it lies in the image, checked: every kind of SPEC section 1.
package enum Layer {
  case dense(DenseLayer)
  case convolution(ConvolutionLayer)
  case affine(AffineLayer)
  case normalization(NormalizationLayer)
  case pool(PoolLayer)
  case add(JoinLayer)
  case concatenate(JoinLayer)
  case upsample(UpsampleLayer)
  case lstm(LSTMLayer)

  init(_ section: Section, _ tensors: TensorTable) throws(Fault) {
    switch section.kind {
    case SectionKind.dense: self = .dense(try DenseLayer(dense: section, over: tensors.last))
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

  package var site: Site {
    switch self {
    case .dense(let layer): layer.site
    case .convolution(let layer): layer.site
    case .affine(let layer): layer.site
    case .normalization(let layer): layer.site
    case .pool, .add, .concatenate, .upsample, .lstm: .none
    }
  }

  var output: TensorShape {
    get throws(Fault) {
      switch self {
      case .dense(let layer): try layer.output
      case .convolution(let layer): layer.output
      case .affine(let layer): layer.output
      case .normalization(let layer): layer.output
      case .pool(let layer): layer.output
      case .add(let layer), .concatenate(let layer): layer.output
      case .upsample(let layer): layer.output
      case .lstm(let layer): layer.output
      }
    }
  }

  /// Its binary weights, if it has any.
  package var weights: WeightMatrix? {
    switch self {
    case .dense(let layer): layer.weights
    case .convolution(let layer): layer.weights
    case .lstm(let layer): layer.weights
    case .affine, .normalization, .pool, .add, .concatenate, .upsample: nil
    }
  }

  /// True if it reads the input in planes.
  var takesInputPlanes: Bool {
    if case .dense(let layer) = self { layer.readsInput } else { false }
  }

  /// True if it reads the input as bytes.
  var takesInputBytes: Bool {
    switch self {
    case .convolution(let layer): layer.source == 0
    case .affine(let layer): layer.source == 0
    default: false
    }
  }
}
