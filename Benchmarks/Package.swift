// swift-tools-version: 6.1
import PackageDescription

// Benchmarks are programs that a person runs, never timed tests.
let package = Package(
  name: "forensicd-benchmarks",
  dependencies: [
    .package(name: "forensicd", path: "..")
  ],
  targets: [
    .executableTarget(
      name: "heads-benchmark",
      dependencies: [.product(name: "Classifiers", package: "forensicd")]),
    .executableTarget(
      name: "encoder-benchmark",
      dependencies: [.product(name: "Encoders", package: "forensicd")]),
    .executableTarget(
      name: "report-benchmark",
      dependencies: [.product(name: "Reports", package: "forensicd")]),
    .executableTarget(name: "service-benchmark"),
    .executableTarget(name: "methods-benchmark"),
  ],
  swiftLanguageModes: [.v6]
)
