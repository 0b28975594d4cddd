// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import CBayNN

/// The arrays of a device: its driver's operations, each of which is entered in the ledger.
///
/// Errors of the driver pass through unchanged. Arguments are what the driver's contract
/// promises; callers see to that.
package struct Arrays {
  private let driver: UnsafePointer<baynn_cim_driver_t>
  private let context: UnsafeMutableRawPointer?
  package let geometry: Geometry
  package var ledger = Ledger()

  private static let capabilities: UInt32 =
    BAYNN_CIM_CAN_READ | BAYNN_CIM_CAN_ERASE | BAYNN_CIM_CAN_WEAR | BAYNN_CIM_CAN_TEMPERATURE

  /// Checks the operations in the driver's table, whose size has been checked, and asks for the
  /// geometry.
  package init(
    _ driver: UnsafePointer<baynn_cim_driver_t>, _ context: UnsafeMutableRawPointer?
  ) throws(Fault) {
    guard driver.pointee.capabilities & ~Arrays.capabilities == 0,
      driver.pointee.program != nil, driver.pointee.mac != nil, driver.pointee.random != nil,
      driver.pointee.sync != nil, let askGeometry = driver.pointee.geometry
    else { throw .cimDriver }
    self.driver = driver
    self.context = context
    guard Arrays.has(driver, BAYNN_CIM_CAN_READ, driver.pointee.read != nil),
      Arrays.has(driver, BAYNN_CIM_CAN_ERASE, driver.pointee.erase != nil),
      Arrays.has(driver, BAYNN_CIM_CAN_WEAR, driver.pointee.wear != nil),
      Arrays.has(driver, BAYNN_CIM_CAN_TEMPERATURE, driver.pointee.temperature != nil)
    else { throw .cimDriver }
    var told = baynn_cim_geometry_t()
    told.struct_bytes = UInt32(truncatingIfNeeded: MemoryLayout<baynn_cim_geometry_t>.size)
    try check(driver: askGeometry(context, &told))
    geometry = try Geometry(told)
  }

  /// An optional operation is there iff its capability says so.
  private static func has(
    _ driver: UnsafePointer<baynn_cim_driver_t>, _ capability: UInt32, _ isThere: Bool
  ) -> Bool {
    (driver.pointee.capabilities & capability != 0) == isThere
  }

  /// Writes a row of weights.
  mutating func program(
    _ array: Int, row: Int, _ weights: UnsafePointer<UInt32>
  ) throws(Fault) {
    ledger.rowWrites &+= 1
    ledger.cellWrites &+= geometry.columns.wide
    ledger.bufferWords &+= geometry.columnWords.wide
    try check(
      driver: driver.pointee.program(
        context, UInt32(truncatingIfNeeded: array), UInt32(truncatingIfNeeded: row), weights))
  }

  /// One read of some rows: which, their inputs, and how many words of columns.
  struct Mac {
    var array: Int
    var firstRow: Int
    var rowWords: Int
    var columnWords: Int
    var active: UnsafePointer<UInt32>
    var inputs: UnsafePointer<UInt32>
    /// Rows that are driven.
    var rows: Int
  }

  /// Counts; receives `countPlanes` planes of `columnWords` words.
  mutating func count(_ mac: Mac, into counts: UnsafeMutablePointer<UInt32>) throws(Fault) {
    let columns = 32 &* mac.columnWords
    ledger.macs &+= 1
    ledger.cellReads &+= (mac.rows &* columns).wide
    ledger.conversions &+= columns.wide
    ledger.accumulations &+= columns.wide
    ledger.bufferWords &+=
      (2 &* mac.rowWords &+ geometry.countPlanes &* mac.columnWords).wide
    try drive(mac, into: counts)
  }

  private func drive(_ mac: Mac, into counts: UnsafeMutablePointer<UInt32>) throws(Fault) {
    var operation = baynn_cim_mac_t()
    operation.struct_bytes = UInt32(truncatingIfNeeded: MemoryLayout<baynn_cim_mac_t>.size)
    operation.array = UInt32(truncatingIfNeeded: mac.array)
    operation.first_row = UInt32(truncatingIfNeeded: mac.firstRow)
    operation.row_words = UInt32(truncatingIfNeeded: mac.rowWords)
    operation.column_words = UInt32(truncatingIfNeeded: mac.columnWords)
    operation.count_planes = UInt32(truncatingIfNeeded: geometry.countPlanes)
    operation.active = mac.active
    operation.inputs = mac.inputs
    try check(driver: driver.pointee.mac(context, &operation, counts))
  }

  /// Reads a row of weights, by driving it alone if the driver cannot do otherwise.
  mutating func read(
    _ array: Int, row: Int, into weights: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    ledger.cellVerifies &+= geometry.columns.wide
    ledger.bufferWords &+= geometry.columnWords.wide
    if let read = driver.pointee.read {
      try check(
        driver: read(
          context, UInt32(truncatingIfNeeded: array), UInt32(truncatingIfNeeded: row), weights))
    } else {
      try drive(array, row: row, input: 1, into: weights)
    }
  }

  /// Reads a row of weights by driving it with 0: each cell counts iff its weight is 0. So it
  /// is what the cell's complement holds that is seen.
  mutating func readComplement(
    _ array: Int, row: Int, into weights: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    ledger.cellVerifies &+= geometry.columns.wide
    ledger.bufferWords &+= geometry.columnWords.wide
    try drive(array, row: row, input: 0, into: weights)
    for word in indices(geometry.columnWords) { weights[word] = ~weights[word] }
  }

  /// Drives a row alone, and tells which columns count it.
  private func drive(
    _ array: Int, row: Int, input: UInt32, into bits: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    if geometry.countPlanes &* geometry.columnWords <= 64 {
      try driveRow(array, row, input, into: bits)
    } else {
      try driveWideRow(array, row, input, into: bits)
    }
  }

  /// With room for counts of 256 columns in up to 8 planes.
  @inline(never)
  private func driveRow(
    _ array: Int, _ row: Int, _ input: UInt32, into bits: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    var counts = InlineArray<64, UInt32>(repeating: 0)
    try withUnsafeMutablePointer(to: &counts) { counts throws(Fault) in
      try drive(
        array, row, input, UnsafeMutableRawPointer(counts).assumingMemoryBound(to: UInt32.self),
        into: bits)
    }
  }

  /// With room for those of the widest array, which is much for a stack.
  @inline(never)
  private func driveWideRow(
    _ array: Int, _ row: Int, _ input: UInt32, into bits: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    var counts = InlineArray<1664, UInt32>(repeating: 0)
    try withUnsafeMutablePointer(to: &counts) { counts throws(Fault) in
      try drive(
        array, row, input, UnsafeMutableRawPointer(counts).assumingMemoryBound(to: UInt32.self),
        into: bits)
    }
  }

  private func drive(
    _ array: Int, _ row: Int, _ input: UInt32, _ counts: UnsafeMutablePointer<UInt32>,
    into bits: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    var active: UInt32 = 1 &<< UInt32(truncatingIfNeeded: row & 31)
    var inputs = active &* input
    let words = geometry.columnWords
    try withUnsafeMutablePointer(to: &active) { active throws(Fault) in
      try withUnsafeMutablePointer(to: &inputs) { inputs throws(Fault) in
        try drive(
          Mac(
            array: array, firstRow: row & ~31, rowWords: 1, columnWords: words, active: active,
            inputs: inputs, rows: 1), into: counts)
      }
    }
    // Of one row a count is 0 or 1: more than that is a 1 too.
    for word in indices(words) {
      bits[word] = counts[word]
      for plane in indices(from: 1, geometry.countPlanes) {
        bits[word] |= counts[plane &* words &+ word]
      }
    }
  }

  /// Gives random bits, of which the last word's padding is 0.
  mutating func draw(
    _ count: Int, probability: UInt32, into bits: UnsafeMutablePointer<UInt32>
  ) throws(Fault) {
    ledger.randomBits &+= count.wide
    ledger.bufferWords &+= wordCount(lanes: count).wide
    try check(
      driver: driver.pointee.random(context, probability, UInt32(truncatingIfNeeded: count), bits))
    bits[wordCount(lanes: count) &- 1] &= tailMask(lanes: count)
  }

  /// Sets all weights of an array to 0, row by row if the driver cannot do otherwise.
  mutating func erase(_ array: Int) throws(Fault) {
    guard let erase = driver.pointee.erase else {
      var zeros = RowBuffer()
      for row in indices(geometry.rows) {
        try zeros.with { zeros throws(Fault) in try program(array, row: row, zeros) }
      }
      return
    }
    ledger.rowWrites &+= geometry.rows.wide
    ledger.cellWrites &+= (geometry.rows &* geometry.columns).wide
    try check(driver: erase(context, UInt32(truncatingIfNeeded: array)))
  }

  /// Writes of the most written row of an array; nil if the driver does not know.
  package func wear(_ array: Int) throws(Fault) -> UInt32? {
    guard let wear = driver.pointee.wear else { return nil }
    var writes: UInt32 = 0
    try check(driver: wear(context, UInt32(truncatingIfNeeded: array), &writes))
    return writes
  }

  /// Temperature in thousandths of a degree Celsius; nil if the driver does not know.
  package func temperature() throws(Fault) -> Int32? {
    guard let temperature = driver.pointee.temperature else { return nil }
    var millidegrees: Int32 = 0
    try check(driver: temperature(context, &millidegrees))
    return millidegrees
  }

  /// Returns when everything written will survive a loss of power.
  func sync() throws(Fault) { try check(driver: driver.pointee.sync(context)) }
}
