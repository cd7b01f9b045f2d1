/// One assertion as its box holds it.
struct Assertion: Hashable, Sendable {
  enum Content: Hashable, Sendable {
    case cbor(CBORValue)
    case json(CBORValue)
    /// A file, such as a thumbnail, or a box of a private type; not looked into.
    case opaque
    /// Redacted: nothing but zeros is left of it.
    case zeros
    /// It should be CBOR or JSON and is not.
    case unreadable(isJSON: Bool, reason: String)
  }

  var label: String
  var box: JUMBFBox
  var content: Content

  /// The label without the number that tells several of one kind apart: `c2pa.ingredient` for
  /// `c2pa.ingredient__2`.
  var baseLabel: String { Self.base(label) }

  /// That number; `nil` without one.
  var instance: Int? {
    baseLabel == label ? nil : Int(label.dropFirst(baseLabel.count + 2))
  }

  static func base(_ label: String) -> String {
    guard let mark = label.lastIndex(of: "_"), label.utf8.count - label[...mark].utf8.count > 0,
      label[mark...].utf8.dropFirst().allSatisfy({ 0x30...0x39 ~= $0 }), mark > label.startIndex,
      label[label.index(before: mark)] == "_"
    else { return label }
    return String(label[..<label.index(before: mark)])
  }

  /// The tree of a CBOR or JSON assertion.
  var value: CBORValue? {
    switch content {
    case .cbor(let value), .json(let value): value
    case .opaque, .zeros, .unreadable: nil
    }
  }

  private static func matches(_ label: String, _ base: String) -> Bool {
    label == base || label.hasPrefix(base + ".v")
  }

  var isActions: Bool { Self.matches(baseLabel, "c2pa.actions") }
  var isIngredient: Bool { Self.matches(baseLabel, "c2pa.ingredient") }
  /// A hard binding to content.
  var isHardBinding: Bool { Self.isHardBinding(baseLabel) }

  static func isHardBinding(_ label: String) -> Bool {
    ["c2pa.hash.data", "c2pa.hash.boxes", "c2pa.hash.bmff", "c2pa.hash.collection.data"].contains {
      matches(label, $0)
    }
  }

  static func isActions(_ label: String) -> Bool { matches(base(label), "c2pa.actions") }
}
