// SPDX-License-Identifier: Apache-2.0
import BayNNCIM
import BayNNCore
import CBayNN

@c @implementation
public func baynn_cim_registers_open(
  _ registers: UnsafeMutablePointer<baynn_cim_registers_t>?,
  _ bus: UnsafePointer<baynn_cim_bus_t>?, _ bus_context: UnsafeMutableRawPointer?,
  _ polls_max: UInt32
) -> baynn_status_t {
  status { () throws(Fault) in
    let memory = try requireStorage(registers)
    let bus = try requireKnown(bus)
    guard bus.pointee.reserved == 0, bus.pointee.read32 != nil, bus.pointee.write32 != nil
    else { throw .argument }
    let polls = polls_max == 0 ? BAYNN_CIM_POLLS_DEFAULT : polls_max
    do throws(Fault) {
      let driver = try RegisterDriver(bus, context: bus_context, pollsMax: polls)
      let open = OpenRegisters(table: table(driver.capabilities), driver: driver)
      memory.initializeMemory(as: OpenRegisters.self, to: open)
    } catch {
      try check(driver: error.status)
    }
  }
}

/// The operations; those that are optional only if the device has them.
private func table(_ capabilities: UInt32) -> baynn_cim_driver_t {
  var table = baynn_cim_driver_t()
  table.struct_bytes = UInt32(truncatingIfNeeded: MemoryLayout<baynn_cim_driver_t>.size)
  table.capabilities = capabilities
  table.geometry = { describe($0, $1) }
  table.program = { program($0, $1, $2, $3) }
  table.mac = { mac($0, $1, $2) }
  table.random = { random($0, $1, $2, $3) }
  table.sync = { sync($0) }
  if capabilities & BAYNN_CIM_CAN_READ != 0 { table.read = { read($0, $1, $2, $3) } }
  if capabilities & BAYNN_CIM_CAN_ERASE != 0 { table.erase = { erase($0, $1) } }
  if capabilities & BAYNN_CIM_CAN_WEAR != 0 { table.wear = { wear($0, $1, $2) } }
  if capabilities & BAYNN_CIM_CAN_TEMPERATURE != 0 {
    table.temperature = { temperature($0, $1) }
  }
  return table
}

// MARK: - Operations

private func describe(
  _ context: UnsafeMutableRawPointer?, _ geometry: UnsafeMutablePointer<baynn_cim_geometry_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let registers = try requireRegisters(context)
    let output = try Output(geometry)
    let shape = registers.pointee.driver.geometry
    output.write(
      baynn_cim_geometry_t(
        struct_bytes: 0, arrays: UInt32(truncatingIfNeeded: shape.arrays),
        rows: UInt32(truncatingIfNeeded: shape.rows),
        columns: UInt32(truncatingIfNeeded: shape.columns),
        active_rows_max: UInt32(truncatingIfNeeded: shape.activeRowsMax),
        random_units: UInt32(truncatingIfNeeded: shape.randomUnits)))
  }
}

private func program(
  _ context: UnsafeMutableRawPointer?, _ array: UInt32, _ row: UInt32,
  _ weights: UnsafePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let registers = try requireRegisters(context)
    try registers.pointee.driver.program(array: array, row: row, weights: require(weights))
  }
}

private func mac(
  _ context: UnsafeMutableRawPointer?, _ mac: UnsafePointer<baynn_cim_mac_t>?,
  _ counts: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let registers = try requireRegisters(context)
    let mac = try read(mac)
    let window = MacWindow(
      array: mac.array, firstRow: mac.first_row, rowWords: mac.row_words,
      columnWords: mac.column_words, countPlanes: mac.count_planes)
    try registers.pointee.driver.mac(
      window, active: require(mac.active), inputs: require(mac.inputs), counts: require(counts))
  }
}

private func random(
  _ context: UnsafeMutableRawPointer?, _ probability: UInt32, _ count: UInt32,
  _ bits: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let registers = try requireRegisters(context)
    try registers.pointee.driver.random(
      probability: probability, count: count, into: require(bits))
  }
}

private func sync(_ context: UnsafeMutableRawPointer?) -> baynn_status_t {
  status { () throws(Fault) in
    try requireRegisters(context).pointee.driver.sync()
  }
}

private func read(
  _ context: UnsafeMutableRawPointer?, _ array: UInt32, _ row: UInt32,
  _ weights: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let registers = try requireRegisters(context)
    try registers.pointee.driver.read(array: array, row: row, into: require(weights))
  }
}

private func erase(_ context: UnsafeMutableRawPointer?, _ array: UInt32) -> baynn_status_t {
  status { () throws(Fault) in
    try requireRegisters(context).pointee.driver.erase(array: array)
  }
}

private func wear(
  _ context: UnsafeMutableRawPointer?, _ array: UInt32, _ writes: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let registers = try requireRegisters(context)
    let writes = try require(writes)
    writes.pointee = try registers.pointee.driver.wear(array: array)
  }
}

private func temperature(
  _ context: UnsafeMutableRawPointer?, _ millidegrees: UnsafeMutablePointer<Int32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let registers = try requireRegisters(context)
    let millidegrees = try require(millidegrees)
    millidegrees.pointee = try registers.pointee.driver.temperature()
  }
}
