// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

extension ModelSummary {
  init(describing model: UnsafePointer<baynn_model_t>) throws {
    var info = baynn_model_info_t()
    info.struct_bytes = UInt32(MemoryLayout<baynn_model_info_t>.size)
    try check(baynn_model_info(model, &info), "baynn_model_info")
    var text: UnsafePointer<CChar>?
    try check(baynn_model_name(model, &text), "baynn_model_name")
    let name = text.map { String(cString: $0) } ?? ""
    let isRegression = info.head == BAYNN_HEAD_REGRESSION
    let labels = try (0..<(isRegression ? info.outputs : info.classes)).map { label in
      try check(baynn_model_class_name(model, label, &text), "baynn_model_class_name")
      return text.map { String(cString: $0) } ?? ""
    }
    self.init(
      name: name,
      task: isRegression ? .regression : .classification,
      format: Int(info.format),
      imageBytes: Int(info.image_bytes),
      imageChecksum: info.image_crc,
      inputShape: [info.input_height, info.input_width, info.input_channels].map { Int($0) },
      inputMaximum: Int(info.input_maximum),
      mapShape: [Int(info.positions_height), Int(info.positions_width)],
      labels: labels,
      layers: Int(info.layers),
      weights: Int(info.weights),
      sites: Int(info.sites),
      sampledLayers: Int(info.sampled_layers),
      randomBits: Int(info.random_bits),
      randomUnits: Int(info.random_units),
      passWork: Int(info.pass_work_max),
      pieceWork: Int(info.piece_work_max),
      knownAnswers: Int(info.known_answers),
      policy: Policy(info))
  }
}

extension ModelSummary.Policy {
  /// The policy of a model, or nil if it has none.
  init?(_ info: baynn_model_info_t) {
    let measure: ModelSummary.Measure
    switch info.policy_measure {
    case BAYNN_MEASURE_ENTROPY: measure = .entropy
    case BAYNN_MEASURE_MUTUAL_INFORMATION: measure = .mutualInformation
    case BAYNN_MEASURE_DEVIATION: measure = .deviation
    default: return nil
    }
    self.init(
      measure: measure,
      threshold: Double(info.policy_threshold_q16) / 65536,
      rate: Double(info.policy_rate_q16) / 65536,
      samples: Int(info.policy_samples))
  }
}
