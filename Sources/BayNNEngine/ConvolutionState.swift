// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// A convolution at work (SPEC 3.9), a row of output positions or a part of one at a time.
extension SumState {
  static func placeConvolution(
    _ reading: UnsafeMutablePointer<LayerReading>, _ placing: UnsafeMutablePointer<Placing>
  ) throws(Fault) {
    var layer = try SumLayer(convolution: reading)
    reading.divideSums()
    let output = placing.pointee.takeTensor(reading.pointee.found.output)
    placing.pointee.placeConvolution(&layer, to: output, reading.pointee.found.site)
    guard placing.pointee.arena.isWritable, let state = placing.pointee.state else { return }
    state.assumingMemoryBound(to: SumState.self).fillPlan()
  }
}

extension Placing {
  /// Places a convolution, which uses the fastest method that there is memory for.
  @inline(never)
  fileprivate mutating func placeConvolution(
    _ layer: UnsafePointer<SumLayer>, to output: Tensor, _ site: Site
  ) {
    let weights = layer.pointee.weights
    let isPlain = weights.bits == 1 && weights.copies == 1 && !site.isWide
    let words = wordCount(lanes: layer.pointee.rows)
    if layer.pointee.isWhole(site) {
      let gathered =
        layer.pointee.sourceShape.isContiguous
        ? nil : arena.takeData(UInt32.self, count: layer.pointee.inputPlanes &* words)
      return placeWhole(layer, to: output, site, gathered: gathered)
    }
    if isPlain, keepsSums, !isAccelerated {
      if let shape = ColumnShape(layer, output: output.shape) {
        return placeColumns(layer, shape, to: output, site)
      }
      if let shape = TableShape(layer, output: output.shape) {
        return placeTables(layer, shape, to: output, site)
      }
    }
    // Rows that a pass keeps.
    let kept = site.isWide ? arena.takeData(UInt32.self, count: words) : nil
    var measure = Arena()
    _ = GatherScratch(layer, &measure)
    placeSums(
      layer, to: output, site, .gathering, plan: UnsafeMutableRawPointer(kept),
      scratchBytes: measure.bytes)
  }
}

extension UnsafeMutablePointer<SumState> {
  /// Writes what the method keeps of the layer. Why not while it is placed: so less is on the
  /// stack at that time.
  fileprivate func fillPlan() {
    switch pointee.method {
    case .columns:
      guard let plan = pointee.plan?.assumingMemoryBound(to: ColumnPlan.self) else { return }
      plan.pointee.totals.fill(&pointee.layer, &plan.pointee.shape)
    case .tables:
      pointee.plan?.assumingMemoryBound(to: TablePlan.self).pointee.fill(&pointee.layer)
    default: break
    }
  }

  /// Runs some output positions.
  ///
  /// - Returns: units of work.
  func runConvolution(_ run: UnsafeMutablePointer<PieceRun>) -> Int {
    if pointee.layer.window == nil && pointee.method != .gathering {
      if run.pointee.piece == 0 { gatherInputs(run) }
      return runWhole(run)
    }
    let piece = run.pointee.take(of: pointee.output.shape)
    if run.pointee.onlyDecides && pointee.sibling != nil { return turn(piece) }
    switch pointee.method {
    case .columns: return runColumns(run, piece)
    case .tables: return runTables(run, piece)
    default: return gather(run, piece)
    }
  }

  /// Gathers the inputs of a layer of one position, unless they lie as rows of lanes.
  private func gatherInputs(_ run: UnsafeMutablePointer<PieceRun>) {
    guard !pointee.layer.sourceShape.isContiguous else { return }
    source(run).gatherAll(
      into: BitMatrix(
        base: pointee.inputs, rows: pointee.layer.inputPlanes, words: inputWords))
  }

  /// The tensor that the layer takes.
  func source(_ run: UnsafeMutablePointer<PieceRun>) -> Tensor {
    Tensor(
      pointee.layer.sourceShape, memory: run.pointee.memories[Int(pointee.layer.source)])
  }

  /// Counts by the definition.
  private func gather(_ run: UnsafeMutablePointer<PieceRun>, _ piece: MapPiece) -> Int {
    let space = run.pointee.space
    var arena = space.arena
    let scratch = GatherScratch(&pointee.layer, &arena)
    let kept = pointee.plan?.assumingMemoryBound(to: UInt32.self)
    if run.pointee.piece == 0, let kept { drawKept(run, scratch, kept) }
    let source = source(run)
    var sums = WindowSums(
      pointee.layer.weights, scratch.counters, scratch.codes, isSigned: pointee.layer.isSigned,
      inputMax: pointee.layer.inputMax, scratch.list, space.accelerator)
    let state = run.pointee.state
    let copy = pointee.layer.weights.copies > 1 ? state : 0
    var work = 3 &* (piece.end &- piece.first) &* scratch.codes.words
    for x in indices(from: piece.first, piece.end) {
      let active = gather(source, piece.y, x, scratch, kept)
      let count = sums.count(copy: copy, active: active)
      work &+= count.work
      guard !space.hasFailed else { return work }
      work &+= write(
        scratch.counters, count.parity, state,
        at: piece.y &* pointee.output.shape.width &+ x)
    }
    return work
  }

