/// Tag numbers of the names that ExifTool gives; several differ from the standard's.
enum ExifToolNames {
  static func tag(_ group: String, _ name: String) -> Int? {
    switch group {
    case "GPS": gps[name]
    case "InteropIFD": interop[name] ?? image[name]
    default: image[name] ?? interop[name]
    }
  }

  private static let interop = [
    "InteropIndex": 0x0001, "InteropVersion": 0x0002, "RelatedImageWidth": 0x1001,
    "RelatedImageHeight": 0x1002,
  ]

  private static let gps = [
    "GPSVersionID": 0x00, "GPSLatitudeRef": 0x01, "GPSLatitude": 0x02, "GPSLongitudeRef": 0x03,
    "GPSLongitude": 0x04, "GPSAltitudeRef": 0x05, "GPSAltitude": 0x06, "GPSTimeStamp": 0x07,
    "GPSSatellites": 0x08, "GPSDOP": 0x0B, "GPSImgDirectionRef": 0x10, "GPSImgDirection": 0x11,
    "GPSMapDatum": 0x12, "GPSDestLatitudeRef": 0x13, "GPSDestLatitude": 0x14,
    "GPSDateStamp": 0x1D,
  ]

  private static let image = [
    "ImageWidth": 0x0100, "ImageHeight": 0x0101, "BitsPerSample": 0x0102, "Compression": 0x0103,
    "PhotometricInterpretation": 0x0106, "ImageDescription": 0x010E, "Make": 0x010F,
    "Model": 0x0110, "StripOffsets": 0x0111, "Orientation": 0x0112, "SamplesPerPixel": 0x0115,
    "RowsPerStrip": 0x0116, "StripByteCounts": 0x0117, "XResolution": 0x011A,
    "YResolution": 0x011B, "ResolutionUnit": 0x0128, "Software": 0x0131, "ModifyDate": 0x0132,
    "Artist": 0x013B, "ThumbnailOffset": 0x0201, "ThumbnailLength": 0x0202,
    "YCbCrPositioning": 0x0213, "Copyright": 0x8298, "ExposureTime": 0x829A, "FNumber": 0x829D,
    "ExposureProgram": 0x8822, "ISO": 0x8827, "ExifVersion": 0x9000, "DateTimeOriginal": 0x9003,
    "CreateDate": 0x9004, "ComponentsConfiguration": 0x9101, "CompressedBitsPerPixel": 0x9102,
    "ShutterSpeedValue": 0x9201, "ApertureValue": 0x9202, "BrightnessValue": 0x9203,
    "ExposureCompensation": 0x9204, "MaxApertureValue": 0x9205, "SubjectDistance": 0x9206,
    "MeteringMode": 0x9207, "LightSource": 0x9208, "Flash": 0x9209, "FocalLength": 0x920A,
    "SubjectArea": 0x9214, "UserComment": 0x9286, "SubSecTime": 0x9290,
    "SubSecTimeOriginal": 0x9291, "SubSecTimeDigitized": 0x9292, "XPTitle": 0x9C9B,
    "XPComment": 0x9C9C, "XPAuthor": 0x9C9D, "XPKeywords": 0x9C9E, "XPSubject": 0x9C9F,
    "FlashpixVersion": 0xA000, "ColorSpace": 0xA001, "ExifImageWidth": 0xA002,
    "ExifImageHeight": 0xA003, "RelatedSoundFile": 0xA004, "FocalPlaneXResolution": 0xA20E,
    "FocalPlaneYResolution": 0xA20F, "FocalPlaneResolutionUnit": 0xA210, "ExposureIndex": 0xA215,
    "SensingMethod": 0xA217, "FileSource": 0xA300, "SceneType": 0xA301, "CustomRendered": 0xA401,
    "ExposureMode": 0xA402, "WhiteBalance": 0xA403, "DigitalZoomRatio": 0xA404,
    "FocalLengthIn35mmFormat": 0xA405, "SceneCaptureType": 0xA406, "GainControl": 0xA407,
    "Contrast": 0xA408, "Saturation": 0xA409, "Sharpness": 0xA40A, "SubjectDistanceRange": 0xA40C,
    "ImageUniqueID": 0xA420, "Padding": 0xEA1C,
  ]
}
