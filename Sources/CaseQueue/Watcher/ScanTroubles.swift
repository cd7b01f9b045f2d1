/// The folders of an inbox that could not be looked into. Each is told of once, as long as that lasts.
struct ScanTroubles {
  /// More are counted, and not told of: whoever drops files can make any number of folders.
  private static let most = 256

  private var told: Set<[UInt8]> = []
  private var found: Set<[UInt8]> = []
  private var count = 0
  private var first: String?

  /// A scan of the whole inbox begins: what has passed since the last one is found no more.
  mutating func begin() {
    found.removeAll()
    count = 0
    first = nil
  }

  /// That scan has come to its end: what has passed is told of again should it come back.
  mutating func end() { told = found }

  /// A folder cannot be looked into. Whether that is to be told.
  mutating func note(_ folder: [UInt8], _ message: String) -> Bool {
    guard !found.contains(folder) else { return false }
    count += 1
    if first == nil { first = message }
    guard found.count < Self.most else { return false }
    found.insert(folder)
    return told.insert(folder).inserted
  }

  /// For the status; `nil` where there is no trouble.
  var words: String? {
    first.map { count > 1 ? "\($0); and \(count - 1) more folders" : $0 }
  }
}
