/// Values of a configuration object, each checked against its bounds before anyone uses it.
struct ConfigurationReader {
  /// What precedes a key in error messages, such as `model_cfg.`.
  let path: String
  let members: [String: JSONValue]

  init(_ members: [String: JSONValue], path: String = "") {
    self.members = members
    self.path = path
  }

  /// The member, where it is there and not null.
  subscript(_ key: String) -> JSONValue? {
    guard let value = members[key], value != .null else { return nil }
    return value
  }

  func error(_ key: String, _ detail: String) -> EncoderError {
    .configuration(key: path + key, detail: detail)
  }

  func object(_ key: String) throws(EncoderError) -> ConfigurationReader? {
    guard let value = self[key] else { return nil }
    guard case .object(let members) = value else { throw error(key, "is not an object") }
    return ConfigurationReader(members, path: path + key + ".")
  }

  /// A whole number within `range`; `fallback` where the key is absent, an error where both are.
  func integer(
    _ key: String, _ range: ClosedRange<Int>, default fallback: Int? = nil
  ) throws(EncoderError) -> Int {
    guard let value = self[key] else {
      guard let fallback else { throw error(key, "is missing") }
      return fallback
    }
    return try Self.integer(value, range, path + key)
  }

  static func integer(
    _ value: JSONValue, _ range: ClosedRange<Int>, _ key: String
  ) throws(EncoderError) -> Int {
    guard case .number(let number) = value, let whole = Int(exactly: number), range.contains(whole)
    else {
      throw .configuration(
        key: key, detail: "has to be a whole number from \(range.lowerBound) to \(range.upperBound)"
      )
    }
    return whole
  }

  func number(
    _ key: String, _ range: ClosedRange<Double>, default fallback: Double? = nil
  ) throws(EncoderError) -> Double {
    guard let value = self[key] else {
      guard let fallback else { throw error(key, "is missing") }
      return fallback
    }
    guard case .number(let number) = value, range.contains(number) else {
      throw error(key, "has to be a number from \(range.lowerBound) to \(range.upperBound)")
    }
    return number
  }

  func flag(_ key: String, default fallback: Bool) throws(EncoderError) -> Bool {
    guard let value = self[key] else { return fallback }
    guard case .bool(let flag) = value else { throw error(key, "has to be true or false") }
    return flag
  }

  func string(_ key: String) throws(EncoderError) -> String? {
    guard let value = self[key] else { return nil }
    guard case .string(let text) = value else { throw error(key, "has to be a string") }
    return text
  }

  /// A list of strings; nothing where the key is absent.
  func names(_ key: String) throws(EncoderError) -> [String] {
    guard let value = self[key] else { return [] }
    var names: [String] = []
    if case .array(let items) = value {
      for case .string(let name) in items { names.append(name) }
      if names.count == items.count { return names }
    }
    throw error(key, "has to be a list of strings")
  }

  /// One number for both sides, a pair (height, width), or an object with `height` and `width`.
  func size(
    _ key: String, _ range: ClosedRange<Int>, default fallback: (Int, Int)? = nil
  ) throws(EncoderError) -> (height: Int, width: Int) {
    switch self[key] {
    case nil:
      guard let fallback else { throw error(key, "is missing") }
      return fallback
    case .array(let sides)?:
      guard sides.count == 2 else { throw error(key, "has to be one size or two") }
      return (
        try Self.integer(sides[0], range, path + key), try Self.integer(sides[1], range, path + key)
      )
    case .object(let sides)?:
      let reader = ConfigurationReader(sides, path: path + key + ".")
      return (try reader.integer("height", range), try reader.integer("width", range))
    case let value?:
      let side = try Self.integer(value, range, path + key)
      return (side, side)
    }
  }

  /// Three numbers, one a channel.
  func channels(
    _ key: String, _ range: ClosedRange<Double>, default fallback: [Float]
  ) throws(EncoderError) -> [Float] {
    guard let value = self[key] else { return fallback }
    var numbers: [Float] = []
    if case .array(let items) = value {
      for case .number(let number) in items where range.contains(number) {
        numbers.append(Float(number))
      }
      if items.count != numbers.count { numbers = [] }
    }
    guard numbers.count == 3 else {
      throw error(
        key, "has to be three numbers from \(range.lowerBound) to \(range.upperBound)")
    }
    return numbers
  }

  /// Refuses options that nobody here knows: what is passed over could change every value.
  func refuseOthers(than known: Set<String>) throws(EncoderError) {
    let others = members.keys.filter { !known.contains($0) && self[$0] != nil }
    if let key = others.min() { throw error(key, "is not an option that is supported") }
  }

  /// Refuses an option whose value would need code that is not here.
  func refuse(_ key: String, unless accepted: [JSONValue]) throws(EncoderError) {
    guard let value = self[key], !accepted.contains(value) else { return }
    throw error(key, "has a value that is not supported")
  }
}

/// The bounds of configuration values: generous to every published model, small enough that no
/// product of them overflows.
enum Limits {
  static let width = 1...16_384
  static let hidden = 1...65_536
  static let layers = 1...1024
  static let side = 1...8192
  static let patch = 1...1024
  static let registers = 0...1024
  static let vocabulary = 1...(1 << 24)
  static let context = 1...16_384
  static let classes = 1...(1 << 20)
  static let ratio = 0.01...64.0
  static let epsilon = 1e-12...0.1
  /// Tokens of one picture.
  static let tokens = 65_536
}
