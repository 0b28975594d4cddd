// SPDX-License-Identifier: Apache-2.0
import Foundation

/// What a study over devices has found so far: the content of its JSON, whose keys are these
/// names in snake case; settings of devices have the names and units of their options.
struct ArrayStudy: Codable, Equatable {
  /// Everything that a result depends on but swept values and the number of devices: results
  /// of equal settings may be put together.
  struct Settings: Codable, Equatable {
    var model: String
    var modelChecksum: String
    var data: String
    /// CRC-32 of the inputs evaluated, and how many they are.
    var dataChecksum: String
    var inputs: Int
    /// CRC-32 of the calibration inputs, if there are such, and how many they are.
    var calibrationChecksum: String?
    var calibrationInputs: Int
    var posterior: SessionSettings.Posterior
    var passes: Int
    var seed: UInt64
    var stop: SessionSettings.Stop
    var fidelity: Fidelity
    var recover: String
    var mapping: ArrayMapping
    var ecc: Bool
    /// Seed of the first device; each further one adds 1.
    var deviceSeed: UInt64
    /// Settings of the device that are not swept.
    var device: [DeviceField: Double]
    var sweep: [DeviceField]
    /// In fJ and ns.
    var costs: [CostField: Double]
  }

  struct Point: Codable, Equatable {
    /// Swept values.
    var values: [DeviceField: Double]
    /// Arrays of a device.
    var arrays: Int
    /// Over the devices that could be used.
    var summary: [ArrayMetric: Spread]
    /// Devices that could not.
    var unusable: Int
    /// In the order of seeds.
    var instances: [DeviceResult]
  }

  var settings: Settings
  /// The same model and inputs without arrays.
  var withoutArrays: [ArrayMetric: Double]
  var points: [Point]

  init(settings: Settings, withoutArrays: [ArrayMetric: Double], points: [Point] = []) {
    self.settings = settings
    self.withoutArrays = withoutArrays
    self.points = points
  }

  /// Results that lie in a file, if there is such.
  ///
  /// - Throws: `data` if it is no study; `usage` if its settings are others.
  static func read(_ path: String, for settings: Settings) throws -> ArrayStudy? {
    guard FileManager.default.fileExists(atPath: path) else { return nil }
    let bytes = try readFile(path, what: "results of a study")
    let decoder = JSONDecoder()
    decoder.keyDecodingStrategy = .convertFromSnakeCase
    guard let study = try? decoder.decode(ArrayStudy.self, from: Data(bytes)) else {
      throw ToolError.data(
        "\(path): is not what this command writes; name another file for --json, or delete it")
    }
    guard study.settings == settings else {
      throw ToolError.usage(
        "\(path): holds results of other settings "
          + "(\(differences(study.settings, settings).joined(separator: ", "))); name another "
          + "file for --json, or delete it")
    }
    return study
  }

  /// Names of members that differ.
  private static func differences(_ one: Settings, _ other: Settings) -> [String] {
    let members = { (settings: Settings) -> [String: NSObject] in
      let text = (try? jsonText(of: settings)) ?? ""
      let object = try? JSONSerialization.jsonObject(with: Data(text.utf8))
      return object as? [String: NSObject] ?? [:]
    }
    let (one, other) = (members(one), members(other))
    return Set(one.keys).union(other.keys).filter { one[$0] != other[$0] }.sorted()
  }

  func point(at values: [DeviceField: Double]) -> Int? {
    points.firstIndex { $0.values == values }
  }

  /// Adds what a device has shown.
  mutating func add(_ result: DeviceResult, at values: [DeviceField: Double], arrays: Int) {
    let place: Int
    if let found = point(at: values) {
      place = found
    } else {
      place = points.count
      points.append(
        Point(values: values, arrays: arrays, summary: [:], unusable: 0, instances: []))
    }
    points[place].add(result)
  }
}

extension ArrayStudy.Point {
  fileprivate mutating func add(_ result: DeviceResult) {
    let place = instances.firstIndex { $0.seed > result.seed } ?? instances.count
    instances.insert(result, at: place)
    unusable = instances.count { $0.failure != nil }
    for metric in ArrayMetric.allCases {
      let values = instances.compactMap { $0.metrics[metric] }
      summary[metric] = Spread(values, isHigherBetter: metric.isHigherBetter)
    }
  }
}
