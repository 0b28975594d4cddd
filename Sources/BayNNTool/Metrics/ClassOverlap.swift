// SPDX-License-Identifier: Apache-2.0

/// How well predicted classes overlap the true ones, for each class.
struct ClassOverlap: Equatable, Sendable {
  struct Counts: Equatable, Sendable {
    /// Predicted and true.
    var both = 0
    var predicted = 0
    var truth = 0
  }

  private(set) var classes: [Counts]

  init(classes: Int) {
    self.classes = [Counts](repeating: Counts(), count: classes)
  }

  /// Counts one prediction; both numbers are below the number of classes.
  mutating func add(predicted: Int, truth: Int) {
    classes[predicted].predicted += 1
    classes[truth].truth += 1
    if predicted == truth { classes[truth].both += 1 }
  }

  mutating func merge(_ other: ClassOverlap) {
    for k in classes.indices {
      classes[k].both += other.classes[k].both
      classes[k].predicted += other.classes[k].predicted
      classes[k].truth += other.classes[k].truth
    }
  }

  /// Intersection over union of a class, or nil if it neither occurs nor is predicted.
  func intersectionOverUnion(of label: Int) -> Double? {
    let counts = classes[label]
    return ratio(counts.both, counts.predicted + counts.truth - counts.both)
  }

  /// The mean over the classes that occur or are predicted; nil if none is.
  var meanIntersectionOverUnion: Double? {
    let values = classes.indices.compactMap(intersectionOverUnion)
    return ratio(values.reduce(0, +), values.count)
  }

  /// Harmonic mean of precision and recall of a class (the Dice coefficient), or nil if it
  /// neither occurs nor is predicted.
  func f1(of label: Int) -> Double? {
    let counts = classes[label]
    return ratio(2 * counts.both, counts.predicted + counts.truth)
  }
}
