import ForensicCore

extension JPEGInfo {
  /// Whether the components are red, green and blue, as decoders guess it: JFIF is always brightness and
  /// two colours; otherwise Adobe's segment tells, and without it the components' letters.
  var isRGB: Bool {
    guard components.count == 3, !markers.contains("APP0") else { return false }
    if let adobeTransform { return adobeTransform == 0 }
    return components.map(\.id) == Array("RGB".utf8).map(Int.init)
  }
}
