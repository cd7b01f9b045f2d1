/// Content Credentials in JPEG: a JUMBF superbox in APP11 segments, each with the identifier
/// `JP`, a box instance number, a sequence number and, repeated in every segment, the box header
/// (ISO/IEC 19566-5:2023, annex D; ISO/IEC 18477-3, B.2).
package enum JPEGCredentials: CredentialContainer {
  /// `c2pa`: the first four bytes of the store's type.
  private static let storeType: [UInt8] = [0x63, 0x32, 0x70, 0x61]

  package static func locate(_ bytes: UnsafeRawBufferPointer, limits: CredentialLimits)
    -> StoreLocation
  {
    var stores = [(sequence: Int, store: LocatedStore)]()
    // JUMBF of other kinds (JPEG 360, JPEG Snack, …), by box instance: none of our business.
    var others = Set<Int>()
    // The place of the last store of each box instance: a file may hold very many segments.
    var latest = [Int: Int]()
    var unidentified: CredentialError?
    var walk = JPEGWalk(bytes)
    while let segment = walk.next() {
      guard segment.marker == 0xEB else { continue }
      guard let packet = Packet(bytes, segment) else {
        if holdsStore(bytes, payload: segment.payload.lowerBound) {
          return .broken(
            .malformed("its box is no superbox", offset: segment.range.lowerBound))
        }
        continue
      }
      if packet.startsStore {
        let head = Array(bytes[packet.box])
        latest[packet.instance] = stores.count
        stores.append(
          (
            packet.sequence,
            LocatedStore(bytes: head, ranges: [segment.range], place: "APP11")
          ))
      } else if let index = latest[packet.instance] {
        guard packet.sequence == stores[index].sequence + 1 else {
          return .broken(
            .malformed("the APP11 segments are out of order", offset: segment.range.lowerBound))
        }
        stores[index].sequence = packet.sequence
        stores[index].store.bytes += bytes[packet.continuation]
        stores[index].store.ranges.append(segment.range)
      } else if packet.startsOther {
        others.insert(packet.instance)
      } else if unidentified == nil, !others.contains(packet.instance) {
        unidentified = .malformed(
          packet.sequence <= 1 ? "it does not say what it holds" : "its first segment is missing",
          offset: segment.range.lowerBound)
      }
      if let last = stores.last, last.store.bytes.count > limits.storeBytes {
        return .broken(.limit("the manifest store has more than \(limits.storeBytes) bytes"))
      }
    }
    switch stores.count {
    case 0:
      if let cut = walk.cut, bytes[cut] == 0xEB, holdsStore(bytes, payload: cut + 3) {
        return .broken(.malformed("its segment is cut off", offset: bytes.count))
      }
      return unidentified.map(StoreLocation.unidentified) ?? .none
    case 1: return .found(stores[0].store)
    default: return .several(count: stores.count)
    }
  }

  /// Whether an APP11 payload begins a store, whatever its length and its box's type say.
  private static func holdsStore(_ bytes: UnsafeRawBufferPointer, payload start: Int) -> Bool {
    bytes.holds("JP", at: start) && bytes.holds("jumdc2pa", at: start + 20)
  }

  /// One APP11 segment that carries JUMBF.
  private struct Packet {
    let instance: Int
    let sequence: Int
    /// From the box header on.
    let box: Range<Int>
    /// After the repeated box header.
    let continuation: Range<Int>
    let startsStore: Bool
    /// Whether a superbox of another kind starts here.
    let startsOther: Bool

    init?(_ bytes: UnsafeRawBufferPointer, _ segment: JPEGWalk.Segment) {
      let start = segment.payload.lowerBound
      guard segment.payload.count >= 16, bytes.holds("JP", at: start),
        let instance = bytes.big(start + 2, 2), let sequence = bytes.big(start + 4, 4),
        let length = bytes.big(start + 8, 4), bytes.holds("jumb", at: start + 12)
      else { return nil }
      self.instance = instance
      self.sequence = sequence
      box = (start + 8)..<segment.payload.upperBound
      let header = length == 1 ? 16 : 8
      continuation =
        min(start + 8 + header, segment.payload.upperBound)..<segment.payload.upperBound
      // The description box follows: its length, `jumd`, its type.
      let isDescribed =
        sequence <= 1 && segment.payload.count >= 8 + header + 12
        && bytes.holds("jumd", at: start + 8 + header + 4)
      let isStore =
        isDescribed
        && bytes[(start + 8 + header + 8)..<(start + 8 + header + 12)].elementsEqual(storeType)
      startsStore = isStore
      startsOther = isDescribed && !isStore
    }
  }

  static func boxes(_ bytes: UnsafeRawBufferPointer, store: LocatedStore) -> [ContainerBox]? {
    var boxes = [ContainerBox]()
    let starts = Set(store.ranges.map(\.lowerBound))
    for segment in JPEGWalk(bytes) {
      if starts.contains(segment.range.lowerBound) {
        // The whole store is one box, however many segments it is spread over; with anything
        // between them it is several.
        if let last = boxes.last, last.name == "C2PA",
          last.range.upperBound == segment.range.lowerBound, let index = boxes.indices.last
        {
          boxes[index].range = boxes[index].range.lowerBound..<segment.range.upperBound
        } else {
          boxes.append(ContainerBox(name: "C2PA", range: segment.range))
        }
      } else {
        boxes.append(ContainerBox(name: segment.name, range: segment.range))
        boxes += segment.restarts(in: bytes)
      }
    }
    return boxes
  }

  /// All segments but APPn and COM, a scan's with its entropy-coded data; of APPn those that say
  /// what the colours are.
  static func pictureParts(_ bytes: UnsafeRawBufferPointer) -> [Range<Int>] {
    JPEGWalk(bytes).filter { segment in
      let start = segment.payload.lowerBound
      return switch segment.marker {
      case 0xE2: bytes.holds("ICC_PROFILE\0", at: start)
      case 0xEE: bytes.holds("Adobe", at: start)
      case 0xE0...0xEF, 0xFE: false
      default: true
      }
    }.map(\.range)
  }

  static func xmp(_ bytes: UnsafeRawBufferPointer) -> Range<Int>? {
    let signature = "http://ns.adobe.com/xap/1.0/\0"
    for segment in JPEGWalk(bytes)
    where segment.marker == 0xE1 && bytes.holds(signature, at: segment.payload.lowerBound) {
      let start = segment.payload.lowerBound + signature.utf8.count
      return min(start, segment.payload.upperBound)..<segment.payload.upperBound
    }
    return nil
  }
}

extension JPEGWalk.Segment {
  /// The restart markers between the entropy-coded data of a scan.
  fileprivate func restarts(in bytes: UnsafeRawBufferPointer) -> [ContainerBox] {
    guard marker == 0xDA else { return [] }
    var restarts = [ContainerBox]()
    var offset = payload.upperBound
    while offset + 1 < range.upperBound {
      let code = bytes[offset + 1]
      if bytes[offset] == 0xFF, (0xD0...0xD7).contains(code) {
        let end = offset + 2
        let restart = Self(marker: code, range: offset..<end, payload: end..<end)
        restarts.append(ContainerBox(name: restart.name, range: restart.range, isRestart: true))
      }
      offset += 1
    }
    return restarts
  }
}
