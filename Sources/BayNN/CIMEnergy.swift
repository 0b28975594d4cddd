// SPDX-License-Identifier: Apache-2.0
import BayNNCIM
import BayNNCore
import CBayNN

@c @implementation
public func baynn_cim_costs_default(
  _ costs: UnsafeMutablePointer<baynn_cim_costs_t>?
) -> baynn_status_t {
  status { () throws(Fault) in try Output(costs).write(defaultCosts()) }
}

private func defaultCosts() -> baynn_cim_costs_t {
  var costs = baynn_cim_costs_t()
  Costs.setDefaults(&costs)
  return costs
}

@c @implementation
public func baynn_cim_energy(
  _ ledger: UnsafePointer<baynn_cim_ledger_t>?, _ costs: UnsafePointer<baynn_cim_costs_t>?,
  _ random_units: UInt32, _ energy: UnsafeMutablePointer<baynn_cim_energy_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let ledger = try read(ledger)
    let output = try Output(energy)
    let costs = costs == nil ? defaultCosts() : try read(costs)
    guard costs.reserved == 0, ledger.reserved == 0 else { throw .argument }
    let amounts = try Energy(of: ledger, costs, randomUnits: random_units)
    output.write(
      baynn_cim_energy_t(
        struct_bytes: 0, reserved: 0, total_fj: amounts.total, cell_read_fj: amounts.cellRead,
        conversion_fj: amounts.conversion, accumulation_fj: amounts.accumulation,
        random_bit_fj: amounts.randomBit, cell_write_fj: amounts.cellWrite,
        cell_verify_fj: amounts.cellVerify, buffer_fj: amounts.buffer, time_ns: amounts.time))
  }
}
