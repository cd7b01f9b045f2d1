import ForensicCore

/// Place, orientation and size as declared.
extension ExifFindings {
  var position: Finding? {
    guard let gps = facts.gps, gps.impossible.isEmpty, let latitude = gps.latitude,
      let longitude = gps.longitude
    else { return nil }
    var result = [
      "latitude": GPSPosition.degrees(latitude), "longitude": GPSPosition.degrees(longitude),
    ]
    if let altitude = gps.altitude { result["altitude"] = "\(ExifValue.format(altitude)) m" }
    let isOrigin = latitude == 0 && longitude == 0
    return Finding(
      code: "exif.gps", method: "Reading of the GPS directory (CIPA DC-008, 4.6.6)",
      summary: isOrigin
        ? "The GPS position is 0, 0, which devices write when they have none."
        : "The file names a place: \(GPSPosition.degrees(latitude)), \(GPSPosition.degrees(longitude)).",
      weight: isOrigin ? .notable : .information, result: result,
      limits: "Accuracy is not stated; a position can be old, or set by hand. " + Self.declared)
  }

  var impossiblePosition: Finding? {
    guard let gps = facts.gps, !gps.impossible.isEmpty else { return nil }
    var result = ["impossible": gps.impossible.joined(separator: "; ")]
    result["latitude"] = gps.latitude.map(GPSPosition.degrees)
    result["longitude"] = gps.longitude.map(GPSPosition.degrees)
    return Finding(
      code: "exif.gps.out-of-range", method: "Comparison of GPS values with their ranges",
      summary: "The GPS position in the file cannot exist on Earth, or is written wrongly.",
      weight: .contradiction,
      parameters: ["latitude": "0…90° N or S", "longitude": "0…180° E or W"], result: result,
      limits: "Broken writers cause this as well as hands. " + Self.declared)
  }

  /// Degrees that lie in one hemisphere or the other.
  var placeWithoutHemisphere: Finding? {
    guard let gps = facts.gps, !gps.unstated.isEmpty else { return nil }
    return Finding(
      code: "exif.gps.no-hemisphere", method: "Reading of the GPS directory (CIPA DC-008, 4.6.6)",
      summary:
        "The file gives degrees of a place, but the hemisphere is not stated: which place it "
        + "is cannot be told.",
      weight: .notable, result: ["not stated": gps.unstated.joined(separator: "; ")],
      limits: "Programs that copy or remove single fields leave such remains. " + Self.declared)
  }

  var impossibleAltitude: Finding? {
    guard let altitude = facts.gps?.impossibleAltitude else { return nil }
    return Finding(
      code: "exif.gps.altitude", method: "Comparison of GPS values with their ranges",
      summary: "The altitude in the file, \(ExifValue.format(altitude)) m, is none that a picture "
        + "can be taken at.",
      weight: .notable, parameters: ["altitude": "−12000…100000 m"],
      result: ["altitude": "\(ExifValue.format(altitude)) m"],
      limits: "Devices that do not know the altitude write the largest number they have. It says "
        + "nothing of the place. " + Self.declared)
  }

  var orientation: Finding? {
    guard let raw = facts.rawOrientation, raw != 1 else { return nil }
    guard let orientation = facts.context.orientation else {
      return Finding(
        code: "exif.orientation", method: "Reading of the Orientation field",
        summary: "The orientation in the EXIF data is \(raw); only 1 to 8 exist.",
        weight: raw == 0 ? .information : .notable, result: ["orientation": String(raw)],
        limits: "Some cameras write 0 when they do not know.")
    }
    let words = [
      2: "mirrored", 3: "upside down", 4: "mirrored and upside down",
      5: "mirrored and turned a quarter", 6: "turned a quarter anticlockwise",
      7: "mirrored and turned a quarter", 8: "turned a quarter clockwise",
    ]
    return Finding(
      code: "exif.orientation", method: "Reading of the Orientation field",
      summary: "The picture is stored \(words[orientation] ?? "turned"); viewers show it upright.",
      result: ["orientation": String(orientation)],
      limits: "Programs that turn pictures may leave the field as it was.")
  }

  var sizeMismatch: Finding? {
    guard let declared = facts.pixelSize, declared.width > 0, declared.height > 0,
      (declared.width, declared.height) != (image.width, image.height)
    else { return nil }
    var result = [
      "declared": "\(declared.width) × \(declared.height) pixels",
      "real": "\(image.width) × \(image.height) pixels",
    ]
    let limits = "Some cameras and programs write a wrong size. " + Self.declared
    let method = "Comparison of PixelXDimension and PixelYDimension with the picture"
    if (declared.height, declared.width) == (image.width, image.height) {
      return Finding(
        code: "exif.size-mismatch", method: method,
        summary: "The picture was turned by a quarter after its camera data were written.",
        result: result, limits: limits)
    }
    let before = Double(declared.width) / Double(declared.height)
    let after = Double(image.width) / Double(image.height)
    let change = min(abs(after / before - 1), abs(1 / after / before - 1))
    let isScaled = change < 0.01
    result["aspect ratio declared"] = ExifValue.format((before * 1000).rounded() / 1000)
    result["aspect ratio real"] = ExifValue.format((after * 1000).rounded() / 1000)
    return Finding(
      code: "exif.size-mismatch", method: method,
      summary: isScaled
        ? "The picture was made \(image.width < declared.width ? "smaller" : "larger") after its "
          + "camera data were written."
        : "The picture was cropped or put together anew after its camera data were written.",
      weight: .notable, parameters: ["aspect ratio tolerance": "1 %"], result: result,
      limits: limits)
  }
}