  /// Draws the rows that the pass keeps; of channels, a row for each tap.
  private func drawKept(
    _ run: UnsafeMutablePointer<PieceRun>, _ scratch: GatherScratch,
    _ kept: UnsafeMutablePointer<UInt32>
  ) {
    guard let wideLayer = run.pointee.site.wideLayer else { return }
    let channels = pointee.layer.sourceShape.channels
    guard pointee.layer.dropsChannels else {
      run.pointee.pass.pointee.drawKept(
        pointee.layer.rows, probability: pointee.layer.dropProbability, wideLayer: wideLayer,
        into: kept)
      return
    }
    run.pointee.pass.pointee.drawKept(
      channels, probability: pointee.layer.dropProbability, wideLayer: wideLayer,
      into: scratch.active)
    kept.fill(0, count: scratch.codes.words)
    var lane = 0
    while lane < pointee.layer.rows {
      appendBits(scratch.active, count: channels, to: kept, at: lane)
      lane &+= channels
    }
  }

  /// Collects the codes that an output position sees.
  ///
  /// - Returns: the active rows, those in range and kept; nil if all are.
  private func gather(
    _ source: Tensor, _ y: Int, _ x: Int, _ scratch: GatherScratch,
    _ kept: UnsafeMutablePointer<UInt32>?
  ) -> UnsafePointer<UInt32>? {
    let codes = scratch.codes
    var isWhole = true
    if pointee.layer.window != nil {
      isWhole = gatherWindow(source, y, x, scratch)
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

  /// Collects what the taps see, and marks those in range as active unless all are.
  ///
  /// - Returns: true if all are in range.
  private func gatherWindow(_ source: Tensor, _ y: Int, _ x: Int, _ scratch: GatherScratch) -> Bool
  {
    guard let window = pointee.layer.window else { return true }
    let isWhole = window.isWhole(y, x)
    scratch.codes.fill(0)
    if !isWhole { scratch.active.fill(0, count: scratch.codes.words) }
    let channels = source.shape.channels
    // Neighbouring taps see neighbouring lanes.
    let joins = source.shape.isContiguous && !window.x.isTransposed && window.x.dilation == 1
    let kernelX = Int(window.x.kernel)
    var lane = 0
    for tapY in indices(Int(window.y.kernel)) {
      let sourceY = window.y.source(of: y, tap: tapY)
      var tapX = 0
      while tapX < kernelX {
        let sourceX = window.x.source(of: x, tap: tapX)
        var taps = 1
        if sourceY >= 0 && sourceX >= 0 {
          if joins { taps = min(kernelX &- tapX, source.shape.width &- sourceX) }
          source.copyLanes(
            from: sourceY &* source.shape.width &+ sourceX, count: taps &* channels,
            to: scratch.codes, at: lane)
          if !isWhole { setBits(scratch.active, from: lane, count: taps &* channels) }
        }
        lane &+= taps &* channels
        tapX &+= taps
      }
    }
    return isWhole
  }
}

/// What counting by the definition works in, from the memory that layers share.
struct GatherScratch {
  let list: RowList
  let counters: BitMatrix
  /// Codes that a position sees, and which of them count.
  let codes: BitMatrix
  let active: UnsafeMutablePointer<UInt32>

  init(_ layer: UnsafePointer<SumLayer>, _ arena: inout Arena) {
    let words = wordCount(lanes: layer.pointee.rows)
    let capacity = RowList.capacity(
      layer: layer.pointee.rows, words: layer.pointee.weights.words, isBits: false)
    list = RowList(offsets: arena.take(UInt32.self, count: capacity), capacity: capacity)
    counters = arena.takeBits(
      rows: layer.pointee.counterPlanes, words: layer.pointee.weights.words)
    codes = arena.takeBits(rows: layer.pointee.inputPlanes, words: words)
    active = arena.take(UInt32.self, count: words)
  }
}

extension Tensor {
  /// Gathers all positions, each plane as one row of lanes.
  func gatherAll(into codes: BitMatrix) {
    codes.fill(0)
    for position in indices(shape.positions) {
      copyLanes(
        from: position, count: shape.channels, to: codes, at: position &* shape.channels)
    }
  }
}
