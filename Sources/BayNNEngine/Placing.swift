// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// Lays a session out, layer after layer, in memory or for the size alone.
struct Placing {
  var arena: Arena
  let session: UnsafeMutablePointer<Session>
  let layers: UnsafeMutablePointer<PlacedLayer>
  /// Shapes and memory of the tensors so far; the input is the first one. While sizes are
  /// added up there is no memory.
  let shapes: UnsafeMutablePointer<TensorShape>
  let memories: UnsafeMutablePointer<UnsafeMutablePointer<UInt32>>
  let sites: SiteProbabilities

  /// Layers keep sums between leaves, and what their other state makes.
  let keepsSums: Bool
  let keepsSiblings: Bool
  /// Sums are not counted by the library's own kernels.
  let isAccelerated: Bool
  /// The session may stop early, by votes.
  let countsVotes: Bool
  /// No layer before this one decides anything: it runs once in an inference, or only its own
  /// decision changes.
  private(set) var isFirstToDecide = true

  /// What has been placed last; and output positions of its pieces, if its method takes others
  /// than the reader says.
  var state: UnsafeMutableRawPointer?
  var positions: Int?
  private var tensors = 0
  /// Of the memory that layers share, bytes needed by those that run before anything has been
  /// kept, and by the others.
  private var firstScratch = 0
  private var scratch = 0
  /// Bytes of sums that layers keep.
  private var keptBytes = 0

  @inline(never)
  init(
    layers layerCount: Int, sites siteCount: Int, _ config: SessionConfig, _ memory: Arena,
    isAccelerated: Bool
  ) {
    arena = memory
    session = arena.take(Session.self, count: 1)
    layers = arena.take(PlacedLayer.self, count: layerCount &+ 1)
    shapes = arena.take(TensorShape.self, count: layerCount &+ 1)
    memories = arena.take(UnsafeMutablePointer<UInt32>.self, count: layerCount &+ 1)
    sites = SiteProbabilities(
      drops: arena.take(UInt16.self, count: siteCount), count: siteCount)
    keepsSums = config.keepsSums
    keepsSiblings = config.keepsSums && config.posterior.hasOtherLeaves
    self.isAccelerated = isAccelerated
    countsVotes = config.stopsBelow != nil
  }

  /// The memory of a tensor.
  func memory(_ number: UInt8) -> UnsafeMutablePointer<UInt32> {
    arena.isWritable ? memories[Int(number)] : arena.nowhere
  }

  /// A tensor so far.
  func tensor(_ number: UInt32, _ shape: TensorShape) -> Tensor {
    Tensor(shape, memory: memory(UInt8(truncatingIfNeeded: number)))
  }

  /// Takes memory for the tensor that the layer makes, or for the input.
  @inline(never)
  mutating func takeTensor(_ shape: TensorShape) -> Tensor {
    let memory = arena.takeData(bytes: 4 &* shape.memoryWords).assumingMemoryBound(to: UInt32.self)
    if arena.isWritable {
      shapes[tensors] = shape
      memories[tensors] = memory
    }
    tensors &+= 1
    return Tensor(shape, memory: memory)
  }

  /// Places the state of a layer.
  @inline(__always)
  mutating func place<State>(_ state: @autoclosure () -> State) {
    self.state = UnsafeMutableRawPointer(arena.put(state()))
  }

  /// Enters how much of the shared memory a layer needs while it runs: once in an inference if
  /// nothing before it decides, unless its own decisions make it run again.
  mutating func share(bytes: Int, runsAgain: Bool = false) {
    if isFirstToDecide && keepsSums && !runsAgain {
      firstScratch = max(firstScratch, bytes)
    } else {
      scratch = max(scratch, bytes)
    }
  }

  /// Takes room for sums that are kept between leaves.
  ///
  /// - Returns: where they lie in the memory of all kept sums.
  mutating func keep(words: Int) -> Int {
    let offset = keptBytes
    keptBytes &+= (4 &* words &+ Arena.alignment &- 1) & ~(Arena.alignment &- 1)
    return offset
  }

  /// Enters what has been placed in the table of layers: the layer behind `site` bits of the
  /// mask and `wideLayer` wide layers.
  fileprivate mutating func enter(
    _ own: Site, _ positions: Int, _ function: LayerPart.RunFunction, number: Int, site: Int,
    wideLayer: Int
  ) {
    if own.bits > 0 || own.isWide { isFirstToDecide = false }
    guard arena.isWritable, let state else { return }
    for bit in indices(own.bits) { sites.drops[site &+ bit] = own.probability(bit: bit) }
    let layerSite = LayerSite(
      bits: own.bits, shift: sites.count &- site &- own.bits,
      wideLayer: own.isWide ? wideLayer : nil)
    (layers + number).initialize(
      to: PlacedLayer(
        function: function, state: state, site: layerSite,
        positions: UInt32(truncatingIfNeeded: self.positions ?? positions)))
    self.positions = nil
  }

  /// Takes the shared memory, once all layers are placed. Layers that run before anything is
  /// kept may use the room of what is kept, too.
  mutating func takeWorkspace(_ accelerator: UnsafeMutablePointer<Accelerator>?) -> Workspace {
    // Neither is above 2^31: a sum that is wraps to a negative number, which is refused.
    let memory = arena.takeData(bytes: max(firstScratch, scratch &+ keptBytes))
    return Workspace(scratch: memory, kept: memory + scratch, accelerator: accelerator)
  }
}

extension UnsafeMutablePointer<Placing> {
  /// Places the input, all layers and the head.
  @inline(never)
  func place(_ model: UnsafePointer<Model>) throws(Fault) {
    _ = pointee.takeTensor(TensorShape(model.pointee.input))
    let layerCount = model.pointee.layers.int
    // The image may have changed since it was opened: the places taken may not.
    var reader = LayerReader(model, layersMax: layerCount)
    repeat {
      let (number, site, wide) = (reader.layers, reader.sites, reader.wideLayers)
      let function = try reader.place(with: self)
      guard reader.sites <= pointee.sites.count else { throw .imageSection }
      pointee.enter(
        reader.found.site, reader.found.positions, function, number: number, site: site,
        wideLayer: wide)
    } while !reader.isDone
    // Layers, their work and what they decide are as they were when the image was opened.
    guard reader.structure == model.pointee.structure else { throw .imageSection }
  }
}
