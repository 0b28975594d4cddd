// SPDX-License-Identifier: Apache-2.0

/// Why something was refused: a status of the C header, which describes each.
package struct Fault: Error, Equatable {
  package let status: Int32

  private init(_ status: Int32) { self.status = status }

  /// A status of the library's own that a function of C has returned; it is not 0.
  package init(status: Int32) { self.status = status }

  package static var null: Fault { Fault(-1) }
  package static var argument: Fault { Fault(-2) }
  package static var alignment: Fault { Fault(-3) }
  package static var storage: Fault { Fault(-4) }
  package static var state: Fault { Fault(-5) }
  package static var inputSize: Fault { Fault(-6) }
  package static var inputRange: Fault { Fault(-7) }
  package static var posterior: Fault { Fault(-8) }
  package static var part: Fault { Fault(-9) }
  package static var noResult: Fault { Fault(-10) }

  package static var imageTruncated: Fault { Fault(-32) }
  package static var imageMagic: Fault { Fault(-33) }
  package static var imageFormat: Fault { Fault(-34) }
  package static var imageCRC: Fault { Fault(-35) }
  package static var imageSection: Fault { Fault(-36) }
  package static var imageShape: Fault { Fault(-37) }
  package static var imageValue: Fault { Fault(-38) }
  package static var imageWeights: Fault { Fault(-39) }

  package static var cimDriver: Fault { Fault(-80) }
  package static var cimGeometry: Fault { Fault(-81) }
  package static var cimCapacity: Fault { Fault(-82) }
  package static var cimNotProgrammed: Fault { Fault(-83) }
  package static var cimWrite: Fault { Fault(-84) }
  package static var cimTimeout: Fault { Fault(-85) }
  package static var cimDevice: Fault { Fault(-86) }

  package static var selfTest: Fault { Fault(-64) }
}

/// Throws what a driver or a bus has returned if it is not BAYNN_OK. Statuses of arrays and of
/// devices, and the caller's own, stay as they are; any other value is BAYNN_ERROR_CIM_DRIVER.
@inline(never)
package func check(driver status: Int32) throws(Fault) {
  guard status != 0 else { return }
  let isKnown = status <= -1000 || (status <= -80 && status >= -99)
  throw isKnown ? Fault(status: status) : .cimDriver
}
