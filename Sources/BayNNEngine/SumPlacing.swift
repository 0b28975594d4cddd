// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// How sum layers get their memory.
extension Placing {
  /// Places a layer of one position (`SumLayer.isWhole`).
  ///
  /// - Parameter gathered: where its inputs are gathered; nil if they lie as rows of lanes.
  @inline(never)
  mutating func placeWhole(
    _ layer: UnsafePointer<SumLayer>, to output: Tensor, _ site: Site,
    gathered: UnsafeMutablePointer<UInt32>? = nil
  ) {
    let keeps = layer.pointee.isBits && keepsSums && !isFirstToDecide
    let capacity = RowList.capacity(
      layer: layer.pointee.rows, words: layer.pointee.weights.words, isBits: layer.pointee.isBits)
    let words = layer.pointee.counterPlanes &* layer.pointee.weights.words
    placeSums(
      layer, to: output, site, .rows, listCapacity: capacity,
      keptWords: keeps ? words : 0, gathered: gathered,
      scratchBytes: 4 &* (capacity &+ (keeps ? 0 : words)))
  }

  /// - Parameters:
  ///   - keptWords: of counters that are kept between leaves; 0 to keep none.
  ///   - scratchBytes: of the memory that layers share.
  @inline(never)
  mutating func placeSums(
    _ layer: UnsafePointer<SumLayer>, to output: Tensor, _ site: Site,
    _ method: SumState.Method, listCapacity: Int = 0, keptWords: Int = 0,
    gathered: UnsafeMutablePointer<UInt32>? = nil, plan: UnsafeMutableRawPointer? = nil,
    scratchBytes: Int
  ) {
    let hasSibling =
      keepsSiblings && site.bits == 1 && layer.pointee.weights.copies == 1
      && layer.pointee.firesBits && keptWords == 0
    let sibling = hasSibling ? arena.takeData(UInt32.self, count: output.shape.memoryWords) : nil
    let counted =
      keptWords > 0
      ? arena.takeData(UInt32.self, count: wordCount(lanes: layer.pointee.rows)) : nil
    let offset = keptWords > 0 ? keep(words: keptWords) : 0
    let source = memory(layer.pointee.source)
    let state = arena.take(SumState.self, count: 1)
    let decides = site.bits > 0 || site.isWide
    share(bytes: scratchBytes, runsAgain: decides && keepsSiblings && !hasSibling)
    self.state = UnsafeMutableRawPointer(state)
    guard arena.isWritable else { return }
    state.initialize(
      to: SumState(
        layer: layer.pointee, method: method,
        listCapacity: UInt16(truncatingIfNeeded: listCapacity), inputs: gathered ?? source,
        output: output, sibling: sibling, counted: counted, keptOffset: offset, plan: plan))
  }
}

extension SumState {
  static func placeDense(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    var layer = try SumLayer(dense: reading)
    let output = placing.pointee.takeTensor(reading.pointee.found.output)
    placing.pointee.placeWhole(&layer, to: output, reading.pointee.found.site)
  }
}
