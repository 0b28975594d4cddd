// SPDX-License-Identifier: Apache-2.0
import BayNN
import CBayNN

/// How a model lies on arrays of some geometry.
struct ArrayLayout: Equatable, Sendable {
  var mapping = ArrayMapping.unrolled
  var hasCheckBits = false
  /// Arrays that the device has; nil for as many as the model needs.
  var arraysGiven: Int?

  init(mapping: ArrayMapping = .unrolled, hasCheckBits: Bool = false, arraysGiven: Int? = nil) {
    self.mapping = mapping
    self.hasCheckBits = hasCheckBits
    self.arraysGiven = arraysGiven
  }

  init(_ options: GeometryOptions) {
    self.init(
      mapping: options.mapping, hasCheckBits: options.ecc, arraysGiven: options.arrays)
  }

  /// The library's configuration; cells may be wrong, as many as there are.
  func configuration(
    driver: UnsafePointer<baynn_cim_driver_t>, context: UnsafeMutableRawPointer
  ) -> baynn_cim_config_t {
    var config = baynn_cim_config_t()
    config.struct_bytes = UInt32(MemoryLayout<baynn_cim_config_t>.size)
    config.mapping = mapping.code
    config.driver = driver
    config.context = context
    config.ecc = hasCheckBits ? BAYNN_CIM_ECC_WORD : BAYNN_CIM_ECC_NONE
    config.wrong_cells_max = .max
    return config
  }

  /// How many arrays a device needs for a model.
  ///
  /// - Throws: `usage` if the model does not fit, saying how many arrays it needs.
  func arrays(for model: LoadedModel, on device: DeviceSettings) throws -> Int {
    guard let needed = try BlankDevice.arraysNeeded(by: model, self, on: device) else {
      throw ToolError.usage(
        "the model does not fit on arrays of \(short(device[.rows])) x "
          + "\(short(device[.columns])): give them more --rows or --columns")
    }
    if let given = arraysGiven, given < needed {
      throw ToolError.usage(
        "the model needs \(needed) arrays of \(short(device[.rows])) x "
          + "\(short(device[.columns])), not \(given): use --arrays \(needed), or leave it out")
    }
    return arraysGiven ?? needed
  }
}

/// A device as large as can be without a cell: it tells how a model would lie on it.
private enum BlankDevice {
  static func arraysNeeded(
    by model: LoadedModel, _ layout: ArrayLayout, on device: DeviceSettings
  ) throws -> Int? {
    var geometry = baynn_cim_geometry_t()
    geometry.arrays = BAYNN_CIM_ARRAYS_MAX
    geometry.rows = UInt32(device[.rows])
    geometry.columns = UInt32(device[.columns])
    geometry.active_rows_max = UInt32(device[.activeRows])
    geometry.random_units = UInt32(device[.randomUnits])
    let cim = UnsafeMutablePointer<baynn_cim_t>.allocate(capacity: 1)
    defer { cim.deallocate() }
    cim.initialize(to: baynn_cim_t())
    return try withUnsafeMutablePointer(to: &geometry) { geometry in
      try withUnsafePointer(to: driver) { driver in
        var config = layout.configuration(driver: driver, context: geometry)
        let status = model.withModel { baynn_cim_open(cim, $0, &config) }
        if status == BAYNN_ERROR_CIM_CAPACITY { return nil }
        try check(status, "baynn_cim_open")
        var info = baynn_cim_info_t()
        info.struct_bytes = UInt32(MemoryLayout<baynn_cim_info_t>.size)
        try check(baynn_cim_info(cim, &info), "baynn_cim_info")
        return Int(info.arrays)
      }
    }
  }

  private static var driver: baynn_cim_driver_t {
    var driver = baynn_cim_driver_t()
    driver.struct_bytes = UInt32(MemoryLayout<baynn_cim_driver_t>.size)
    driver.capabilities = BAYNN_CIM_CAN_READ
    driver.geometry = { context, geometry in
      guard let told = context?.assumingMemoryBound(to: baynn_cim_geometry_t.self).pointee,
        let geometry
      else { return BAYNN_ERROR_NULL }
      let bytes = geometry.pointee.struct_bytes
      geometry.pointee = told
      geometry.pointee.struct_bytes = bytes
      return BAYNN_OK
    }
    driver.program = { _, _, _, _ in BAYNN_OK }
    driver.mac = { _, mac, counts in
      guard let mac = mac?.pointee, let counts else { return BAYNN_ERROR_NULL }
      counts.update(repeating: 0, count: Int(mac.count_planes * mac.column_words))
      return BAYNN_OK
    }
    driver.random = { _, _, _, _ in BAYNN_OK }
    driver.sync = { _ in BAYNN_OK }
    driver.read = { context, _, _, weights in
      guard let told = context?.assumingMemoryBound(to: baynn_cim_geometry_t.self).pointee,
        let weights
      else { return BAYNN_ERROR_NULL }
      weights.update(repeating: 0, count: Int(told.columns / 32))
      return BAYNN_OK
    }
    return driver
  }
}
