// SPDX-License-Identifier: Apache-2.0

/// What a session says about an input, or about one position of it.
package struct Prediction: Equatable {
  package var label: UInt32 = 0
  package var leaves: UInt32 = 0
  package var samples: UInt32 = 0
  package var probability: UInt32 = 0
  /// Nats, Q16.16.
  package var entropy: UInt32 = 0
  package var mutualInformation: UInt32 = 0
  /// Q31.
  package var mass: UInt32 = 0
}

/// One output of a regression.
package struct Value: Equatable {
  /// Q15.16, in the unit of the output.
  package var mean: Int32 = 0
  /// Standard deviation, noise included, and that among leaves alone; Q16.16.
  package var deviation: UInt32 = 0
  package var spread: UInt32 = 0
}
