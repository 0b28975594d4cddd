// SPDX-License-Identifier: Apache-2.0
import BayNNCore

/// When a prediction abstains (SPEC 3.5).
package struct Policy {
  /// 0 = never abstains, 1 = by predictive entropy, 2 = by mutual information, 3 = by the
  /// largest standard deviation of a regression.
  package var measure: UInt32 = 0
  /// Nats or the unit of the outputs, Q16.16.
  package var threshold: UInt32 = 0
  /// Share of in-distribution inputs that it flags, Q0.16.
  package var rate: UInt32 = 0
  /// In-distribution inputs that the rate was measured on.
  package var samples: UInt32 = 0

  init() {}

  init(_ section: Section, isRegression: Bool) throws(Fault) {
    try section.require(bytes: 16)
    measure = section.word(0)
    threshold = section.word(4)
    rate = section.word(8)
    samples = section.word(12)
    guard isRegression ? measure == 3 : 1...2 ~= measure, rate <= 65536, samples >= 1 else {
      throw .imageValue
    }
  }
}
