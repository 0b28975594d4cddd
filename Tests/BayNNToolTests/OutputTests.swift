// SPDX-License-Identifier: Apache-2.0
import Testing

@testable import BayNNTool

@Suite struct OutputTests {
  @Test func bars() {
    #expect(bar(0, columns: 4) == "")
    #expect(bar(1e-9, columns: 4) == "▏")
    #expect(bar(0.5, columns: 4) == "██")
    #expect(bar(0.53, columns: 4) == "██▏")
    #expect(bar(1, columns: 4) == "████" && bar(2, columns: 4) == "████")
  }

  @Test func numbers() {
    #expect(grouped(0) == "0" && grouped(999) == "999" && grouped(1000) == "1,000")
    #expect(grouped(1_234_567) == "1,234,567" && grouped(-1000) == "-1,000")
    #expect(percent(0.9876) == "98.8 %" && percent(nil) == "–")
    #expect(shortened("abcdef", to: 4) == "abc…" && shortened("abcd", to: 4) == "abcd")
    #expect(hexadecimal(0xAB) == "000000ab")
  }

  @Test func tableColumnsLineUp() {
    var table = TextTable([.left, .right, .left])
    table.add("a", "1")
    table.add("long", "12", "x")
    #expect(table.text == "a      1\nlong  12  x\n")
  }

  @Test func progress() {
    let line = ProgressBar.line(title: "test", done: 250, total: 1000, seconds: 2)
    #expect(line == "test  ██████                    25 %  250/1000  125 /s  0:06 left")
    let start = ProgressBar.line(title: "test", done: 0, total: 10, seconds: 0)
    #expect(start.hasSuffix("0/10  0.00 /s"))
    #expect(ProgressBar.readable(seconds: 3723) == "1:02:03")
    #expect(ProgressBar.readable(seconds: .infinity) == "99:59:59")
    #expect(ProgressBar.readable(rate: 12_340) == "12.3 k/s")
  }

  @Test func inputPictures() {
    let picture = { (bytes: [UInt8], model: ModelSummary) in
      bytes.withUnsafeBufferPointer { InputPicture($0, of: model).text }
    }
    let square = Fixtures.summary(input: [2, 2, 1], maximum: 9)
    #expect(picture([0, 9, 5, 0], square) == "  @@\n++  \n")
    let row = Fixtures.summary(input: [1, 4, 1], maximum: 255)
    #expect(picture([0, 255, 128, 20], row) == "▁█▅▁\n")
    // Large ones are shown smaller, whatever the remainder.
    let large = Fixtures.summary(input: [101, 203, 3], maximum: 255)
    let lines = picture([UInt8](repeating: 255, count: 101 * 203 * 3), large)
      .split(separator: "\n")
    #expect(lines.allSatisfy { $0.count <= 64 && $0.allSatisfy { $0 == "@" } })
  }

  @Test func reportsOfEveryTask() throws {
    let model = Fixtures.summary(input: [1, 1, 1], map: [1, 2], labels: 3)
    var tally = SetTally(model: model, targets: .labels([0, 1], positions: 2))
    let predictor = FakePredictor(model: model)
    let data = try DataSet(
      inputs: InputSet(name: "x", elements: 1, bytes: [3]), targets: .labels([0, 1], positions: 2))
    try tally.score(0, of: data, by: predictor, model: model)
    let classification = EvaluationReport.Classification(
      try #require(tally.classification), isMap: true, hasPolicy: false)
    #expect(classification.meanIntersectionOverUnion == 1 && classification.abstainedShare == nil)

    let values = Fixtures.summary(input: [1, 1, 1], labels: 1, task: .regression)
    var regression = SetTally(model: values, targets: .values([4], outputs: 1))
    let truth = try DataSet(
      inputs: InputSet(name: "x", elements: 1, bytes: [3]), targets: .values([4], outputs: 1))
    try regression.score(0, of: truth, by: FakePredictor(model: values), model: values)
    let outside = EvaluationReport.Outside(
      name: "o", regression, inside: regression, of: values)
    #expect(outside.aurocDeviation == 0.5 && outside.aurocEntropy == nil)
    #expect(outside.uncertainty.meanLargestDeviation == 1)
  }
}
