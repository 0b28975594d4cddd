// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The table of layers and heads: what checks each kind, what places it, and what
/// runs it.
extension LayerPart {
  package static var dense: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try SumLayer(dense: reading) }
      },
      place: { Placing.place($0, $1, SumState.placeDense) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<SumState>, run) in state.runWhole(run) }
      })
  }

  package static var convolution: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0, SumLayer.check(convolution:))
      },
      place: { Placing.place($0, $1, SumState.placeConvolution) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<SumState>, run) in
          state.runConvolution(run)
        }
      })
  }

  package static var affine: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try AffineLayer(reading) }
      },
      place: { Placing.place($0, $1, AffineState.place) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<AffineState>, run) in
          state.run(run)
        }
      })
  }

  package static var normalization: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try NormalizationLayer(reading) }
      },
      place: { Placing.place($0, $1, NormalizationState.place) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<NormalizationState>, run) in
          state.run(run)
        }
      })
  }

  package static var pool: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try PoolLayer(reading) }
      },
      place: { Placing.place($0, $1, PoolState.place) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<PoolState>, run) in
          state.run(run)
        }
      })
  }

  package static var add: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try JoinLayer(adding: reading) }
      },
      place: { Placing.place($0, $1, JoinState.placeAdd) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<JoinState>, run) in
          state.pointee.add(run)
        }
      })
  }

  package static var concatenate: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try JoinLayer(concatenating: reading) }
      },
      place: { Placing.place($0, $1, JoinState.placeConcatenate) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<JoinState>, run) in
          state.pointee.concatenate(run)
        }
      })
  }

  package static var upsample: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try UpsampleLayer(reading) }
      },
      place: { Placing.place($0, $1, UpsampleState.place) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<UpsampleState>, run) in
          state.pointee.run(run)
        }
      })
  }

  package static var lstm: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try LSTMLayer(reading) }
      },
      place: { Placing.place($0, $1, LSTMState.place) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<LSTMState>, run) in
          state.run(run)
        }
      })
  }

  package static var softmax: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try SoftmaxHead.read(reading) }
      },
      place: { Placing.place($0, $1, HeadState.placeSoftmax) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<HeadState>, run) in
          state.runSoftmax(run)
        }
      })
  }

  package static var classification: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in try ClassificationHead.read(reading) }
      },
      place: { Placing.place($0, $1, HeadState.placeClassification) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<HeadState>, run) in
          state.runClassification(run)
        }
      })
  }

  package static var regression: LayerPart {
    LayerPart(
      check: {
        LayerReading.read($0) { reading throws(Fault) in _ = try RegressionHead(reading) }
      },
      place: { Placing.place($0, $1, HeadState.placeRegression) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<HeadState>, run) in
          state.runRegression(run)
        }
      })
  }
}

extension PieceRun {
  /// Runs a piece of a state, both behind pointers of C.
  @inline(__always)
  static func run<State>(
    _ state: UnsafeMutableRawPointer, _ run: UnsafeMutableRawPointer,
    _ body: (UnsafeMutablePointer<State>, UnsafeMutablePointer<PieceRun>) -> Int
  ) -> Int {
    body(
      state.assumingMemoryBound(to: State.self), run.assumingMemoryBound(to: PieceRun.self))
  }
}

extension Placing {
  /// Places a layer that is read anew, both behind pointers of C. Returns a status.
  @inline(__always)
  static func place(
    _ reading: UnsafeMutableRawPointer, _ placing: UnsafeMutableRawPointer,
    _ body: (
      UnsafeMutablePointer<LayerReading>, UnsafeMutablePointer<Placing>
    ) throws(Fault) -> Void
  ) -> Int32 {
    LayerReading.read(reading) { reading throws(Fault) in
      try body(reading, placing.assumingMemoryBound(to: Placing.self))
    }
  }
}
