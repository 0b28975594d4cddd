// SPDX-License-Identifier: Apache-2.0
import BayNNCore
import BayNNModel

/// The table of layers and heads: what reads each kind, and what runs it.
extension LayerPart {
  package static var dense: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, SumState.readDense) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<SumState>, run) in state.runWhole(run) }
      })
  }

  package static var convolution: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, SumState.readConvolution) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<SumState>, run) in
          state.runConvolution(run)
        }
      })
  }

  package static var affine: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, AffineState.read) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<AffineState>, run) in
          state.run(run)
        }
      })
  }

  package static var normalization: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, NormalizationState.read) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<NormalizationState>, run) in
          state.run(run)
        }
      })
  }

  package static var pool: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, PoolState.read) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<PoolState>, run) in
          state.run(run)
        }
      })
  }

  package static var add: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, JoinState.readAdd) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<JoinState>, run) in
          state.pointee.add(run)
        }
      })
  }

  package static var concatenate: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, JoinState.readConcatenate) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<JoinState>, run) in
          state.pointee.concatenate(run)
        }
      })
  }

  package static var upsample: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, UpsampleState.read) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<UpsampleState>, run) in
          state.pointee.run(run)
        }
      })
  }

  package static var lstm: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, LSTMState.read) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<LSTMState>, run) in
          state.run(run)
        }
      })
  }

  package static var softmax: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, HeadState.readSoftmax) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<HeadState>, run) in
          state.runSoftmax(run)
        }
      })
  }

  package static var classification: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, HeadState.readClassification) },
      run: {
        PieceRun.run($0, $1) { (state: UnsafeMutablePointer<HeadState>, run) in
          state.runClassification(run)
        }
      })
  }

  package static var regression: LayerPart {
    LayerPart(
      read: { LayerReading.read($0, HeadState.readRegression) },
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
