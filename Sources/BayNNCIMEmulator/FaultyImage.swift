// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// What makes weights of an image wrong (SPEC 8.8).
package struct WeightFaults {
  package var seed: UInt64 = 0
  /// Shares of weights that are always 1, or always 0; together at most 1000000 ppm.
  package var stuckOnesPPM: UInt32 = 0
  package var stuckZerosPPM: UInt32 = 0
  /// Probability that a 1 was not written over the 0 that a cell held before.
  package var silentWritePPM: UInt32 = 0
  /// Thermal stability of states, Q8; 0: they never change.
  package var stability: UInt32 = 0
  /// How long the states are left alone.
  package var nanoseconds: UInt64 = 0

  package init() {}
}

/// A copy of a model's image in which some weights are wrong.
///
/// Each effect goes over all weights, in the order in which they lie in the image, from one of
/// its events to the next: what it costs is in proportion to the weights that it meets. Stuck
/// weights come last, because nothing moves them.
package struct FaultyImage {
  private let original: UnsafeRawPointer
  private let copy: UnsafeMutableRawPointer
  private var weightsWrong = 0

  /// What an effect makes of a weight; its number is that of its stream of draws.
  private enum Effect {
    case clear
    case flip
    /// 1 for this share of weights, Q16, and else 0.
    case stick(ones: UInt32)

    var stream: UInt32 {
      switch self {
      case .clear: 1
      case .flip: 2
      case .stick: 3
      }
    }

    @inline(__always)
    func bit(from old: UInt32, _ decision: UInt16) -> UInt32 {
      switch self {
      case .clear: 0
      case .flip: old ^ 1
      case .stick(let ones): UInt32(decision) < ones ? 1 : 0
      }
    }
  }

  /// Writes the copy, for which there is room, and whose memory is not that of the image.
  ///
  /// - Returns: how many weights differ.
  package static func write(
    _ open: UnsafePointer<Model>, to copy: UnsafeMutableRawPointer, _ faults: WeightFaults
  ) throws(Fault) -> UInt32 {
    let model = open.pointee
    let words = model.imageBytes.int >> 2
    let target = copy.assumingMemoryBound(to: UInt32.self)
    target.copy(model.image.assumingMemoryBound(to: UInt32.self), count: words)
    var image = FaultyImage(original: model.image, copy: copy)
    try image.meet(open, EventRate(ppm: faults.silentWritePPM), .clear, faults.seed)
    try image.meet(
      open, EventRate(nanoseconds: faults.nanoseconds, stability: faults.stability), .flip,
      faults.seed)
    let stuck = faults.stuckOnesPPM &+ faults.stuckZerosPPM
    let ones = UInt32(
      truncatingIfNeeded: (faults.stuckOnesPPM.wide &<< 16 &+ stuck.wide / 2) / max(1, stuck.wide))
    try image.meet(open, EventRate(ppm: stuck), .stick(ones: ones), faults.seed)
    guard Checksum.crc32(0, model.image, bytes: model.checkedBytes) == model.imageCRC,
      target[words &- 1] == model.imageCRC
    else { throw .imageCRC }
    target[words &- 1] = Checksum.crc32(0, copy, bytes: model.checkedBytes)
    return UInt32(truncatingIfNeeded: image.weightsWrong)
  }

  /// Lets an effect meet all weights of the model, at a rate.
  private mutating func meet(
    _ model: UnsafePointer<Model>, _ rate: EventRate, _ effect: Effect, _ seed: UInt64
  ) throws(Fault) {
    if rate == .zero { return }
    var stream = EventStream(seed: seed, stream: effect.stream)
    var image = self
    var reader = LayerReader(model)
    while let weights = try reader.nextWeights() {
      for index in indices(weights.matrices) {
        image.meet(weights, matrix: index, rate, effect, &stream)
      }
    }
    self = image
  }

  /// Lets an effect meet one bit of one copy of a layer's weights.
  private mutating func meet(
    _ weights: WeightMatrix, matrix index: Int, _ rate: EventRate, _ effect: Effect,
    _ stream: inout EventStream
  ) {
    let old = weights.matrix(copy: 0, bit: index).rows
    let new = writable(old)
    let totals = weights.total(copy: 0, bit: index).map {
      BitMatrix(base: writable($0), rows: weights.totalPlanes, words: weights.words)
    }
    for row in indices(weights.inputs) {
      let first = row &* weights.words
      var lane = 0
      while let hit = stream.next(rate, from: lane, to: weights.outputs) {
        let word = first &+ hit >> 5
        let shift = UInt32(truncatingIfNeeded: hit & 31)
        let before = new[word] &>> shift & 1
        if effect.bit(from: before, stream.decision) != before {
          new[word] ^= 1 &<< shift
          weightsWrong &+= old[word] &>> shift & 1 == before ? 1 : 0 &- 1
          totals?.step(lane: hit, down: before == 0 ? 0 : ~0)
        }
        stream.draw()
        lane = hit &+ 1
      }
    }
  }

  /// The place in the copy of something in the image.
  private func writable(_ source: UnsafePointer<UInt32>) -> UnsafeMutablePointer<UInt32> {
    (copy + (UnsafeRawPointer(source) - original)).assumingMemoryBound(to: UInt32.self)
  }
}
