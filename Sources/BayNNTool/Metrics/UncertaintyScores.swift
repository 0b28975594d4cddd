// SPDX-License-Identifier: Apache-2.0

/// How uncertain a model is about each input of a set, whether its truth is known or not.
struct UncertaintyScores: Equatable, Sendable {
  /// Predictive entropy and mutual information of each input, in nats; for regression both
  /// are 0 and `deviation`, the largest standard deviation of an output, stands for them.
  private(set) var entropy: [Double] = []
  private(set) var mutualInformation: [Double] = []
  private(set) var deviation: [Double] = []
  /// Inputs that the model's policy abstains on.
  private(set) var flagged = 0
  /// Different networks evaluated, over all inputs.
  private(set) var networks = 0

  var count: Int { entropy.count }

  /// - Parameter networks: how many different ones the prediction of the input took.
  mutating func add(
    entropy: Double, mutualInformation: Double, deviation: Double, isFlagged: Bool, networks: Int
  ) {
    self.entropy.append(entropy)
    self.mutualInformation.append(mutualInformation)
    self.deviation.append(deviation)
    flagged += isFlagged ? 1 : 0
    self.networks += networks
  }

  mutating func merge(_ other: UncertaintyScores) {
    entropy += other.entropy
    mutualInformation += other.mutualInformation
    deviation += other.deviation
    flagged += other.flagged
    networks += other.networks
  }

  var flaggedShare: Double? { ratio(flagged, count) }
  var meanNetworks: Double? { ratio(networks, count) }
  var meanEntropy: Double? { ratio(entropy.reduce(0, +), count) }
  var meanMutualInformation: Double? { ratio(mutualInformation.reduce(0, +), count) }
  var meanDeviation: Double? { ratio(deviation.reduce(0, +), count) }
}
