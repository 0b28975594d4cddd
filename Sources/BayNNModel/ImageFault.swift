// SPDX-License-Identifier: Apache-2.0

/// What is wrong with a model image, with the number that C callers see.
package enum ImageFault: Int32, Error {
  case truncated = -32
  case magic = -33
  case format = -34
  case crc = -35
  case section = -36
  case shape = -37
  case value = -38
  case weights = -39
}
