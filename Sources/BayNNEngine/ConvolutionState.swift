// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A convolution at work (SPEC 3.9), one row of output positions at a time.
///
/// The codes that an output position sees are gathered into a window, a bit row for each
/// plane, and counted as those of a dense layer are: outputs are lanes.
struct ConvolutionState {
  private let layer: ConvolutionLayer
  private let source: Tensor
  private let output: Tensor
  private let site: LayerSite
  /// Rows that the pass keeps, as bits; nil if nothing is dropped.
  private let kept: UnsafeMutablePointer<UInt32>?
  /// With Scale Dropout, what the other state makes of the same sums: it costs a comparison
  /// now, and spares the sibling leaf the counting. Nil if there is no memory for it.
  private let sibling: UnsafeMutablePointer<UInt32>?
  private var nextRow = 0

  init(
    _ layer: ConvolutionLayer, from source: Tensor, to output: Tensor, site: LayerSite,
    kept: UnsafeMutablePointer<UInt32>?, sibling: UnsafeMutablePointer<UInt32>?
  ) {
    self.layer = layer
    self.source = source
    self.output = output
    self.site = site
    self.kept = kept
    self.sibling = sibling
  }

  /// Words of the row that says which rows a pass keeps.
  static func keptWords(_ layer: ConvolutionLayer) -> Int {
    layer.site.isWide ? wordCount(lanes: layer.rows) : 0
  }

  /// Turns the next row of output positions to the other state of the same sums, if it is there.
  ///
  /// - Returns: units of work; nil if the sums have to be counted.
  mutating func turnRowToSibling() -> Int? {
    guard let sibling else { return nil }
    let words = Int(layer.output.width) &* layer.output.words
    let first = nextRow &* words
    for word in indices(from: first, first &+ words) {
      let bits = output.memory[word]
      output.memory[word] = sibling[word]
      sibling[word] = bits
    }
    turnToNextRow()
    return words
  }

  /// True between two rows of output.
  var isUnderWay: Bool { nextRow > 0 }

  /// Starts over with the first row.
  mutating func restart() { nextRow = 0 }

  /// Works on the next row of output positions.
  ///
  /// - Returns: units of work.
  mutating func runRow(_ pass: Pass, _ space: Workspace) -> Int {
    if nextRow == 0 { drawKept(pass, space) }
    let words = wordCount(lanes: layer.rows)
    let sums = WindowSums(
      weights: layer.weights,
      counters: BitMatrix(
        base: space.counters, rows: layer.counterPlanes, words: layer.weights.words),
      codes: BitMatrix(base: space.window, rows: Int(layer.sourceShape.bits), words: words),
      isSigned: layer.isSigned, inputMax: layer.sourceShape.bound.int, list: space.list,
      accelerator: space.accelerator)
    let state = site.state(pass.mask)
    let width = Int(layer.output.width)
    var work = 0
    for x in indices(width) {
      let active = gather(nextRow, x, sums.codes, space)
      let count = sums.count(copy: layer.weights.copies > 1 ? state : 0, active: active)
      write(sums, count, state, at: nextRow &* width &+ x)
      work &+= count.work
    }
    turnToNextRow()
    let out =
      layer.firesBits
      ? (sibling == nil ? 1 : 2) &* Work.firing(layer.weights) : Work.reading(layer.weights)
    return work &+ width &* (out &+ 3 &* words)
  }

  private mutating func turnToNextRow() {
    nextRow &+= 1
    if nextRow == Int(layer.output.height) { nextRow = 0 }
  }

  private func write(
    _ sums: WindowSums, _ count: WindowSums.Count, _ state: Int, at position: Int
  ) {
    if layer.firesBits {
      let row = output.row(plane: 0, position)
      fire(sums, count, state: layer.weights.states > 1 ? state : 0, into: row)
      if let sibling {
        fire(sums, count, state: 1 &- state, into: sibling + (row - output.memory))
      }
    } else {
      sums.read(
        parity: count.parity, into: output.integers + position &* layer.weights.outputs)
    }
  }

