// swift-tools-version: 6.1
import PackageDescription

// Benchmarks are programs that a person runs, never timed tests.
let package = Package(
  name: "forensicd-benchmarks",
  targets: [
    .executableTarget(name: "service-benchmark")
  ],
  swiftLanguageModes: [.v6]
)
