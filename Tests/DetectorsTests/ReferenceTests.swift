import Detectors
import ForensicCore
import Foundation
import Safetensors
import Testing

@Suite("Nearest known pictures") struct ReferenceTests {
  private static let digest = BundleDigest.of([1])

  private static func picture(_ family: String, _ file: String) -> ReferencePictures.Picture {
    .init(
      family: GeneratorFamily(rawValue: family), source: "source", file: file, sha256: digest)
  }

  /// Pictures of two numbers whose mean is (10, 10): around it, one in each direction named.
  private static func references(
    _ pictures: [(family: String, file: String, x: Float, y: Float)]
  ) -> ReferencePictures {
    ReferencePictures(
      pictures: pictures.map { picture($0.family, $0.file) }, dimension: 2,
      features: pictures.flatMap { [$0.x + 10, $0.y + 10] })
  }

  private static let known = references([
    ("real", "east", 2, 0), ("real", "west", -3, 0), ("real", "north", 0, 1),
    ("alpha", "south", 0, -5), ("alpha", "northeast", 2, 2), ("alpha", "southwest", -2, -2),
    ("beta", "up", 0, 4), ("beta", "left", -1, 0), ("gamma", "right", 2, 0),
  ])

  @Test("they come in the order of the angle from the mean, whatever the lengths")
  func order() {
    let neighbours = Self.known.neighbours(
      of: [60, 11], scores: ["real": 0.1, "alpha": 0.5, "beta": 0.3, "gamma": 0.1])
    // 50 to the right and 1 up: two of each family, gamma fits worst.
    #expect(neighbours.map(\.file) == ["east", "northeast", "north", "up", "south", "left"])
    #expect(neighbours.map(\.family) == ["real", "alpha", "real", "beta", "alpha", "beta"])
    let cosine = 50 / (50.0 * 50 + 1).squareRoot()
    #expect(abs(neighbours[0].similarity - cosine) < 1e-9)
    #expect(neighbours.allSatisfy { (-1...1).contains($0.similarity) })
    #expect(neighbours[5].similarity < -0.99)
  }

  @Test("a picture that is known is nearest to itself")
  func itself() {
    let neighbours = Self.known.neighbours(of: [8, 8], scores: ["alpha": 1])
    #expect(neighbours.first?.file == "southwest")
    #expect(abs((neighbours.first?.similarity ?? 0) - 1) < 1e-12)
  }

  @Test("of equally near ones the earlier comes first")
  func ties() {
    let twins = Self.references([
      ("alpha", "b", 1, 1), ("alpha", "a", 2, 2), ("real", "c", 1, 1), ("real", "d", -4, -4),
    ])
    let neighbours = twins.neighbours(of: [14, 14], scores: [:])
    #expect(neighbours.map(\.file) == ["b", "a", "c", "d"])
  }

  @Test("a family with fewer pictures has fewer rows, and real is always there")
  func few() {
    let few = Self.references([("real", "far", -1, 0), ("alpha", "near", 1, 0)])
    #expect(few.neighbours(of: [11, 10], scores: ["alpha": 1]).map(\.file) == ["near", "far"])
    let generated = Self.references([("alpha", "x", 1, 0), ("alpha", "y", -1, 0)])
    #expect(generated.neighbours(of: [11, 10], scores: [:]).map(\.file) == ["x", "y"])
  }

  @Test("where nothing can be compared, nothing is")
  func nothing() {
    #expect(Self.known.neighbours(of: [.nan, 1], scores: [:]).isEmpty)
    #expect(Self.known.neighbours(of: [1], scores: [:]).isEmpty)
    // The mean itself points nowhere.
    let mean = Self.references([("real", "a", 1, 0), ("alpha", "b", -1, 0)])
    #expect(mean.neighbours(of: [10, 10], scores: [:]).allSatisfy { $0.similarity == 0 })
  }

  // MARK: The file

  private static func load(
    _ tensors: [String: TensorValue], _ metadata: [String: String], dimension: Int = 2
  ) throws -> ReferencePictures {
    let bytes = SafetensorsWriter.encode(tensors, metadata: metadata)
    return try ReferencePictures.load(
      from: SafetensorsFile(bytes: bytes), name: "file", dimension: dimension,
      families: ["real", "alpha", "beta", "gamma"].map(GeneratorFamily.init(rawValue:)))
  }

