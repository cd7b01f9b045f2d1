import ContentCredentials
import Crypto

/// Builds manifests for the tests.
struct ManifestWriting {
  var label: String
  var version = 2
  var signer: Signer
  /// Label and box of each assertion, in order.
  var assertions: [(label: String, box: [UInt8])] = []
  var redactions: [String] = []
  var isUpdate = false
  /// Declared as gathered, not as created by the claim generator (version 2).
  var gathered: Set<String> = []
  /// Left out of the claim, and still in the store.
  var undeclared: Set<String> = []
  /// Declared, and taken out of the store.
  var removed: Set<String> = []
  /// Their contents replaced by zeros after they were hashed.
  var blanked: Set<String> = []
  var leavesOut: String?
  /// Who attests the time of signing.
  var authority: TimeStampWriting?

  init(_ label: String, signer: Signer, version: Int = 2) {
    self.label = label
    self.signer = signer
    self.version = version
  }

  mutating func add(_ label: String, _ value: CBORValue) {
    assertions.append((label, JUMBFWriting.cbor(label, value)))
  }

  /// `c2pa.created` by a trained model.
  mutating func addCreated(
    _ type: String = "http://cv.iptc.org/newscodes/digitalsourcetype/trainedAlgorithmicMedia"
  ) {
    add(
      "c2pa.actions.v2",
      ["actions": [["action": "c2pa.created", "digitalSourceType": .text(type)]]])
  }

  mutating func addDataHash(
    _ hash: [UInt8], excluding ranges: Range<Int>..., label: String = "c2pa.hash.data"
  ) {
    add(
      label,
      [
        "exclusions": .array(
          ranges.map { range in
            [
              "start": CBORValue(integerLiteral: range.lowerBound),
              "length": CBORValue(integerLiteral: range.count),
            ]
          }), "alg": "sha256", "hash": .bytes(hash), "pad": .bytes([]),
      ])
  }

  /// An ingredient with the manifest that `box` is.
  mutating func addIngredient(
    _ label: String = "c2pa.ingredient.v3", manifest: String, box: [UInt8],
    relationship: String = "parentOf", signature: [UInt8]? = nil,
    recorded: [(code: String, url: String)] = []
  ) {
    var value: [(CBORValue, CBORValue)] = [
      ("dc:title", "before.jpg"), ("relationship", .text(relationship)),
      ("activeManifest", Self.reference("/c2pa/\(manifest)", JUMBFWriting.payload(box))),
      (
        "validationResults",
        [
          "activeManifest": [
            "success": [], "informational": [],
            "failure": .array(
              recorded.map { ["code": .text($0.code), "url": .text($0.url)] }),
          ]
        ]
      ),
    ]
    if let signature {
      value.append(
        (
          "claimSignature",
          Self.reference("/c2pa/\(manifest)/c2pa.signature", JUMBFWriting.payload(signature))
        ))
    }
    add(label, .map(value.map { CBORValue.Entry(key: $0.0, value: $0.1) }))
  }

  static func reference(_ path: String, _ hashed: [UInt8]) -> CBORValue {
    [
      "url": .text("self#jumbf=\(path)"), "hash": .bytes(Array(SHA256.hash(data: hashed))),
    ]
  }

  private func claim() -> CBORValue {
    func references(gathered isGathered: Bool) -> CBORValue {
      .array(
        assertions.filter {
          !undeclared.contains($0.label) && gathered.contains($0.label) == isGathered
        }.map { Self.reference("c2pa.assertions/\($0.label)", JUMBFWriting.payload($0.box)) })
    }
    var entries: [(CBORValue, CBORValue)] = [
      ("instanceID", "xmp:iid:1"), ("signature", "self#jumbf=c2pa.signature"), ("alg", "sha256"),
      (version == 1 ? "assertions" : "created_assertions", references(gathered: false)),
    ]
    if !gathered.isEmpty {
      entries.append(("gathered_assertions", references(gathered: true)))
    }
    entries.append(
      version == 1
        ? ("claim_generator", "tests/1")
        : ("claim_generator_info", ["name": "tests", "version": "1"]))
    if !redactions.isEmpty {
      entries.append(("redacted_assertions", .array(redactions.map { .text($0) })))
    }
    return .map(
      entries.map { CBORValue.Entry(key: $0.0, value: $0.1) }.filter { $0.key.text != leavesOut })
  }

  /// The manifest's superbox, and its signature's.
  func boxes() throws -> (manifest: [UInt8], signature: [UInt8]) {
    let claim = CBORWriting.bytes(claim())
    let name = version == 1 ? "c2pa.claim" : "c2pa.claim.v2"
    let signature = JUMBFWriting.superbox(
      "c2cs", "c2pa.signature",
      [JUMBFWriting.box("cbor", try signer.cose(claim, stampedBy: authority))])
    let stored = assertions.filter { !removed.contains($0.label) }.map { assertion in
      blanked.contains(assertion.label)
        ? JUMBFWriting.superbox(
          "cbor", assertion.label, [JUMBFWriting.box("cbor", [UInt8](repeating: 0, count: 40))])
        : assertion.box
    }
    let manifest = JUMBFWriting.superbox(
      isUpdate ? "c2um" : "c2ma", label,
      [
        JUMBFWriting.superbox("c2as", "c2pa.assertions", stored),
        JUMBFWriting.superbox("c2cl", name, [JUMBFWriting.box("cbor", claim)]), signature,
      ])
    return (manifest, signature)
  }

  static func store(_ manifests: [[UInt8]]) -> [UInt8] {
    JUMBFWriting.superbox("c2pa", "c2pa", manifests)
  }
}

extension CBORValue {
  var text: String? { if case .text(let text) = self { text } else { nil } }
}

/// A file whose active manifest is bound to its bytes.
enum BoundFile {
  enum Container: String, CaseIterable {
    case jpeg, png, webp

    func holding(_ store: [UInt8]) -> [UInt8] {
      switch self {
      case .jpeg: JPEGFile.holding(store)
      case .png: PNGFile.holding(store)
      case .webp: WebPFile.holding(store)
      }
    }
  }

  /// `make` is called until the exclusion it was told is the one that comes of it.
  static func make(
    _ container: Container,
    _ make: (_ hash: [UInt8], _ exclusion: Range<Int>) throws -> [UInt8]
  ) throws -> [UInt8] {
    var hash = [UInt8](repeating: 0, count: 32)
    var exclusion = 0..<1
    for _ in 0..<3 {
      let file = container.holding(try make(hash, exclusion))
      exclusion = span(file, container)
      hash = Array(
        SHA256.hash(data: Array(file[..<exclusion.lowerBound] + file[exclusion.upperBound...])))
    }
    return container.holding(try make(hash, exclusion))
  }

  /// Where the store lies in the file.
  static func span(_ file: [UInt8], _ container: Container) -> Range<Int> {
    let location = file.withUnsafeBytes { bytes in
      switch container {
      case .jpeg: JPEGCredentials.locate(bytes, limits: .standard)
      case .png: PNGCredentials.locate(bytes, limits: .standard)
      case .webp: WebPCredentials.locate(bytes, limits: .standard)
      }
    }
    guard case .found(let store) = location, let first = store.ranges.first,
      let last = store.ranges.last
    else { return 0..<0 }
    return first.lowerBound..<last.upperBound
  }
}
