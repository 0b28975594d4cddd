// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import CBayNN

@c @implementation
public func baynn_infer(
  _ session: OpaquePointer?, _ input: UnsafePointer<UInt8>?, _ bytes: Int,
  _ prediction: UnsafeMutablePointer<baynn_prediction_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let input = try require(input)
    let output = try Output(prediction)
    try change(session) { session throws(Fault) in
      write(try session.infer(input, bytes: bytes), of: session, to: output)
    }
  }
}

@c @implementation
public func baynn_infer_begin(
  _ session: OpaquePointer?, _ input: UnsafePointer<UInt8>?, _ bytes: Int
) -> baynn_status_t {
  status { () throws(Fault) in
    try change(session) { session throws(Fault) in
      try session.pointee.begin(require(input), bytes: bytes)
    }
  }
}

@c @implementation
public func baynn_infer_step(
  _ session: OpaquePointer?, _ work_max: UInt32, _ finished: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let finished = try require(finished)
    try change(session) { session throws(Fault) in
      try session.pointee.step(workMax: work_max)
      finished.pointee = session.pointee.isFinished ? 1 : 0
    }
  }
}

@c @implementation
public func baynn_infer_result(
  _ session: OpaquePointer?, _ prediction: UnsafeMutablePointer<baynn_prediction_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let session = try requireSession(session)
    let output = try Output(prediction)
    write(try session.result(), of: session, to: output)
  }
}

@c @implementation
public func baynn_infer_probabilities(
  _ session: OpaquePointer?, _ probability_q31: UnsafeMutablePointer<UInt32>?,
  _ count: UInt32
) -> baynn_status_t {
  status { () throws(Fault) in
    let session = try requireSession(session)
    let probabilities = try require(probability_q31)
    try session.pointee.requireResult()
    guard count <= UInt32(truncatingIfNeeded: session.probabilityCount) else {
      throw .argument
    }
    for k in indices(count.int) { probabilities[k] = session.probability(k) }
  }
}

@c @implementation
public func baynn_infer_position(
  _ session: OpaquePointer?, _ position: UInt32,
  _ prediction: UnsafeMutablePointer<baynn_prediction_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let session = try requireSession(session)
    let output = try Output(prediction)
    write(try session.result(at: position), of: session, to: output)
  }
}

@c @implementation
public func baynn_infer_value(
  _ session: OpaquePointer?, _ output: UInt32, _ value: UnsafeMutablePointer<baynn_value_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let session = try requireSession(session)
    let target = try Output(value)
    let result = try session.value(output)
    target.write(
      baynn_value_t(
        struct_bytes: 0, mean_q16: result.mean, deviation_q16: result.deviation,
        spread_q16: result.spread))
  }
}

private func write(
  _ result: Prediction, of session: UnsafeMutablePointer<Session>,
  to output: Output<baynn_prediction_t>
) {
  var flags: UInt32 = 0
  if session.abstains(result) { flags |= BAYNN_PREDICTION_ABSTAIN }
  if session.pointee.isComplete { flags |= BAYNN_PREDICTION_COMPLETE }
  switch session.pointee.settlement {
  case .none: break
  case .certain: flags |= BAYNN_PREDICTION_CERTAIN
  case .confident: flags |= BAYNN_PREDICTION_CONFIDENT
  }
  output.write(
    baynn_prediction_t(
      struct_bytes: 0, label: result.label, flags: flags, leaves: result.leaves,
      samples: result.samples, probability_q31: result.probability, entropy_q16: result.entropy,
      mutual_information_q16: result.mutualInformation, mass_q31: result.mass))
}