  @Test("they survive storage")
  func storage() throws {
    #expect(try Self.load(Self.known.tensors(), Self.known.metadata()) == Self.known)
    let odd = ReferencePictures(
      pictures: [Self.picture("real", "ö \"q\" \\ \u{1}\n/é.png")], dimension: 2,
      features: [1e9, -1e9])
    let stored = try Self.load(odd.tensors(), odd.metadata())
    #expect(stored.pictures == odd.pictures)
    #expect(stored.features == [65_504, -65_504])
  }

  @Test("a file that is not what it should be is refused")
  func hostile() throws {
    let tensors = Self.known.tensors()
    let metadata = try Self.known.metadata()
    func refused(_ tensors: [String: TensorValue], _ metadata: [String: String]) {
      #expect(throws: BundleError.self) { try Self.load(tensors, metadata) }
    }
    refused(tensors, [:])
    refused([:], metadata)
    for text in ["", "{}", "[]", "[{}]", "[1]", "[" + String(repeating: "[", count: 600)] {
      refused(tensors, ["pictures": text])
    }
    // One row too few and too many, another width, another type, numbers that are none.
    for rows in [8, 10] {
      let values = [Float](repeating: 1, count: rows * 2)
      refused(["features": TensorValue(halves: values, shape: [rows, 2])], metadata)
    }
    let values = [Float](repeating: 1, count: 18)
    refused(["features": TensorValue(halves: values, shape: [18])], metadata)
    refused(["features": TensorValue(values, shape: [9, 2])], metadata)
    refused(
      ["features": TensorValue(halves: [.infinity] + values.dropFirst(), shape: [9, 2])], metadata)
    #expect(throws: BundleError.self) { try Self.load(tensors, metadata, dimension: 3) }
    for picture in [
      Self.picture("delta", "x"), Self.picture("real", String(repeating: "x", count: 1025)),
    ] {
      let strange = ReferencePictures(
        pictures: [picture], dimension: 2, features: [1, 2])
      refused(strange.tensors(), try strange.metadata())
    }
    // All that is wrong is told by the file's name.
    #expect(
      throws: BundleError.malformed(
        file: "file", detail: "it does not say which pictures its rows are of")
    ) { try Self.load(tensors, [:]) }
  }

  @Test("the bundle's digest covers them, and it refuses a changed file")
  func bundle() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let known = Self.references([("real", "a", 1, 0), ("alpha", "b", 0, 1)])
    let path = folder + "/colour.references.safetensors"
    let metadata = try known.metadata()
    func write(_ known: ReferencePictures) throws {
      try SafetensorsWriter.write(known.tensors(), metadata: metadata, to: path)
      let bytes = SafetensorsWriter.encode(known.tensors(), metadata: metadata)
      try SampleBundle(
        detectors: ["unknown"],
        edit: {
          $0.detectors[0].references = .init(
            file: "colour.references.safetensors", sha256: BundleDigest.of(bytes))
        }
      ).write(to: folder)
    }
    // The detector has seven numbers, the file two.
    try write(known)
    #expect(throws: BundleError.self) { try ModelBundle.load(folder) }
    let wide = ReferencePictures(
      pictures: known.pictures, dimension: 7, features: (0..<14).map(Float.init))
    try write(wide)
    let bundle = try ModelBundle.load(folder)
    #expect(bundle.references == [wide])
    var bytes = try Data(contentsOf: URL(fileURLWithPath: path))
    bytes[bytes.count - 1] ^= 1
    try bytes.write(to: URL(fileURLWithPath: path))
    #expect(throws: BundleError.digestMismatch(file: "colour.references.safetensors")) {
      try ModelBundle.load(folder)
    }
    try SampleBundle(
      detectors: ["unknown"],
      edit: { $0.detectors[0].references = .init(file: "../x", sha256: Self.digest) }
    ).write(to: folder)
    #expect(throws: BundleError.inconsistent("\"../x\" is not a plain file name")) {
      try ModelBundle.load(folder)
    }
  }
}
