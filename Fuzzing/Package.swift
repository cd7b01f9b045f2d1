// swift-tools-version: 6.1
import PackageDescription

// Coverage-guided fuzzing with libFuzzer and AddressSanitizer; scripts/fuzz builds and runs it.
// The sanitizers are given on the command line there, so that every dependency is instrumented.
let parsers = Target.Dependency.product(name: "FuzzedParsers", package: "forensicd")

let package = Package(
  name: "forensicd-fuzzing",
  dependencies: [.package(name: "forensicd", path: "..")],
  targets: [
    .target(name: "CLibFuzzer"),
    .executableTarget(name: "fuzz-examination", dependencies: ["CLibFuzzer", parsers]),
    .executableTarget(name: "fuzz-credentials", dependencies: ["CLibFuzzer", parsers]),
    .executableTarget(name: "fuzz-safetensors", dependencies: ["CLibFuzzer", parsers]),
    .executableTarget(name: "fuzz-configuration", dependencies: ["CLibFuzzer", parsers]),
  ],
  swiftLanguageModes: [.v6]
)
