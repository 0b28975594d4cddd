// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Mean and standard deviation over leaves of the outputs of a regression (SPEC section 5).
///
/// Sums run over distances from the first leaf, so that no digits are lost in the squares
/// of large values.
struct ValueAverage {
  private let references: UnsafeMutablePointer<Int32>
  /// Sum of weight * distance: weights sum to at most 2^31.
  private let sums: UnsafeMutablePointer<Int64>
  /// Sum of weight * square of distance, below 2^93: of the upper halves of the squares, and
  /// of the lower ones.
  private let upperSquares: UnsafeMutablePointer<UInt64>
  private let lowerSquares: UnsafeMutablePointer<UInt64>
  let outputs: Int

  init(outputs: Int, arena: inout Arena) {
    references = arena.takeData(Int32.self, count: outputs)
    sums = arena.takeData(Int64.self, count: outputs)
    upperSquares = arena.takeData(UInt64.self, count: outputs)
    lowerSquares = arena.takeData(UInt64.self, count: outputs)
    self.outputs = outputs
  }

  func clear() {
    sums.fill(0, count: outputs)
    upperSquares.fill(0, count: outputs)
    lowerSquares.fill(0, count: outputs)
  }

  func add(_ values: UnsafePointer<Int32>, isFirst: Bool, weight: UInt32) {
    for i in indices(outputs) {
      if isFirst { references[i] = values[i] }
      let distance = values[i] &- references[i]
      let square = distance.magnitude.wide &* distance.magnitude.wide
      sums[i] &+= Int64(bitPattern: weight.wide) &* distance.wide
      upperSquares[i] &+= weight.wide &* UInt32(upperHalf: square).wide
      lowerSquares[i] &+= weight.wide &* UInt32(truncatingIfNeeded: square).wide
    }
  }

  /// An output whose noise has the standard deviation `noise`, Q16.16.
  func value(_ output: Int, noise: UInt32, _ coverage: Coverage) -> Value {
    let distance = Int32(lowerHalf: coverage.mean(sums[output]))
    // Long division: the rest of the upper part is below 2^31.
    let upper = coverage.mean(upperSquares[output])
    let rest = upperSquares[output] &- upper &* coverage.total
    let square = upper &<< 32 &+ coverage.mean(rest &<< 32 &+ lowerSquares[output])
    let mean = distance.magnitude.wide &* distance.magnitude.wide
    let variance = square > mean ? square &- mean : 0
    let noiseVariance = noise.wide &* noise.wide
    let (sum, overflows) = variance.addingReportingOverflow(noiseVariance)
    return Value(
      mean: references[output] &+ distance,
      deviation: overflows ? .max : squareRoot(sum), spread: squareRoot(variance))
  }
}
