// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import CBayNN

@c @implementation
public func baynn_infer(
  _ session: OpaquePointer?, _ input: UnsafePointer<UInt8>?, _ bytes: Int,
  _ prediction: UnsafeMutablePointer<baynn_prediction_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let session = try require(session)
    let input = try require(input)
    let prediction = try require(prediction)
    try requireStruct(baynn_prediction_t.self, bytes: prediction.pointee.struct_bytes)
    try change(session) { live throws(Fault) in
      let result = try live.infer(input, bytes: bytes)
      write(result, of: live, to: &prediction.pointee)
    }
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_infer_begin(
  _ session: OpaquePointer?, _ input: UnsafePointer<UInt8>?, _ bytes: Int
) -> baynn_status_t {
  do throws(Fault) {
    let session = try require(session)
    let input = try require(input)
    try change(session) { live throws(Fault) in
      try live.pointee.begin(input, bytes: bytes)
    }
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_infer_step(
  _ session: OpaquePointer?, _ work_max: UInt32, _ finished: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  do throws(Fault) {
    let session = try require(session)
    let finished = try require(finished)
    try change(session) { live throws(Fault) in
      try live.pointee.step(workMax: work_max)
      finished.pointee = live.pointee.isFinished ? 1 : 0
    }
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_infer_result(
  _ session: OpaquePointer?, _ prediction: UnsafeMutablePointer<baynn_prediction_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let session = try require(session)
    let prediction = try require(prediction)
    try requireStruct(baynn_prediction_t.self, bytes: prediction.pointee.struct_bytes)
    let live = try requireLive(session)
    let result = try live.result()
    write(result, of: live, to: &prediction.pointee)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_infer_probabilities(
  _ session: OpaquePointer?, _ probability_q31: UnsafeMutablePointer<UInt32>?,
  _ count: UInt32
) -> baynn_status_t {
  do throws(Fault) {
    let session = try require(session)
    let probabilities = try require(probability_q31)
    let live = try requireLive(session)
    guard live.pointee.hasResult else { throw .state }
    guard count <= UInt32(truncatingIfNeeded: live.probabilityCount) else {
      throw .argument
    }
    for k in indices(count.int) { probabilities[k] = live.probability(k) }
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_infer_position(
  _ session: OpaquePointer?, _ position: UInt32,
  _ prediction: UnsafeMutablePointer<baynn_prediction_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let session = try require(session)
    let prediction = try require(prediction)
    try requireStruct(baynn_prediction_t.self, bytes: prediction.pointee.struct_bytes)
    let live = try requireLive(session)
    let result = try live.result(at: position)
    write(result, of: live, to: &prediction.pointee)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_infer_value(
  _ session: OpaquePointer?, _ output: UInt32, _ value: UnsafeMutablePointer<baynn_value_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let session = try require(session)
    let value = try require(value)
    try requireStruct(baynn_value_t.self, bytes: value.pointee.struct_bytes)
    let result = try requireLive(session).value(output)
    value.pointee.mean_q16 = result.mean
    value.pointee.deviation_q16 = result.deviation
    value.pointee.spread_q16 = result.spread
    return BAYNN_OK
  } catch {
    return error.status
  }
}

private func write(
  _ result: Prediction, of session: UnsafeMutablePointer<Session>,
  to prediction: inout baynn_prediction_t
) {
  var flags: UInt32 = 0
  if session.abstains(result) { flags |= BAYNN_PREDICTION_ABSTAIN }
  if session.pointee.isComplete { flags |= BAYNN_PREDICTION_COMPLETE }
  switch session.pointee.settlement {
  case .none: break
  case .certain: flags |= BAYNN_PREDICTION_CERTAIN
  case .confident: flags |= BAYNN_PREDICTION_CONFIDENT
  }
  prediction.label = result.label
  prediction.flags = flags
  prediction.leaves = result.leaves
  prediction.samples = result.samples
  prediction.probability_q31 = result.probability
  prediction.entropy_q16 = result.entropy
  prediction.mutual_information_q16 = result.mutualInformation
  prediction.mass_q31 = result.mass
}
