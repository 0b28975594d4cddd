// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

extension Geometry {
  /// What a device tells; it is not trusted. Errors: BAYNN_ERROR_CIM_GEOMETRY, those of the bus.
  init(of bus: RegisterBus) throws(Fault) {
    var told = baynn_cim_geometry_t()
    told.arrays = try bus.read(Register.arrays)
    told.rows = try bus.read(Register.rows)
    told.columns = try bus.read(Register.columns)
    told.active_rows_max = try bus.read(Register.activeMax)
    told.random_units = try bus.read(Register.units)
    try self.init(told)
  }
}
