// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel
import CBayNN

@c @implementation
public func baynn_session_storage_bytes(
  _ model: UnsafePointer<baynn_model_t>?, _ config: UnsafePointer<baynn_session_config_t>?,
  _ bytes: UnsafeMutablePointer<Int>?
) -> baynn_status_t {
  do throws(Fault) {
    let model = try require(model)
    let bytes = try require(bytes)
    let open = try requireOpen(model)
    let config = try sessionConfig(config, open)
    bytes.pointee = try Session.storageBytes(open, config)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_session_init(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_session_config_t>?,
  _ session: UnsafeMutablePointer<OpaquePointer?>?
) -> baynn_status_t {
  do throws(Fault) {
    let storage = try require(storage)
    let model = try require(model)
    let session = try require(session)
    let open = try requireOpen(model)
    try requireAligned(storage, to: UInt(BAYNN_STORAGE_ALIGNMENT))
    let config = try sessionConfig(config, open)
    session.pointee = OpaquePointer(
      try Session.make(in: storage, bytes: size(bytes), open, config))
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// Reads a configuration; a missing one means all defaults.
@inline(never)
func sessionConfig(
  _ config: UnsafePointer<baynn_session_config_t>?, _ model: UnsafePointer<Model>
) throws(Fault) -> SessionConfig {
  guard let config = config?.pointee else {
    return SessionConfig(posterior: SessionConfig.defaultPosterior(model))
  }
  try requireStruct(baynn_session_config_t.self, bytes: config.struct_bytes)
  guard config.memory == BAYNN_MEMORY_FAST || config.memory == BAYNN_MEMORY_MINIMAL,
    config.passes <= BAYNN_PASSES_MAX, config.cut_q31 <= 1 << 31, config.reserved == 0,
    config.stop == BAYNN_STOP_NEVER || config.stop == BAYNN_STOP_SETTLED,
    config.stop_error_q31 <= 1 << 30
  else { throw .argument }
  let error = config.stop_error_q31 == 0 ? SessionConfig.stopErrorDefault : config.stop_error_q31
  return SessionConfig(
    posterior: try posterior(config, model), keepsSums: config.memory == BAYNN_MEMORY_FAST,
    firstCall: config.call, stopsBelow: config.stop == BAYNN_STOP_SETTLED ? error : nil)
}

private func posterior(
  _ config: baynn_session_config_t, _ model: UnsafePointer<Model>
) throws(Fault) -> Posterior {
  let cut = config.cut_q31 == 0 ? SessionConfig.cutDefault : config.cut_q31
  let passes = config.passes == 0 ? SessionConfig.passesDefault : config.passes.int
  switch config.posterior {
  case BAYNN_POSTERIOR_DEFAULT:
    return SessionConfig.defaultPosterior(
      model, cut: cut, passes: passes, seed: config.seed)
  case BAYNN_POSTERIOR_EXACT:
    return .exact
  case BAYNN_POSTERIOR_CERTIFIED:
    return .certified(cut: cut)
  case BAYNN_POSTERIOR_SAMPLED:
    return .sampled(passes: passes, seed: config.seed)
  case BAYNN_POSTERIOR_DETERMINISTIC:
    return .deterministic
  default:
    throw .argument
  }
}

/// The session, or BAYNN_ERROR_STATE if there is none in that memory, or a damaged one.
@inline(never)
func requireLive(_ session: OpaquePointer) throws(Fault) -> UnsafeMutablePointer<Session> {
  let live = UnsafeMutablePointer<Session>(session)
  guard live.isSealed else { throw .state }
  return live
}

/// Runs `body`, which changes the session, and seals what it leaves.
@inline(__always)
func change<Result>(
  _ session: OpaquePointer,
  _ body: (UnsafeMutablePointer<Session>) throws(Fault) -> Result
) throws(Fault) -> Result {
  let live = try requireLive(session)
  defer { live.sealState() }
  return try body(live)
}
