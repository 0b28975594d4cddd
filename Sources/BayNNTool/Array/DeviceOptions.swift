// SPDX-License-Identifier: Apache-2.0
import ArgumentParser

/// The options of an emulated device, its geometry not among them.
struct DeviceOptions: ParsableArguments {
  @Option(
    help: ArgumentHelp(
      "Where the settings begin: ideal, published or harder.",
      discussion: """
        published: 135.7 (sd 5.5) and 53.2 (2.5) uS. harder: 18.54 (0.62) and 25.40 (0.93) \
        kOhm. Each option below replaces one setting.
        """))
  var device = DevicePreset.published

  @Option(help: help("Mean conductance of a parallel MTJ, in microsiemens.", .parallelConductance))
  var parallelConductance: Double?

  @Option(
    help: help(
      "Its standard deviation from cell to cell, in microsiemens.",
      .parallelDeviation))
  var parallelDeviation: Double?

  @Option(
    help: help(
      "Mean conductance of an antiparallel MTJ, in microsiemens.",
      .antiparallelConductance))
  var antiparallelConductance: Double?

  @Option(
    help: help(
      "Its standard deviation from cell to cell, in microsiemens.",
      .antiparallelDeviation))
  var antiparallelDeviation: Double?

  @Option(help: help("Factor on both of these standard deviations.", .scaleDeviation))
  var scaleDeviation: Double?

  @Option(
    help: help(
      "Standard deviation from write to write of a cell, relative, in %.",
      .writeDeviation))
  var writeDeviation: Double?

  @Option(
    help: help(
      "Standard deviation from read to read of a column's current, relative, in %.",
      .readDeviation))
  var readDeviation: Double?

  @Option(help: help("Standard deviation from read to read, in microsiemens a column.", .readNoise))
  var readNoise: Double?

  @Option(help: help("Standard deviation of gain from column to column, in %.", .columnDeviation))
  var columnDeviation: Double?

  @Option(
    help: help(
      "Loss of the difference of both states per degree above 25, in %.",
      .temperatureLoss))
  var temperatureLoss: Double?

  @Option(
    help: help(
      "Loss of conductance per decade of time after the first second, in %.",
      .drift))
  var drift: Double?

  @Option(
    help: help(
      "Codes of the converters, for n rows published as 2 n + 1; 0: decide midway between counts.",
      .converterCodes))
  var converterCodes: Double?

  @Option(help: help("Offset of all converters, in counts.", .converterOffset))
  var converterOffset: Double?

  @Option(
    help: help(
      "Standard deviation of offset from column to column, in counts.",
      .converterOffsetDeviation))
  var converterOffsetDeviation: Double?

  @Option(help: help("Error of gain of all converters, in %.", .converterGainError))
  var converterGainError: Double?

  @Option(help: help("Largest count that comes out; 0: no limit.", .converterSaturation))
  var converterSaturation: Double?

  @Option(help: help("Share of MTJs that are always parallel, in %.", .stuckParallel))
  var stuckParallel: Double?

  @Option(help: help("Share of MTJs that are always antiparallel, in %.", .stuckAntiparallel))
  var stuckAntiparallel: Double?

  @Option(
    help: help(
      "Share of MTJs that are stuck, one half in each state, in %; added to these two.",
      .stuck))
  var stuck: Double?

  @Option(
    help: help(
      "Probability that an MTJ is not written and nobody notices, in %.",
      .silentWrite))
  var silentWrite: Double?

  @Option(
    help: help(
      "Probability that writing a row fails and the device says so, in %.",
      .noticedWrite))
  var noticedWrite: Double?

  @Option(help: help("Probability that an MTJ that is read turns parallel, in 1e-9.", .readDisturb))
  var readDisturb: Double?

  @Option(
    help: help(
      "Thermal stability of a cell at 25 degrees, in kT; 0: states stay for ever.",
      .stability))
  var stability: Double?

  @Option(
    help: help(
      "Hours between programming and use, at the temperature of use.",
      .retentionHours))
  var retentionHours: Double?

  @Option(help: help("Temperature of use, in degrees Celsius; programmed is at 25.", .temperature))
  var temperature: Double?

  @Option(help: help("Stability of the stochastic unit's MTJ, in kT.", .unitStability))
  var unitStability: Double?

  @Option(help: help("Length of its write pulse, in ns.", .unitPulse))
  var unitPulse: Double?

  @Option(
    help: help(
      "Standard deviation of its critical current from unit to unit, in %.",
      .unitCurrentDeviation))
  var unitCurrentDeviation: Double?

  @Option(
    help: help(
      "Standard deviation of its stability from unit to unit, in %.",
      .unitStabilityDeviation))
  var unitStabilityDeviation: Double?

  @Option(
    help: help(
      "Trials for each bit when a unit's current is calibrated; 0: it is not.",
      .unitCalibrationTrials))
  var unitCalibrationTrials: Double?

  @Option(
    help: help(
      "0: the unit works; 1: it keeps everything; 2: it drops everything.",
      .unitStuck))
  var unitStuck: Double?

  @Option(help: help("Probability that its reset fails, in %.", .unitResetFailure))
  var unitResetFailure: Double?

  /// What has been said, in the order of the options.
  private var given: [(DeviceField, Double?)] {
    [
      (.parallelConductance, parallelConductance),
      (.parallelDeviation, parallelDeviation),
      (.antiparallelConductance, antiparallelConductance),
      (.antiparallelDeviation, antiparallelDeviation),
      (.scaleDeviation, scaleDeviation),
      (.writeDeviation, writeDeviation),
      (.readDeviation, readDeviation),
      (.readNoise, readNoise),
      (.columnDeviation, columnDeviation),
      (.temperatureLoss, temperatureLoss),
      (.drift, drift),
      (.converterCodes, converterCodes),
      (.converterOffset, converterOffset),
      (.converterOffsetDeviation, converterOffsetDeviation),
      (.converterGainError, converterGainError),
      (.converterSaturation, converterSaturation),
      (.stuckParallel, stuckParallel),
      (.stuckAntiparallel, stuckAntiparallel),
      (.stuck, stuck),
      (.silentWrite, silentWrite),
      (.noticedWrite, noticedWrite),
      (.readDisturb, readDisturb),
      (.stability, stability),
      (.retentionHours, retentionHours),
      (.temperature, temperature),
      (.unitStability, unitStability),
      (.unitPulse, unitPulse),
      (.unitCurrentDeviation, unitCurrentDeviation),
      (.unitStabilityDeviation, unitStabilityDeviation),
      (.unitCalibrationTrials, unitCalibrationTrials),
      (.unitStuck, unitStuck),
      (.unitResetFailure, unitResetFailure),
    ]
  }

  /// Fields that an option names.
  var named: [DeviceField] { given.filter { $0.1 != nil }.map(\.0) }

  /// Puts what has been said into settings.
  func apply(to settings: inout DeviceSettings) throws {
    for (field, value) in given {
      if let value { try settings.set(field, to: value) }
    }
  }
}

private func help(_ text: String, _ field: DeviceField) -> ArgumentHelp {
  ArgumentHelp("\(text)", valueName: field.format.unit == "%" ? "percent" : "value")
}
