// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// A layer as it lies in the image, checked.
package enum Layer {
  case dense(DenseLayer)
  case map(MapLayer)

  init(_ section: Section, _ tensors: TensorTable) throws(Fault) {
    if section.kind == SectionKind.dense {
      self = .dense(try DenseLayer(dense: section, over: tensors.last))
    } else {
      self = try MapLayer.read(section, tensors)
    }
  }

  package var site: Site {
    switch self {
    case .dense(let layer): layer.site
    case .map(let layer): layer.site
    }
  }

  var output: TensorShape {
    get throws(Fault) {
      switch self {
      case .dense(let layer): try layer.output
      case .map(let layer): layer.output
      }
    }
  }

  /// Its binary weights, if it has any.
  package var weights: WeightMatrix? {
    switch self {
    case .dense(let layer): layer.weights
    case .map(let layer): layer.weights
    }
  }

  /// Taps of its kernel; 1 unless it is a convolution.
  var taps: Int {
    if case .map(let layer) = self { layer.taps } else { 1 }
  }

  /// Room that it shares with others.
  package var scratch: Scratch {
    switch self {
    case .dense(let layer): layer.scratch
    case .map(let layer): layer.scratch
    }
  }

  /// True if it reads the input in planes, or as bytes.
  var takesInputPlanes: Bool {
    if case .dense(let layer) = self { layer.readsInput } else { false }
  }

  var takesInputBytes: Bool {
    if case .map(let layer) = self { layer.readsInput } else { false }
  }
}
