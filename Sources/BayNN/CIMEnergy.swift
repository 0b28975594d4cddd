// SPDX-License-Identifier: Apache-2.0
import BayNNCIM
import BayNNCore
import CBayNN

@c @implementation
public func baynn_cim_costs_default(
  _ costs: UnsafeMutablePointer<baynn_cim_costs_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let costs = try require(costs)
    try requireStruct(baynn_cim_costs_t.self, bytes: costs.pointee.struct_bytes)
    Costs.setDefaults(&costs.pointee)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_energy(
  _ ledger: UnsafePointer<baynn_cim_ledger_t>?, _ costs: UnsafePointer<baynn_cim_costs_t>?,
  _ random_units: UInt32, _ energy: UnsafeMutablePointer<baynn_cim_energy_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let ledger = try require(ledger)
    let energy = try require(energy)
    try requireStruct(baynn_cim_ledger_t.self, bytes: ledger.pointee.struct_bytes)
    try requireStruct(baynn_cim_energy_t.self, bytes: energy.pointee.struct_bytes)
    let amounts = try Energy(
      of: ledger.pointee, read(costs), randomUnits: random_units)
    write(amounts, to: &energy.pointee)
    return BAYNN_OK
  } catch {
    return error.status
  }
}

/// Missing costs are the default ones.
private func read(
  _ costs: UnsafePointer<baynn_cim_costs_t>?
) throws(Fault) -> baynn_cim_costs_t {
  if let costs {
    try requireStruct(baynn_cim_costs_t.self, bytes: costs.pointee.struct_bytes)
    guard costs.pointee.reserved == 0 else { throw .argument }
    return costs.pointee
  }
  var defaults = baynn_cim_costs_t()
  Costs.setDefaults(&defaults)
  return defaults
}

private func write(_ amounts: Energy, to energy: inout baynn_cim_energy_t) {
  energy.total_fj = amounts.total
  energy.cell_read_fj = amounts.cellRead
  energy.conversion_fj = amounts.conversion
  energy.accumulation_fj = amounts.accumulation
  energy.random_bit_fj = amounts.randomBit
  energy.cell_write_fj = amounts.cellWrite
  energy.cell_verify_fj = amounts.cellVerify
  energy.buffer_fj = amounts.buffer
  energy.time_ns = amounts.time
}
