// SPDX-License-Identifier: Apache-2.0
import CBayNN

// The sizes in which structures were first published. They stay when a structure grows.

/// Bytes of a pointer.
private var pointer: Int { MemoryLayout<UnsafeRawPointer>.size }

extension baynn_model_info_t: Structure { static var publishedBytes: Int { 120 } }
extension baynn_session_config_t: Structure { static var publishedBytes: Int { 48 } }
extension baynn_prediction_t: Structure { static var publishedBytes: Int { 36 } }
extension baynn_value_t: Structure { static var publishedBytes: Int { 16 } }
extension baynn_self_test_config_t: Structure { static var publishedBytes: Int { 8 } }
extension baynn_self_test_report_t: Structure { static var publishedBytes: Int { 32 } }

extension baynn_cim_config_t: Structure {
  static var publishedBytes: Int { 32 &+ 2 &* pointer }
}
extension baynn_cim_info_t: Structure { static var publishedBytes: Int { 52 } }
extension baynn_cim_scrub_report_t: Structure { static var publishedBytes: Int { 24 } }
extension baynn_cim_ledger_t: Structure { static var publishedBytes: Int { 80 } }
extension baynn_cim_costs_t: Structure { static var publishedBytes: Int { 56 } }
extension baynn_cim_energy_t: Structure { static var publishedBytes: Int { 80 } }

extension baynn_cim_driver_t: Structure { static var publishedBytes: Int { 8 &+ 9 &* pointer } }
extension baynn_cim_geometry_t: Structure { static var publishedBytes: Int { 24 } }
extension baynn_cim_mac_t: Structure { static var publishedBytes: Int { 24 &+ 2 &* pointer } }
extension baynn_cim_bus_t: Structure { static var publishedBytes: Int { 8 &+ 4 &* pointer } }
extension baynn_cim_emulator_config_t: Structure { static var publishedBytes: Int { 160 } }
