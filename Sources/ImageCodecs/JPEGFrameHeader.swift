import ForensicCore

/// The frame header (T.81, B.2.2) and what precedes the first scan.
package struct JPEGFrameHeader: Sendable {
  package var marker: UInt8
  package var precision: Int
  package var width: Int
  package var height: Int
  package var components: [JPEGInfo.Component]
  /// The transform byte of Adobe's APP14 (0, 1, 2); `nil` without the segment.
  package var adobeTransform: Int?
  /// A JFIF APP0 segment was seen before the frame.
  package var jfif: Bool
  /// Bytes of the ICC profile's APP2 segments.
  package var profileBytes: Int
  /// Bytes in APPn and COM segments before the first scan.
  package var ancillaryBytes: Int

  package var progressive: Bool { marker == 0xC2 || marker == 0xCA }

  /// `grayscale`, `ycbcr`, `rgb`, `cmyk`, `ycck`, as libjpeg guesses it.
  package var colorModel: String {
    switch components.count {
    case 1: return "grayscale"
    case 3:
      if jfif { return "ycbcr" }
      if let adobeTransform { return adobeTransform == 0 ? "rgb" : "ycbcr" }
      return components.map(\.id) == [0x52, 0x47, 0x42] ? "rgb" : "ycbcr"
    case 4: return adobeTransform == 2 ? "ycck" : "cmyk"
    default: return "\(components.count) components"
    }
  }

  /// Reads as far as the first scan.
  /// - Throws: `format.malformed` without a usable frame header, `format.unsupported`.
  package static func read(
    _ bytes: UnsafeRawBufferPointer
  ) throws(ExaminationFailure) -> JPEGFrameHeader {
    let reader = ByteReader(bytes)
    var found: JPEGFrameHeader?
    var ancillary = 0
    var profile = 0
    var adobe: Int?
    var jfif = false
    for segment in JPEGSegmentReader(bytes) {
      if segment.marker == 0xDA { break }
      if segment.isAncillary { ancillary += segment.payload.count + 4 }
      let start = segment.payload.lowerBound
      if segment.marker == 0xE0, reader.holds("JFIF\0", at: start), segment.payload.count >= 14 {
        jfif = true
      }
      if segment.marker == 0xE2, reader.holds("ICC_PROFILE\0", at: start) {
        profile += max(0, segment.payload.count - 14)
      }
      if segment.marker == 0xEE, segment.payload.count >= 12, reader.holds("Adobe", at: start) {
        adobe = reader.u8(start + 11).map(Int.init)
      }
      if segment.startsFrame, found == nil { found = try frame(segment, reader) }
    }
    guard var header = found else {
      throw ExaminationFailure(
        code: "format.malformed", message: "The JPEG file has no frame header (SOF marker).",
        mend: "The file is damaged; ask for it again from where it came.")
    }
    header.adobeTransform = adobe
    header.jfif = jfif
    header.profileBytes = profile
    header.ancillaryBytes = ancillary
    return header
  }

  /// Components of a frame segment; fewer than it states where it is cut short.
  package static func frame(
    _ segment: JPEGSegment, _ reader: ByteReader
  ) throws(ExaminationFailure) -> JPEGFrameHeader {
    let start = segment.payload.lowerBound
    guard segment.payload.count >= 6, let precision = reader.u8(start),
      let height = reader.big16(start + 1), let width = reader.big16(start + 3),
      let count = reader.u8(start + 5), segment.payload.count >= 6 + 3 * Int(count)
    else {
      throw ExaminationFailure(
        code: "format.malformed",
        message: "The JPEG frame header at byte \(segment.offset) is cut short.",
        mend: "The file is damaged; ask for it again from where it came.")
    }
    let components = (0..<Int(count)).compactMap { index -> JPEGInfo.Component? in
      let at = start + 6 + 3 * index
      guard let id = reader.u8(at), let sampling = reader.u8(at + 1), let table = reader.u8(at + 2)
      else { return nil }
      return JPEGInfo.Component(
        id: Int(id), horizontalSampling: Int(sampling >> 4), verticalSampling: Int(sampling & 15),
        table: Int(table))
    }
    return JPEGFrameHeader(
      marker: segment.marker, precision: Int(precision), width: width, height: height,
      components: components, adobeTransform: nil, jfif: false, profileBytes: 0, ancillaryBytes: 0)
  }
}
