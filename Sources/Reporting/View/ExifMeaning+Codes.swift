extension ExifMeaning {
  /// Codes by tag, outside the GPS directory.
  static let codes: [Int: [Int: String]] = [
    0x0103: [1: "not compressed", 6: "JPEG"],
    0x0106: [2: "RGB", 6: "YCbCr"],
    0x0112: [
      1: "upright as stored", 2: "mirrored", 3: "turned by 180°", 4: "mirrored upside down",
      5: "mirrored and turned by 90° to the left", 6: "shown turned by 90° to the right",
      7: "mirrored and turned by 90° to the right", 8: "shown turned by 90° to the left",
    ],
    0x0128: unit, 0xA210: unit,
    0x0213: [1: "centred", 2: "co-sited"],
    0x8822: [
      0: "not defined", 1: "manual", 2: "normal program", 3: "aperture priority",
      4: "shutter priority", 5: "creative program", 6: "action program", 7: "portrait",
      8: "landscape",
    ],
    0x8830: [
      0: "unknown", 1: "standard output sensitivity", 2: "recommended exposure index",
      3: "ISO speed",
      4: "standard output sensitivity and recommended exposure index",
      5: "standard output sensitivity and ISO speed",
      6: "recommended exposure index and ISO speed",
      7: "standard output sensitivity, recommended exposure index and ISO speed",
    ],
    0x9207: [
      0: "unknown", 1: "average", 2: "centre-weighted average", 3: "spot", 4: "several spots",
      5: "pattern", 6: "partial", 255: "other",
    ],
    0x9208: [
      0: "unknown", 1: "daylight", 2: "fluorescent", 3: "tungsten", 4: "flash", 9: "fine weather",
      10: "cloudy", 11: "shade", 12: "daylight fluorescent", 13: "day white fluorescent",
      14: "cool white fluorescent", 15: "white fluorescent", 16: "warm white fluorescent",
      17: "standard light A", 18: "standard light B", 19: "standard light C", 20: "D55", 21: "D65",
      22: "D75", 23: "D50", 24: "ISO studio tungsten", 255: "other",
    ],
    0xA001: [1: "sRGB", 65_535: "not calibrated"],
    0xA217: [
      1: "not defined", 2: "one-chip colour area", 3: "two-chip colour area",
      4: "three-chip colour area", 5: "colour sequential area", 7: "trilinear",
      8: "colour sequential linear",
    ],
    0xA300: [
      0: "other", 1: "transparency scanner", 2: "reflection scanner", 3: "digital camera",
    ],
    0xA301: [1: "directly photographed"],
    0xA401: [0: "normal", 1: "custom"],
    0xA402: [0: "automatic", 1: "manual", 2: "automatic bracketing"],
    0xA403: [0: "automatic", 1: "manual"],
    0xA404: [0: "not used"],
    0xA406: [0: "standard", 1: "landscape", 2: "portrait", 3: "night"],
    0xA407: [
      0: "none", 1: "low gain up", 2: "high gain up", 3: "low gain down", 4: "high gain down",
    ],
    0xA408: [0: "normal", 1: "soft", 2: "hard"],
    0xA409: [0: "normal", 1: "low", 2: "high"],
    0xA40A: [0: "normal", 1: "soft", 2: "hard"],
    0xA40C: [0: "unknown", 1: "macro", 2: "close", 3: "distant"],
    0xA460: [
      0: "unknown", 1: "one exposure", 2: "composite", 3: "composite made while it was taken",
    ],
  ]

  /// Codes of the GPS directory by tag, as text.
  static let gpsCodes: [Int: [String: String]] = [
    0x0001: ["N": "north", "S": "south"], 0x0003: ["E": "east", "W": "west"],
    0x0005: ["0": "above sea level", "1": "below sea level"],
    0x0009: ["A": "measuring", "V": "interrupted"],
    0x000A: ["2": "two-dimensional", "3": "three-dimensional"],
    0x000C: ["K": "km/h", "M": "miles an hour", "N": "knots"],
    0x000E: direction, 0x0010: direction, 0x0017: direction,
    0x0013: ["N": "north", "S": "south"], 0x0015: ["E": "east", "W": "west"],
    0x0019: ["K": "kilometres", "M": "miles", "N": "nautical miles"],
    0x001E: ["0": "without differential correction", "1": "with differential correction"],
  ]

  private static let unit = [1: "none", 2: "inches", 3: "centimetres"]
  private static let direction = ["T": "true north", "M": "magnetic north"]
}
