// SPDX-License-Identifier: Apache-2.0
import BayNNCIM
import BayNNCore
import BayNNEngine
import BayNNModel
import CBayNN

@c @implementation
public func baynn_cim_open(
  _ cim: UnsafeMutablePointer<baynn_cim_t>?, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_cim_config_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let target = try requireStorage(cim)
    let open = try requireOpen(model)
    let config = try read(config)
    let options = try cimOptions(config)
    let driver = try requireDriver(config.driver)
    let arrays = try ArrayModel(open, Arrays(driver, config.context), options)
    target.initializeMemory(as: OpenArrays.self, to: OpenArrays(arrays: arrays))
  }
}

private func cimOptions(_ config: baynn_cim_config_t) throws(Fault) -> ArrayModel.Options {
  guard config.mapping <= BAYNN_CIM_MAPPING_SPLIT, config.ecc <= BAYNN_CIM_ECC_WORD,
    config.first_array < BAYNN_CIM_ARRAYS_MAX, config.active_rows <= BAYNN_CIM_LINES_MAX,
    config.write_attempts <= 255, config.reserved == 0
  else { throw .argument }
  return ArrayModel.Options(
    isSplit: config.mapping == BAYNN_CIM_MAPPING_SPLIT, firstArray: config.first_array.int,
    activeRows: config.active_rows.int, hasCheckBits: config.ecc == BAYNN_CIM_ECC_WORD,
    writeAttempts: config.write_attempts == 0 ? 3 : config.write_attempts.int,
    wrongCellsMax: config.wrong_cells_max)
}

/// The table of a driver; one whose struct_bytes is wrong is BAYNN_ERROR_CIM_DRIVER.
private func requireDriver(
  _ driver: UnsafePointer<baynn_cim_driver_t>?
) throws(Fault) -> UnsafePointer<baynn_cim_driver_t> {
  do throws(Fault) {
    return try requireKnown(driver)
  } catch {
    throw error == .argument ? .cimDriver : error
  }
}

@c @implementation
public func baynn_cim_info(
  _ cim: UnsafeMutablePointer<baynn_cim_t>?, _ info: UnsafeMutablePointer<baynn_cim_info_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let arrays = try requireArrays(cim)
    let output = try Output(info)
    output.write(try describe(&arrays.pointee))
  }
}

private func describe(_ arrays: inout ArrayModel) throws(Fault) -> baynn_cim_info_t {
  let geometry = arrays.arrays.geometry
  let usage = try arrays.usage()
  var info = baynn_cim_info_t()
  info.arrays = UInt32(truncatingIfNeeded: arrays.arrayCount)
  info.rows = usage.rows
  info.weight_cells = usage.cells
  info.cells = UInt32(truncatingIfNeeded: arrays.arrayCount &* geometry.rows &* geometry.columns)
  info.array_rows = UInt32(truncatingIfNeeded: geometry.rows)
  info.array_columns = UInt32(truncatingIfNeeded: geometry.columns)
  info.active_rows = UInt32(truncatingIfNeeded: arrays.activeRows)
  info.random_units = UInt32(truncatingIfNeeded: geometry.randomUnits)
  info.cells_wrong = arrays.cellsWrong
  for array in indices(arrays.arrayCount) {
    if try arrays.isProgrammed(array) { info.arrays_programmed &+= 1 }
    let writes = try arrays.arrays.wear(arrays.firstArray &+ array)
    info.row_writes_max = max(info.row_writes_max, writes ?? .max)
  }
  info.millidegrees = try arrays.arrays.temperature() ?? .min
  return info
}

@c @implementation
public func baynn_cim_program(
  _ cim: UnsafeMutablePointer<baynn_cim_t>?, _ rows_max: UInt32,
  _ finished: UnsafeMutablePointer<UInt32>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let arrays = try requireArrays(cim)
    let finished = try require(finished)
    guard rows_max > 0 else { throw .argument }
    finished.pointee = try arrays.pointee.program(rowsMax: rows_max) ? 1 : 0
  }
}

@c @implementation
public func baynn_cim_erase(_ cim: UnsafeMutablePointer<baynn_cim_t>?) -> baynn_status_t {
  status { () throws(Fault) in
    try requireArrays(cim).pointee.erase()
  }
}

@c @implementation
public func baynn_cim_scrub(
  _ cim: UnsafeMutablePointer<baynn_cim_t>?, _ rows_max: UInt32,
  _ report: UnsafeMutablePointer<baynn_cim_scrub_report_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let arrays = try requireArrays(cim)
    let output = try Output(report)
    guard rows_max > 0 else { throw .argument }
    let found = try arrays.pointee.scrub(rowsMax: rows_max)
    output.write(
      baynn_cim_scrub_report_t(
        struct_bytes: 0, rows: found.rows, rows_wrong: found.rowsWrong,
        cells_wrong: found.cellsWrong, cells_left: found.cellsLeft,
        words_uncorrectable: found.wordsUncorrectable))
  }
}

@c @implementation
public func baynn_cim_ledger(
  _ cim: UnsafePointer<baynn_cim_t>?, _ ledger: UnsafeMutablePointer<baynn_cim_ledger_t>?
) -> baynn_status_t {
  status { () throws(Fault) in
    let arrays = try requireArrays(cim)
    let output = try Output(ledger)
    let entries = arrays.pointee.arrays.ledger
    output.write(
      baynn_cim_ledger_t(
        struct_bytes: 0, reserved: 0, macs: entries.macs, cell_reads: entries.cellReads,
        conversions: entries.conversions, accumulations: entries.accumulations,
        random_bits: entries.randomBits, cell_writes: entries.cellWrites,
        row_writes: entries.rowWrites, cell_verifies: entries.cellVerifies,
        buffer_words: entries.bufferWords))
  }
}

@c @implementation
public func baynn_cim_ledger_clear(_ cim: UnsafeMutablePointer<baynn_cim_t>?) -> baynn_status_t {
  status { () throws(Fault) in
    let arrays = try requireArrays(cim)
    arrays.pointee.arrays.ledger = Ledger()
  }
}
