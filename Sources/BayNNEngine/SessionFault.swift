// SPDX-License-Identifier: Apache-2.0
import BayNNModel

/// Why a session cannot be made or does not take an input.
package enum SessionFault: Error {
  case storage, state, inputSize, inputRange, posterior
  case image(ImageFault)
}
