import ContentCredentials
import ForensicCore
import Testing

/// Damaged manifests: a report or a typed problem for each, within the limits, and no crash.
@Suite struct MutationTests {
  private static let names = [
    "adobe-20220124-CA.jpg", "adobe-20220124-CICA.jpg", "adobe-20220124-E-clm-CAICAI.jpg",
  ]
  private let reader = ContentCredentialsReader(limits: CredentialLimits(seconds: 30))

  /// The parts of a store that are parsed, without the long thumbnails.
  private func structure(_ bytes: [UInt8]) throws -> [UInt8] {
    let store = try #require(
      bytes.withUnsafeBytes { file -> LocatedStore? in
        if case .found(let store) = JPEGCredentials.locate(file, limits: .standard) {
          store
        } else {
          nil
        }
      })
    return store.bytes
  }

  private func validate(_ store: [UInt8]) -> CredentialReport? {
    // In a PNG's chunk the store is in one piece, so that damage stays where it is put.
    reader.read(PNGFile.holding(store), format: .png).report
  }

  @Test(.enabled(if: Fixtures.isPresent, "the C2PA fixtures are not here"), arguments: names)
  func flippedBytes(_ name: String) throws {
    let store = try structure(try Fixtures.bytes(name))
    var random = SplitMix(state: 1)
    for _ in 0..<1500 {
      var damaged = store
      for _ in 0...(Int(random.next() % 4)) {
        damaged[Int(random.next() % UInt64(damaged.count))] = UInt8(
          truncatingIfNeeded: random.next())
      }
      let report = try #require(validate(damaged))
      #expect(report.state == .invalid || report.problem == nil)
    }
  }

  /// Damage where it matters: in boxes' headers, claims, signatures, and certificates.
  @Test(.enabled(if: Fixtures.isPresent, "the C2PA fixtures are not here"), arguments: names)
  func flippedStructure(_ name: String) throws {
    let store = try structure(try Fixtures.bytes(name))
    let root = try JUMBFParser.parse(store, limits: .standard)
    var places = [Int]()
    func collect(_ box: JUMBFBox) {
      places += box.range.lowerBound..<min(box.range.lowerBound + 64, box.range.upperBound)
      for content in box.contents where content.type == "cbor" && content.payload.count < 32_768 {
        places += content.payload
      }
      box.children.forEach(collect)
    }
    collect(root)
    var random = SplitMix(state: 2)
    var rejected = 0
    for _ in 0..<2500 {
      var damaged = store
      let place = places[Int(random.next() % UInt64(places.count))]
      damaged[place] ^= UInt8(1) << UInt8(random.next() % 8)
      let report = try #require(validate(damaged))
      if report.state == .invalid || report.state == .wellFormed { rejected += 1 }
    }
    // The file's own hash cannot match in another container: nothing may come out valid.
    #expect(rejected == 2500)
  }

  @Test(.enabled(if: Fixtures.isPresent, "the C2PA fixtures are not here"), arguments: names)
  func truncations(_ name: String) throws {
    let store = try structure(try Fixtures.bytes(name))
    var random = SplitMix(state: 3)
    for _ in 0..<500 {
      let length = Int(random.next() % UInt64(store.count))
      let report = try #require(validate(Array(store[..<length])))
      #expect(report.state == .invalid)
      #expect(report.problem != nil)
    }
  }

  /// Whole files cut anywhere, segments and all.
  @Test(.enabled(if: Fixtures.isPresent, "the C2PA fixtures are not here"), arguments: names)
  func truncatedFiles(_ name: String) throws {
    let file = try Fixtures.bytes(name)
    for part in stride(from: 0, to: file.count, by: max(1, file.count / 200)) {
      let report = reader.read(Array(file[..<part])).report
      #expect(report?.state != .valid && report?.state != .trusted)
    }
  }
}

struct SplitMix: RandomNumberGenerator {
  var state: UInt64

  mutating func next() -> UInt64 {
    state &+= 0x9E37_79B9_7F4A_7C15
    var z = state
    z = (z ^ z >> 30) &* 0xBF58_476D_1CE4_E5B9
    z = (z ^ z >> 27) &* 0x94D0_49BB_1331_11EB
    return z ^ z >> 31
  }
}
