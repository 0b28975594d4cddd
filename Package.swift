// swift-tools-version: 6.2
// SPDX-License-Identifier: Apache-2.0
import PackageDescription

/// Dependencies point one way: BayNN -> {CIM, CIMEmulator} -> SelfTest -> Engine -> Model -> Core.
/// The tool uses the C interface of BayNN alone, and nothing that is shipped uses the tool.
let package = Package(
  name: "BayNN",
  products: [
    .library(name: "BayNN", type: .static, targets: ["BayNN"])
  ],
  targets: [
    .systemLibrary(name: "CBayNN", path: "include"),
    .systemLibrary(name: "_BayNNShims"),
    .target(name: "BayNNCore", dependencies: ["_BayNNShims"]),
    .target(name: "BayNNModel", dependencies: ["BayNNCore"]),
    .target(name: "BayNNEngine", dependencies: ["BayNNCore", "BayNNModel"]),
    .target(
      name: "BayNNSelfTest", dependencies: ["BayNNCore", "BayNNModel", "BayNNEngine"],
      swiftSettings: [.enableExperimentalFeature("Volatile")]),
    .target(
      name: "BayNNCIM",
      dependencies: ["CBayNN", "BayNNCore", "BayNNModel", "BayNNEngine", "BayNNSelfTest"]),
    .target(
      name: "BayNNCIMEmulator",
      dependencies: ["CBayNN", "BayNNCore", "BayNNModel", "BayNNEngine"]),
    .target(
      name: "BayNN",
      dependencies: [
        "CBayNN", "BayNNCore", "BayNNModel", "BayNNEngine", "BayNNSelfTest", "BayNNCIM",
        "BayNNCIMEmulator",
      ]),

    .target(name: "TestSupport", path: "Tests/Support", publicHeadersPath: "include"),
    .testTarget(name: "BayNNTests", dependencies: ["BayNN", "CBayNN"]),
    .testTarget(name: "BayNNCoreTests", dependencies: ["BayNNCore", "TestSupport"]),
    .testTarget(name: "BayNNModelTests", dependencies: ["BayNNModel", "TestSupport"]),
    .testTarget(
      name: "BayNNEngineTests", dependencies: ["BayNN", "BayNNEngine", "CBayNN", "TestSupport"]),
    .testTarget(name: "BayNNCIMTests", dependencies: ["BayNNCIM", "CBayNN"]),
    .testTarget(
      name: "BayNNCIMEmulatorTests", dependencies: ["BayNNCIMEmulator", "CBayNN", "TestSupport"]),
    .testTarget(
      name: "BayNNSelfTestTests",
      dependencies: ["BayNN", "BayNNSelfTest", "CBayNN", "TestSupport"]),
  ]
)

// An archive for firmware is built from this package alone: nothing is fetched for it.
if Context.environment["BAYNN_RUNTIME_ONLY"] == nil {
  package.products += [.executable(name: "baynn", targets: ["BayNNTool"])]
  package.dependencies += [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.5.0")
  ]
  package.targets += [
    .executableTarget(
      name: "BayNNTool",
      dependencies: [
        "BayNN", "CBayNN",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),
    .testTarget(name: "BayNNToolTests", dependencies: ["BayNNTool", "CBayNN"]),
  ]
}
