// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel
import CBayNN

// Each function names the code of one part, and nothing else names it.

/// Writes a layer or head if it is the one that is looked for.
@inline(__always)
private func offer(
  _ own: UInt16, _ kind: UInt32, _ target: UnsafeMutableRawPointer?,
  _ part: @autoclosure () -> LayerPart
) {
  guard kind == UInt32(own), let target else { return }
  target.assumingMemoryBound(to: LayerPart?.self).pointee = part()
}

/// Writes a posterior if it is the one that is looked for.
@inline(__always)
private func offer(
  posterior number: UInt32, _ kind: UInt32, _ target: UnsafeMutableRawPointer?,
  _ part: @autoclosure () -> PosteriorPart
) {
  guard kind == Posterior.kinds + number, let target else { return }
  target.assumingMemoryBound(to: PosteriorPart?.self).pointee = part()
}

/// Writes known answers of a kind of layer if they are what is looked for.
@inline(__always)
private func offer(
  answersOf own: UInt16, _ kind: UInt32, _ target: UnsafeMutableRawPointer?,
  _ part: @autoclosure () -> KernelPart
) {
  guard kind == KernelPart.kinds + UInt32(own), let target else { return }
  target.assumingMemoryBound(to: KernelPart?.self).pointee = part()
}

@c @implementation
public func baynn_part_dense(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.dense, kind, part, .dense)
}

@c @implementation
public func baynn_part_convolution(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.convolution, kind, part, .convolution)
  offer(answersOf: SectionKind.convolution, kind, part, .convolution)
}

@c @implementation
public func baynn_part_affine(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.affine, kind, part, .affine)
}

@c @implementation
public func baynn_part_normalization(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.normalization, kind, part, .normalization)
}

@c @implementation
public func baynn_part_pool(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.pool, kind, part, .pool)
}

@c @implementation
public func baynn_part_add(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.add, kind, part, .add)
}

@c @implementation
public func baynn_part_concatenate(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.concatenate, kind, part, .concatenate)
}

@c @implementation
public func baynn_part_upsample(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.upsample, kind, part, .upsample)
}

@c @implementation
public func baynn_part_lstm(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.lstm, kind, part, .lstm)
}

@c @implementation
public func baynn_part_softmax(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.softmax, kind, part, .softmax)
}

@c @implementation
public func baynn_part_classification(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.classification, kind, part, .classification)
}

@c @implementation
public func baynn_part_regression(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(SectionKind.regression, kind, part, .regression)
}

@c @implementation
public func baynn_part_exact(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(posterior: BAYNN_POSTERIOR_EXACT, kind, part, .exact)
}

@c @implementation
public func baynn_part_certified(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(posterior: BAYNN_POSTERIOR_CERTIFIED, kind, part, .certified)
}

@c @implementation
public func baynn_part_sampled(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(posterior: BAYNN_POSTERIOR_SAMPLED, kind, part, .sampled)
}

@c @implementation
public func baynn_part_deterministic(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  offer(posterior: BAYNN_POSTERIOR_DETERMINISTIC, kind, part, .deterministic)
}

@c @implementation
public func baynn_parts_dense(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  baynn_part_dense(kind, part)
  baynn_part_softmax(kind, part)
  baynn_part_exact(kind, part)
  baynn_part_deterministic(kind, part)
}

@c @implementation
public func baynn_parts_all(_ kind: UInt32, _ part: UnsafeMutableRawPointer?) {
  baynn_parts_dense(kind, part)
  baynn_part_convolution(kind, part)
  baynn_part_affine(kind, part)
  baynn_part_normalization(kind, part)
  baynn_part_pool(kind, part)
  baynn_part_add(kind, part)
  baynn_part_concatenate(kind, part)
  baynn_part_upsample(kind, part)
  baynn_part_lstm(kind, part)
  baynn_part_classification(kind, part)
  baynn_part_regression(kind, part)
  baynn_part_certified(kind, part)
  baynn_part_sampled(kind, part)
}
