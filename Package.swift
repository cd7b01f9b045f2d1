// swift-tools-version: 6.1
import PackageDescription

/// Numeric kernels in C are compiled for speed in every configuration: a debug build of a
/// convolution is of no use to anyone.
let optimised: [CSetting] = [.unsafeFlags(["-O3", "-fno-math-errno"])]

let package = Package(
  name: "forensicd",
  products: [
    .executable(name: "forensicd", targets: ["forensicd"]),
    .executable(name: "forensicctl", targets: ["forensicctl"]),
    .executable(name: "forensic-examiner", targets: ["forensic-examiner"]),
    .executable(name: "forensic-unpacker", targets: ["forensic-unpacker"]),
    .library(name: "Classifiers", targets: ["Classifiers", "Safetensors"]),
    // The encoders and the product libraries below them, and reports, for Benchmarks/.
    .library(
      name: "Encoders",
      targets: ["VisionTransformer", "Safetensors", "ImageCodecs", "CDNNL", "COpenBLAS"]),
    .library(name: "Reports", targets: ["ForensicCore", "Reporting"]),
    // What reads bytes that we did not write, for Fuzzing/.
    .library(
      name: "FuzzedParsers",
      targets: [
        "ForensicCore", "ImageCodecs", "Safetensors", "Examiner", "Reporting", "Service",
        "ContentCredentials",
      ]),
  ],
  dependencies: [
    .package(url: "https://github.com/apple/swift-argument-parser", from: "1.8.2"),
    .package(url: "https://github.com/apple/swift-log", from: "1.16.0"),
    .package(url: "https://github.com/apple/swift-crypto", from: "4.5.0"),
    .package(url: "https://github.com/apple/swift-certificates", from: "1.21.1"),
    .package(url: "https://github.com/apple/swift-asn1", from: "1.7.4"),
    .package(url: "https://github.com/groue/GRDB.swift", from: "7.10.0"),
    .package(url: "https://github.com/LebJe/TOMLKit", from: "0.6.0"),
    .package(url: "https://github.com/hummingbird-project/swift-mustache", from: "2.1.0"),
  ],
  targets: [
    // C and C++: module maps, shims, kernels.
    .target(
      name: "CImageCodecs",
      cSettings: [.unsafeFlags(["-O2"])],
      linkerSettings: [
        .linkedLibrary("jpeg"), .linkedLibrary("png16"), .linkedLibrary("webp"),
        .linkedLibrary("webpdemux"), .linkedLibrary("z"), .linkedLibrary("m"),
      ]),
    .target(name: "CExpat", linkerSettings: [.linkedLibrary("expat")]),
    .target(
      name: "CBrotli",
      linkerSettings: [.linkedLibrary("brotlidec"), .linkedLibrary("brotlicommon")]),
    .target(name: "CExif", linkerSettings: [.linkedLibrary("exif"), .linkedLibrary("m")]),
    .target(name: "CKernels", cSettings: optimised, linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CTransformerKernels", cSettings: optimised, linkerSettings: [.linkedLibrary("m")]),
    .target(
      name: "CKissFFT", linkerSettings: [.linkedLibrary("kissfft-float"), .linkedLibrary("m")]),
    .target(name: "COpenBLAS", linkerSettings: [.linkedLibrary("openblas")]),
    .target(name: "CDNNL", linkerSettings: [.linkedLibrary("dnnl")]),
    .target(name: "CCurl", linkerSettings: [.linkedLibrary("curl")]),
    .target(name: "CArchive", linkerSettings: [.linkedLibrary("archive")]),
    .target(name: "CLinux"),

    // The library, lowest floor first.
    .target(name: "ForensicCore"),
    .target(name: "ImageCodecs", dependencies: ["ForensicCore", "CImageCodecs", "CKernels"]),
    .target(name: "ImageMetadata", dependencies: ["ForensicCore", "CExif"]),
    .target(
      name: "ContentCredentials",
      dependencies: [
        "ForensicCore", "CBrotli", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
      ]),
    .target(
      name: "DeclaredOrigin",
      dependencies: [
        "ForensicCore", "ImageCodecs", "ImageMetadata", "CImageCodecs", "CExpat", "CKernels",
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(name: "JPEGForensics", dependencies: ["ForensicCore", "ImageCodecs", "CKernels"]),
    .target(
      name: "SignalAnalysis",
      dependencies: ["ForensicCore", "ImageCodecs", "CKernels", "CKissFFT"]),
    .target(name: "Safetensors", dependencies: ["ForensicCore"]),
    .target(
      name: "VisionTransformer",
      dependencies: [
        "ForensicCore", "Safetensors", "ImageCodecs", "COpenBLAS", "CDNNL", "CKernels",
        "CTransformerKernels",
      ]
    ),
    .target(
      name: "Classifiers", dependencies: ["ForensicCore", "Safetensors", "COpenBLAS", "CKernels"]),
    .target(
      name: "ModelStore",
      dependencies: [
        "ForensicCore", "VisionTransformer", "CLinux",
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "PixelNetwork",
      dependencies: ["CDNNL", "CKernels", "ImageCodecs", "Safetensors", "SignalAnalysis"]),
    .target(
      name: "Detectors",
      dependencies: [
        "PixelNetwork", "ForensicCore", "ImageCodecs", "JPEGForensics", "SignalAnalysis",
        "Safetensors", "CKernels",
        "Classifiers", "VisionTransformer", "ModelStore",
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Examiner",
      dependencies: [
        "ForensicCore", "ImageCodecs", "ImageMetadata", "ContentCredentials", "DeclaredOrigin",
        "JPEGForensics", "Detectors", "ModelStore", "CLinux", "ExaminerPool",
      ]),
    .target(name: "ExaminerPool", dependencies: ["ForensicCore", "CLinux"]),
    .target(
      name: "Reporting",
      dependencies: [
        "ForensicCore", .product(name: "Mustache", package: "swift-mustache"),
        .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "CaseQueue",
      dependencies: [
        "ForensicCore", "CLinux", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .target(
      name: "Laboratory",
      dependencies: [
        "ForensicCore", "ImageCodecs", "ImageMetadata", "JPEGForensics", "SignalAnalysis",
        "Detectors", "Classifiers", "Safetensors", "ModelStore", "VisionTransformer", "CCurl",
        "PixelNetwork", .product(name: "Crypto", package: "swift-crypto"),
      ]),
    .target(
      name: "Service",
      dependencies: [
        "ForensicCore", "CaseQueue", "ExaminerPool", "Reporting", "CLinux",
        .product(name: "TOMLKit", package: "TOMLKit"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "Logging", package: "swift-log"),
      ]),

    .target(
      name: "Audit",
      dependencies: [
        "ForensicCore", "Service", "Reporting", "ExaminerPool", "CLinux",
        .product(name: "GRDB", package: "GRDB.swift"),
      ]),

    // Thin mains.
    .executableTarget(
      name: "forensicd",
      dependencies: [
        "ForensicCore", "Service", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
        .product(name: "Logging", package: "swift-log"),
      ]),
    .executableTarget(name: "forensic-examiner", dependencies: ["Examiner"]),
    .executableTarget(
      name: "forensic-unpacker", dependencies: ["ForensicCore", "CArchive", "CLinux"]),
    .executableTarget(
      name: "forensicctl",
      dependencies: [
        "ForensicCore", "Service", "Audit", "CaseQueue", "ExaminerPool", "Reporting", "Detectors",
        "Laboratory", "VisionTransformer", "ModelStore", "Safetensors", "ImageCodecs", "CLinux",
        .product(name: "ArgumentParser", package: "swift-argument-parser"),
      ]),

    // Tests.
    .testTarget(
      name: "TrunkTests",
      dependencies: ["ForensicCore", "Safetensors", "VisionTransformer", "CTransformerKernels"]),
    .testTarget(
      name: "ModelStoreTests",
      dependencies: ["ForensicCore", "ModelStore", "Safetensors", "VisionTransformer"]),
    .testTarget(name: "TokenizerTests", dependencies: ["VisionTransformer"]),
    .testTarget(
      name: "EncoderTests",
      dependencies: [
        "ForensicCore", "ImageCodecs", "Safetensors", "VisionTransformer",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["pillow_modes.py"]),
    .testTarget(name: "SafetensorsTests", dependencies: ["ForensicCore", "Safetensors"]),
    .testTarget(
      name: "ImageCodecsTests", dependencies: ["ForensicCore", "ImageCodecs", "JPEGForensics"]),
    .testTarget(
      name: "JPEGForensicsTests",
      dependencies: ["ForensicCore", "ImageCodecs", "JPEGForensics", "CKernels"]),
    .testTarget(name: "SignalAnalysisTests", dependencies: ["ImageCodecs", "SignalAnalysis"]),
    .testTarget(
      name: "DeclaredOriginTests",
      dependencies: [
        "ForensicCore", "DeclaredOrigin", "ImageCodecs", "ImageMetadata",
        .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Marked"]),
    .testTarget(name: "ImageMetadataTests", dependencies: ["ForensicCore", "ImageMetadata"]),
    .testTarget(
      name: "ContentCredentialsTests",
      dependencies: [
        "ForensicCore", "ContentCredentials", .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "CryptoExtras", package: "swift-crypto"),
        .product(name: "X509", package: "swift-certificates"),
        .product(name: "SwiftASN1", package: "swift-asn1"),
      ]),
    .testTarget(
      name: "ClassifiersTests", dependencies: ["ForensicCore", "Classifiers", "Safetensors"]),
    .testTarget(
      name: "PixelNetworkTests", dependencies: ["ImageCodecs", "PixelNetwork", "Safetensors"]),
    .testTarget(
      name: "DetectorsTests",
      dependencies: ["ForensicCore", "ImageCodecs", "SignalAnalysis", "Safetensors", "Detectors"]),
    .testTarget(
      name: "LaboratoryTests",
      dependencies: [
        "ForensicCore", "ImageCodecs", "Classifiers", "Detectors", "Laboratory", "Safetensors",
        "SignalAnalysis", "ModelStore",
      ]),
    .testTarget(
      name: "ExaminerPoolTests",
      dependencies: ["ForensicCore", "ExaminerPool", "CLinux", "Reporting"]),
    .testTarget(
      name: "ExaminerTests",
      dependencies: [
        "ForensicCore", "Examiner", "ExaminerPool", "ImageCodecs", "CLinux", "forensic-examiner",
      ]),
    .testTarget(
      name: "ReportingTests",
      dependencies: [
        "ForensicCore", "Reporting", .product(name: "Crypto", package: "swift-crypto"),
      ],
      exclude: ["Snapshots", "Samples"]),
    .testTarget(
      name: "CaseQueueTests",
      dependencies: [
        "ForensicCore", "CaseQueue", .product(name: "GRDB", package: "GRDB.swift"),
        .product(name: "Logging", package: "swift-log"),
        .product(name: "Crypto", package: "swift-crypto"),
        .product(name: "TOMLKit", package: "TOMLKit"),
      ]),
    .testTarget(
      name: "ServiceTests",
      dependencies: [
        "ForensicCore", "CaseQueue", "ExaminerPool", "Service",
        .product(name: "Logging", package: "swift-log"),
      ]),
    .testTarget(
      name: "AuditTests", dependencies: ["ForensicCore", "Audit", "ExaminerPool", "Reporting"]),
    .testTarget(
      name: "EndToEndTests",
      dependencies: [
        "ImageCodecs", "forensicd", "forensicctl", "forensic-examiner", "forensic-unpacker",
      ]),
  ],
  swiftLanguageModes: [.v6],
  cLanguageStandard: .c11,
  cxxLanguageStandard: .cxx17
)
