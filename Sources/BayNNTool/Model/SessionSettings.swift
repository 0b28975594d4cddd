// SPDX-License-Identifier: Apache-2.0
import ArgumentParser
import CBayNN

/// How the tool's sessions work: `baynn_session_config_t` without its call number.
struct SessionSettings: Equatable, Sendable {
  enum Posterior: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
    case exact, certified, sampled, deterministic

    var code: UInt32 {
      switch self {
      case .exact: BAYNN_POSTERIOR_EXACT
      case .certified: BAYNN_POSTERIOR_CERTIFIED
      case .sampled: BAYNN_POSTERIOR_SAMPLED
      case .deterministic: BAYNN_POSTERIOR_DETERMINISTIC
      }
    }
  }

  enum Memory: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
    case fast, minimal

    var code: UInt32 {
      switch self {
      case .fast: BAYNN_MEMORY_FAST
      case .minimal: BAYNN_MEMORY_MINIMAL
      }
    }
  }

  enum Stop: String, CaseIterable, Codable, ExpressibleByArgument, Sendable {
    case never, settled

    var code: UInt32 {
      switch self {
      case .never: BAYNN_STOP_NEVER
      case .settled: BAYNN_STOP_SETTLED
      }
    }
  }

  /// nil for the model's default.
  var posterior: Posterior?
  var memory = Memory.fast
  /// Draws of the sampled posterior.
  var passes = 20
  var seed: UInt64 = 0
  var stop = Stop.never

  /// - Parameter call: number of the first inference in the stream of draws.
  func configuration(call: UInt64) -> baynn_session_config_t {
    var configuration = baynn_session_config_t()
    configuration.struct_bytes = UInt32(MemoryLayout<baynn_session_config_t>.size)
    configuration.posterior = posterior?.code ?? BAYNN_POSTERIOR_DEFAULT
    configuration.memory = memory.code
    configuration.passes = UInt32(passes)
    configuration.stop = stop.code
    configuration.seed = seed
    configuration.call = call
    return configuration
  }

  /// The posterior that a model gets: the one asked for, or the library's default.
  func posterior(of model: ModelSummary) -> Posterior {
    if let posterior { return posterior }
    if model.sampledLayers > 0 { return .sampled }
    return model.sites <= SessionSettings.exactSitesDefault ? .exact : .certified
  }

  /// The default posterior is exact up to this many sites.
  private static let exactSitesDefault = 10
}
