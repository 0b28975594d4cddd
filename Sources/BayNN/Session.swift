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
  status { () throws(Fault) in
    let open = try requireOpen(model)
    let bytes = try require(bytes)
    let config = try sessionConfig(config, open)
    bytes.pointee = try Session.storageBytes(open, config)
  }
}

@c @implementation
public func baynn_session_init(
  _ storage: UnsafeMutableRawPointer?, _ bytes: Int, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_session_config_t>?,
  _ session: UnsafeMutablePointer<OpaquePointer?>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let storage = try requireStorage(storage)
    let open = try requireOpen(model)
    let session = try require(session)
    let config = try sessionConfig(config, open)
    session.pointee = OpaquePointer(
      try Session.make(in: storage, bytes: size(bytes), open, config))
  }
}

/// Reads a configuration; a missing one means all defaults.
@inline(never)
func sessionConfig(
  _ config: UnsafePointer<baynn_session_config_t>?, _ model: UnsafePointer<Model>
) throws(Fault) -> SessionConfig {
  guard config != nil else {
    return SessionConfig(posterior: SessionConfig.defaultPosterior(model))
  }
  let config = try read(config)
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
