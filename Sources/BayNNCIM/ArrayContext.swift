// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel

/// What a session needs to run on arrays: the accelerator that the engine calls, and where
/// everything lies.
struct ArrayContext {
  /// First, so that its address is that of the context.
  var accelerator: Accelerator
  let arrays: UnsafeMutablePointer<ArrayModel>
  let layers: UnsafeMutablePointer<ArrayLayer>
  let layerCount: Int
  /// Rows to drive and their inputs, as they lie in an array; the part of them for one read.
  let active: UnsafeMutablePointer<UInt32>
  let inputs: UnsafeMutablePointer<UInt32>
  let driven: UnsafeMutablePointer<UInt32>
  let drivenInputs: UnsafeMutablePointer<UInt32>
  /// What a read counts.
  let counts: UnsafeMutablePointer<UInt32>
  /// Sums are compared with those of the library's own kernels, which then count.
  var isCalibrating = false

  init(
    _ arrays: UnsafeMutablePointer<ArrayModel>, _ geometry: Geometry, arena: inout Arena
  ) throws(Fault) {
    self.arrays = arrays
    accelerator = Accelerator(
      count: { context, sums, copy, active, result in
        let context = context.assumingMemoryBound(to: ArrayContext.self)
        let sums = sums.assumingMemoryBound(to: WindowSums.self).pointee
        result.assumingMemoryBound(to: WindowSums.Count.self).pointee =
          context.pointee.count(sums, copy: copy, active: active)
      },
      random: { context, probability, count, bits in
        context.assumingMemoryBound(to: ArrayContext.self).pointee
          .draw(count, probability: probability, into: bits)
      })
    active = arena.take(UInt32.self, count: geometry.rowWords)
    inputs = arena.take(UInt32.self, count: geometry.rowWords)
    driven = arena.take(UInt32.self, count: geometry.rowWords)
    drivenInputs = arena.take(UInt32.self, count: geometry.rowWords)
    counts = arena.take(UInt32.self, count: geometry.countPlanes &* geometry.columnWords)
    let model = arrays.pointee.model
    layers = arena.take(ArrayLayer.self, count: arrays.pointee.layerCount)
    layerCount = try ArrayContext.place(
      model, arrays.pointee.tiling, into: layers, most: arrays.pointee.layerCount, arena: &arena)
  }

  /// Places the layers; writes them only if the storage is real.
  private static func place(
    _ model: Model, _ tiling: Tiling,
    into layers: UnsafeMutablePointer<ArrayLayer>, most: Int, arena: inout Arena
  ) throws(Fault) -> Int {
    var reader = try PlacementReader(model, tiling)
    var count = 0
    while let placement = reader.current {
      // The image may have changed since it was opened.
      guard count < most else { throw .imageSection }
      let layer = ArrayLayer(placement, arena: &arena)
      if arena.isWritable { (layers + count).initialize(to: layer) }
      count &+= 1
      try reader.advance()
    }
    guard !arena.isExhausted else { throw .imageShape }
    return count
  }

  /// The layer that has these weights.
  func layer(_ weights: WeightMatrix) -> UnsafeMutablePointer<ArrayLayer>? {
    for index in indices(layerCount) where layers[index].placement.weights.rows == weights.rows {
      return layers + index
    }
    return nil
  }

  /// Draws random bits from the stochastic unit; after a failure they are 0.
  mutating func draw(
    _ count: Int, probability: UInt32, into bits: UnsafeMutablePointer<UInt32>
  ) {
    do throws(Fault) {
      guard accelerator.failure == 0 else { throw Fault(status: accelerator.failure) }
      try arrays.pointee.arrays.draw(count, probability: probability, into: bits)
    } catch {
      accelerator.failure = error.status
      bits.fill(0, count: wordCount(lanes: count))
    }
  }
}

/// A layer on arrays, and how far its sums have been found to be off.
struct ArrayLayer {
  let placement: Placement
  /// Sums of differences between counts of the arrays and true ones, for each output.
  let differences: UnsafeMutablePointer<Int64>
  /// How many differences each of these sums up.
  var samples: UInt32 = 0
  /// The mean difference of each output, rounded: what is taken off.
  let offsets: UnsafeMutablePointer<Int32>

  init(_ placement: Placement, arena: inout Arena) {
    self.placement = placement
    differences = arena.take(Int64.self, count: placement.weights.outputs)
    offsets = arena.take(Int32.self, count: placement.weights.outputs)
    if arena.isWritable { clear() }
  }

  /// Forgets what has been found.
  mutating func clear() {
    samples = 0
    differences.fill(0, count: placement.weights.outputs)
    offsets.fill(0, count: placement.weights.outputs)
  }

  /// Takes over what has been found so far.
  func update() {
    guard samples > 0 else { return }
    let count = samples.wide
    for output in indices(placement.weights.outputs) {
      let sum = differences[output]
      let mean = Int32(lowerHalf: Int64(bitPattern: (sum.magnitude &+ count &>> 1) / count))
      offsets[output] = sum < 0 ? 0 &- mean : mean
    }
  }
}
