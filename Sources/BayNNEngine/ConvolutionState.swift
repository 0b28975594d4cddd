// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A convolution at work (SPEC 3.9), one row of output positions at a time.
extension SumState {
  static func readConvolution(_ reading: inout LayerReading) throws(Fault) {
    let layer = try SumLayer(convolution: &reading)
    guard let placing = reading.placement else { return }
    let output = placing.pointee.takeTensor(reading.output)
    placing.pointee.placeConvolution(layer, to: output, reading.site)
  }

  /// Runs one row of output positions.
  ///
  /// - Returns: units of work.
  mutating func runConvolution(_ run: inout PieceRun) -> Int {
    run.isDone = run.piece &+ 1 >= output.shape.height
    if run.onlyDecides && sibling != nil { return turn(row: run.piece) }
    switch method {
    case .changing, .planes: return runWhole(&run)
    case .gathering: return gatherRow(run)
    case .columns: return runColumns(run)
    case .tables: return runTables(run)
    }
  }

  /// Counts a row by the definition.
  private func gatherRow(_ run: PieceRun) -> Int {
    let scratch = GatherScratch(layer, run.space)
    if run.piece == 0 { drawKept(run, scratch) }
    let sums = WindowSums(
      layer, scratch.counters, scratch.codes, scratch.list, run.space.accelerator)
    let state = run.state
    let width = output.shape.width
    var work = 3 &* width &* scratch.codes.words
    for x in indices(width) {
      let active = gather(run.piece, x, scratch)
      let count = sums.count(copy: layer.weights.copies > 1 ? state : 0, active: active)
      work &+=
        count.work &+ write(scratch.counters, count.parity, state, at: run.piece &* width &+ x)
    }
    return work
  }

  /// Draws the rows that the pass keeps; of channels, a row for each tap.
  private func drawKept(_ run: PieceRun, _ scratch: GatherScratch) {
    guard let kept, let wideLayer = run.site.wideLayer else { return }
    let channels = layer.sourceShape.channels
    guard layer.dropsChannels else {
      run.pass.pointee.drawKept(
        layer.rows, probability: layer.dropProbability, wideLayer: wideLayer, into: kept)
      return
    }
    run.pass.pointee.drawKept(
      channels, probability: layer.dropProbability, wideLayer: wideLayer, into: scratch.active)
    kept.fill(0, count: scratch.codes.words)
    var lane = 0
    while lane < layer.rows {
      appendBits(scratch.active, count: channels, to: kept, at: lane)
      lane &+= channels
    }
  }

  /// Collects the codes that an output position sees.
  ///
  /// - Returns: the active rows, those in range and kept; nil if all are.
  private func gather(_ y: Int, _ x: Int, _ scratch: GatherScratch) -> UnsafePointer<UInt32>? {
    let codes = scratch.codes
    var isWhole = true
    if let window = layer.window {
      codes.fill(0)
      isWhole = window.isWhole(y, x)
      if !isWhole { scratch.active.fill(0, count: codes.words) }
      gather(window, y, x, scratch, isWhole: isWhole)
    } else {
      source.gatherAll(into: codes)
    }
    guard let kept else { return isWhole ? nil : UnsafePointer(scratch.active) }
    for word in indices(codes.words) {
      scratch.active[word] = isWhole ? kept[word] : scratch.active[word] & kept[word]
      for plane in indices(codes.rows) { codes.row(plane)[word] &= kept[word] }
    }
    return UnsafePointer(scratch.active)
  }

  /// Collects tap by tap, and marks those in range as active unless all are.
  private func gather(
    _ window: Window, _ y: Int, _ x: Int, _ scratch: GatherScratch, isWhole: Bool
  ) {
    let channels = layer.sourceShape.channels
    var lane = 0
    for tapY in indices(Int(window.y.kernel)) {
      let sourceY = window.y.source(of: y, tap: tapY)
      for tapX in indices(Int(window.x.kernel)) {
        let sourceX = window.x.source(of: x, tap: tapX)
        if sourceY >= 0 && sourceX >= 0 {
          source.copyLanes(
            from: sourceY &* layer.sourceShape.width &+ sourceX, count: channels,
            to: scratch.codes, at: lane)
          if !isWhole { setBits(scratch.active, from: lane, count: channels) }
        }
        lane &+= channels
      }
    }
  }
}

/// What counting by the definition works in, from the memory that layers share.
struct GatherScratch {
  let list: RowList
  let counters: BitMatrix
  /// Codes that a position sees, and which of them count.
  let codes: BitMatrix
  let active: UnsafeMutablePointer<UInt32>

  init(_ layer: SumLayer, _ arena: inout Arena) {
    let words = wordCount(lanes: layer.rows)
    list = RowList(rows: layer.rows, isBits: false, &arena)
    counters = arena.takeBits(rows: layer.counterPlanes, words: layer.weights.words)
    codes = arena.takeBits(rows: layer.inputPlanes, words: words)
    active = arena.take(UInt32.self, count: words)
  }

  init(_ layer: SumLayer, _ space: Workspace) {
    var arena = space.arena
    self.init(layer, &arena)
  }
}

extension Placing {
  /// Places a convolution, which uses the fastest method that there is memory for.
  @inline(never)
  mutating func placeConvolution(_ layer: SumLayer, to output: Tensor, _ site: Site) {
    let isPlain = layer.weights.bits == 1 && layer.weights.copies == 1 && !site.isWide
    let isBits = layer.inputPlanes == 1 && layer.weights.totals != nil
    if isPlain, layer.window == nil, isBits || !layer.isSigned {
      return placeWhole(layer, to: output, site)
    }
    if isPlain, keepsSums, !isAccelerated {
      if let shape = ColumnShape(layer, output: output.shape) {
        return placeColumns(layer, shape, to: output, site)
      }
      if let shape = TableShape(layer, output: output.shape) {
        return placeTables(layer, shape, to: output, site)
      }
    }
    var measure = Arena()
    _ = GatherScratch(layer, &measure)
    placeSums(layer, to: output, site, .gathering, scratchBytes: measure.bytes)
  }
}
