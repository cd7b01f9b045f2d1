#if canImport(Glibc)
  import Glibc
#endif

/// The periodic Hann window of 256 values, 0 at the border and 1 in the middle.
enum HannWindow {
  static let values: [Float] = (0..<ViewPlanes.side).map { index in
    let sine = sin(Double.pi * Double(index) / Double(ViewPlanes.side))
    return Float(sine * sine)
  }
}
