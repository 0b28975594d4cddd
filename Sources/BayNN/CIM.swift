// SPDX-License-Identifier: Apache-2.0
import BayNNCIM
import BayNNCore
import BayNNEngine
import BayNNModel
import CBayNN

/// What lies in a `baynn_cim_t`.
struct OpenArrays {
  /// Marks memory that holds a model on arrays.
  static let liveTag: UInt32 = 0x4943_4E42
  /// First, so that its address is that of the whole.
  var arrays: ArrayModel
  let tag = OpenArrays.liveTag
}

@c @implementation
public func baynn_cim_open(
  _ cim: UnsafeMutablePointer<baynn_cim_t>?, _ model: UnsafePointer<baynn_model_t>?,
  _ config: UnsafePointer<baynn_cim_config_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let target = UnsafeMutableRawPointer(try require(cim))
    let model = try require(model)
    let config = try require(config).pointee
    try requireStruct(baynn_cim_config_t.self, bytes: config.struct_bytes)
    let open = try requireOpen(model)
    let options = try cimOptions(config)
    let driver = try require(config.driver)
    let arrays = try ArrayModel(open, Arrays(driver, config.context), options)
    target.initializeMemory(as: OpenArrays.self, to: OpenArrays(arrays: arrays))
    return BAYNN_OK
  } catch {
    return error.status
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

/// The model on arrays, or BAYNN_ERROR_STATE if there is none.
@inline(never)
func requireArrays(
  _ cim: UnsafePointer<baynn_cim_t>?
) throws(Fault) -> UnsafeMutablePointer<ArrayModel> {
  let memory = UnsafeMutableRawPointer(mutating: UnsafeRawPointer(try require(cim)))
  guard memory.assumingMemoryBound(to: OpenArrays.self).pointee.tag == OpenArrays.liveTag else {
    throw .state
  }
  return memory.assumingMemoryBound(to: ArrayModel.self)
}

@c @implementation
public func baynn_cim_info(
  _ cim: UnsafeMutablePointer<baynn_cim_t>?, _ info: UnsafeMutablePointer<baynn_cim_info_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let arrays = try requireArrays(cim)
    let info = try require(info)
    try requireStruct(baynn_cim_info_t.self, bytes: info.pointee.struct_bytes)
    var told = try describe(&arrays.pointee)
    told.struct_bytes = info.pointee.struct_bytes
    info.pointee = told
    return BAYNN_OK
  } catch {
    return error.status
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
  do throws(Fault) {
    let arrays = try requireArrays(cim)
    let finished = try require(finished)
    guard rows_max > 0 else { throw .argument }
    finished.pointee = try arrays.pointee.program(rowsMax: rows_max) ? 1 : 0
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_erase(_ cim: UnsafeMutablePointer<baynn_cim_t>?) -> baynn_status_t {
  do throws(Fault) {
    try requireArrays(cim).pointee.erase()
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_scrub(
  _ cim: UnsafeMutablePointer<baynn_cim_t>?, _ rows_max: UInt32,
  _ report: UnsafeMutablePointer<baynn_cim_scrub_report_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let arrays = try requireArrays(cim)
    let report = try require(report)
    try requireStruct(baynn_cim_scrub_report_t.self, bytes: report.pointee.struct_bytes)
    guard rows_max > 0 else { throw .argument }
    let found = try arrays.pointee.scrub(rowsMax: rows_max)
    report.pointee.rows = found.rows
    report.pointee.rows_wrong = found.rowsWrong
    report.pointee.cells_wrong = found.cellsWrong
    report.pointee.cells_left = found.cellsLeft
    report.pointee.words_uncorrectable = found.wordsUncorrectable
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_ledger(
  _ cim: UnsafePointer<baynn_cim_t>?, _ ledger: UnsafeMutablePointer<baynn_cim_ledger_t>?
) -> baynn_status_t {
  do throws(Fault) {
    let entries = try requireArrays(cim).pointee.arrays.ledger
    let ledger = try require(ledger)
    try requireStruct(baynn_cim_ledger_t.self, bytes: ledger.pointee.struct_bytes)
    ledger.pointee.reserved = 0
    ledger.pointee.macs = entries.macs
    ledger.pointee.cell_reads = entries.cellReads
    ledger.pointee.conversions = entries.conversions
    ledger.pointee.accumulations = entries.accumulations
    ledger.pointee.random_bits = entries.randomBits
    ledger.pointee.cell_writes = entries.cellWrites
    ledger.pointee.row_writes = entries.rowWrites
    ledger.pointee.cell_verifies = entries.cellVerifies
    ledger.pointee.buffer_words = entries.bufferWords
    return BAYNN_OK
  } catch {
    return error.status
  }
}

@c @implementation
public func baynn_cim_ledger_clear(_ cim: UnsafeMutablePointer<baynn_cim_t>?) -> baynn_status_t {
  do throws(Fault) {
    let arrays = try requireArrays(cim)
    arrays.pointee.arrays.ledger = Ledger()
    return BAYNN_OK
  } catch {
    return error.status
  }
}