  private func fire(
    _ sums: WindowSums, _ count: WindowSums.Count, state: Int,
    into bits: UnsafeMutablePointer<UInt32>
  ) {
    layer.weights.thresholds(state: state).fire(
      counters: sums.counters, parity: count.parity, outputs: layer.weights.outputs, into: bits)
  }

  /// Draws the rows that the pass keeps; of channels, a row for each tap.
  private func drawKept(_ pass: Pass, _ space: Workspace) {
    guard let kept, let wideLayer = site.wideLayer else { return }
    let words = wordCount(lanes: layer.rows)
    if layer.dropsChannels {
      let channels = layer.sourceShape.channelCount
      pass.drawKept(
        channels, probability: layer.site.dropProbability, wideLayer: wideLayer, into: space.active)
      kept.fill(0, count: words)
      for tap in indices(layer.geometry.taps) {
        appendBits(space.active, count: channels, to: kept, at: tap &* channels)
      }
    } else {
      pass.drawKept(
        layer.rows, probability: layer.site.dropProbability, wideLayer: wideLayer, into: kept)
    }
  }

  /// Collects the codes that an output position sees.
  ///
  /// - Returns: the active rows, those in range and kept; nil if all are.
  private func gather(
    _ y: Int, _ x: Int, _ codes: BitMatrix, _ space: Workspace
  ) -> UnsafePointer<UInt32>? {
    codes.fill(0)
    let isWhole = layer.geometry.isWhole(y, x)
    if !isWhole { space.active.fill(0, count: codes.words) }
    var offset = 0
    for tapY in indices(Int(layer.geometry.y.kernel)) {
      let sourceY = layer.geometry.y.source(of: y, tap: tapY)
      let row = sourceY &* Int(layer.sourceShape.width)
      if isWhole && isContiguous {
        copy(row &+ layer.geometry.x.source(of: x, tap: 0), runLanes, to: codes, at: offset)
        offset &+= runLanes
      } else {
        offset = gatherTaps(row, isInRange: sourceY >= 0, x, codes, isWhole, space, at: offset)
      }
    }
    guard let kept else { return isWhole ? nil : UnsafePointer(space.active) }
    for word in indices(codes.words) {
      space.active[word] = isWhole ? kept[word] : space.active[word] & kept[word]
      for plane in indices(codes.rows) { codes.row(plane)[word] &= kept[word] }
    }
    return UnsafePointer(space.active)
  }

  /// Lanes of a kernel's row of taps.
  private var runLanes: Int {
    Int(layer.geometry.x.kernel) &* layer.sourceShape.channelCount
  }

  /// True if neighbouring positions that a kernel's row sees are neighbours in memory, without
  /// padding lanes in between.
  private var isContiguous: Bool {
    layer.geometry.x.dilation == 1 && !layer.geometry.x.isTransposed
      && (layer.sourceShape.kind == .input || layer.sourceShape.channels & 31 == 0)
  }

  /// Collects a kernel's row of taps one by one, and marks those in range as active.
  ///
  /// - Returns: the lane behind them.
  private func gatherTaps(
    _ row: Int, isInRange: Bool, _ x: Int, _ codes: BitMatrix, _ isWhole: Bool,
    _ space: Workspace, at offset: Int
  ) -> Int {
    let channels = layer.sourceShape.channelCount
    var lane = offset
    for tap in indices(Int(layer.geometry.x.kernel)) {
      let sourceX = layer.geometry.x.source(of: x, tap: tap)
      if isInRange && sourceX >= 0 {
        copy(row &+ sourceX, channels, to: codes, at: lane)
        if !isWhole { setBits(space.active, from: lane, count: channels) }
      }
      lane &+= channels
    }
    return lane
  }

  /// Copies `count` lanes from a source position on behind the first `offset` lanes.
  @inline(__always)
  private func copy(_ position: Int, _ count: Int, to codes: BitMatrix, at offset: Int) {
    if layer.sourceShape.kind == .codes {
      for plane in indices(codes.rows) {
        appendBits(
          source.row(plane: plane, position), count: count, to: codes.row(plane), at: offset)
      }
    } else {
      InputPlanes.append(
        source.bytes + position &* layer.sourceShape.channelCount, count: count, to: codes,
        at: offset)
    }
  }
}
