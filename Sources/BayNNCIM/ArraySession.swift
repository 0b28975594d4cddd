// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNEngine
import BayNNModel

/// Sessions on arrays: what they need lies in front of an ordinary session, which calls it.
package enum ArraySession {
  /// Bytes of storage that a session needs.
  package static func storageBytes(
    _ arrays: UnsafeMutablePointer<ArrayModel>, _ config: SessionConfig
  ) throws(Fault) -> Int {
    let bytes = try Session.storageBytes(model(of: arrays), config, isAccelerated: true)
    return bytes &+ (try contextBytes(arrays))
  }

  /// The model, which stays where its arrays are.
  package static func model(of arrays: UnsafeMutablePointer<ArrayModel>) -> UnsafePointer<Model> {
    UnsafeRawPointer(arrays).assumingMemoryBound(to: Model.self)
  }

  private static func contextBytes(
    _ arrays: UnsafeMutablePointer<ArrayModel>
  ) throws(Fault) -> Int {
    var arena = Arena()
    _ = arena.take(ArrayContext.self, count: 1)
    _ = try ArrayContext(arrays, arrays.pointee.arrays.geometry, arena: &arena)
    guard !arena.isExhausted else { throw .imageShape }
    return arena.bytes
  }

  /// Makes a session in storage that is aligned to `Arena.alignment`.
  ///
  /// - Throws: `cimNotProgrammed` if an array does not hold its part of the model.
  package static func make(
    in storage: UnsafeMutableRawPointer, bytes: Int,
    _ arrays: UnsafeMutablePointer<ArrayModel>, _ config: SessionConfig
  ) throws(Fault) -> UnsafeMutablePointer<Session> {
    guard bytes >= (try storageBytes(arrays, config)) else { throw .storage }
    guard try arrays.pointee.isProgrammed() else { throw .cimNotProgrammed }
    var arena = Arena(storage: storage, bytes: bytes)
    let context = arena.take(ArrayContext.self, count: 1)
    context.initialize(
      to: try ArrayContext(arrays, arrays.pointee.arrays.geometry, arena: &arena))
    return try Session.make(
      in: storage + arena.bytes, bytes: bytes &- arena.bytes, model(of: arrays), config,
      accelerator: UnsafeMutableRawPointer(context).assumingMemoryBound(to: Accelerator.self))
  }

  /// Runs an input through the session, comparing the sums of arrays and kernels.
  package static func calibrate(
    _ session: UnsafeMutablePointer<Session>, _ input: UnsafePointer<UInt8>, bytes: Int
  ) throws(Fault) {
    let context = try context(of: session)
    context.pointee.isCalibrating = true
    do throws(Fault) {
      _ = try session.infer(input, bytes: bytes)
      context.pointee.isCalibrating = false
      for index in indices(context.pointee.layerCount) {
        context.pointee.layers[index].update()
      }
    } catch {
      context.pointee.isCalibrating = false
      throw error
    }
  }

  /// Forgets all calibration.
  package static func clearCalibration(
    _ session: UnsafeMutablePointer<Session>
  ) throws(Fault) {
    let context = try context(of: session)
    for index in indices(context.pointee.layerCount) { context.pointee.layers[index].clear() }
  }

  /// What a session on arrays works with.
  private static func context(
    of session: UnsafeMutablePointer<Session>
  ) throws(Fault) -> UnsafeMutablePointer<ArrayContext> {
    guard let accelerator = session.accelerator, accelerator.pointee.isArrays else {
      throw .state
    }
    return UnsafeMutableRawPointer(accelerator).assumingMemoryBound(to: ArrayContext.self)
  }
}
