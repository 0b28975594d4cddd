// SPDX-License-Identifier: Apache-2.0

/// Sorts words in place, ascending, in n log n steps whatever their order.
package func heapSort(_ words: UnsafeMutablePointer<UInt32>, count: Int) {
  var start = count / 2
  while start > 0 {
    start &-= 1
    sink(words, start, count)
  }
  var end = count
  while end > 1 {
    end &-= 1
    let largest = words[0]
    words[0] = words[end]
    words[end] = largest
    sink(words, 0, end)
  }
}

/// Moves the word at `start` down until no child is larger.
private func sink(_ words: UnsafeMutablePointer<UInt32>, _ start: Int, _ end: Int) {
  let value = words[start]
  var hole = start
  while true {
    var child = 2 &* hole &+ 1
    guard child < end else { break }
    if child &+ 1 < end, words[child &+ 1] > words[child] { child &+= 1 }
    guard words[child] > value else { break }
    words[hole] = words[child]
    hole = child
  }
  words[hole] = value
}
