/// Who is known to write quantisation tables that are not of the standard scaling.
///
/// Each entry is a digest of the luma and chroma tables, and was seen in files that name their
/// maker themselves (EXIF Make, Model, Software; Photoshop's own quality resource; the `Ducky`
/// segment of its Save for Web). One program can write many tables, and any program can copy
/// them: a match says who is known to write them, not who did.
enum TableMakers {
  static func maker(luma: [Int], chroma: [[Int]]) -> String? {
    known[digest(luma: luma, chroma: chroma)]
  }

  /// FNV-1a (64 bits) over the steps as two bytes each, big end first, luma before chroma.
  package static func digest(luma: [Int], chroma: [[Int]]) -> UInt64 {
    var hash: UInt64 = 0xcbf2_9ce4_8422_2325
    for step in luma + chroma.flatMap({ $0 }) {
      for byte in [UInt64(step >> 8 & 255), UInt64(step & 255)] {
        hash = (hash ^ byte) &* 0x100_0000_01b3
      }
    }
    return hash
  }

  private static let known: [UInt64: String] = [
    // Software "Adobe Photoshop CS2 Macintosh" and "… Windows", the quality in Photoshop's own
    // resource 0x0406: exif-samples BlueSquare.jpg (0), CASIA v1 spliced set (5: 31 files; 8: 24;
    // 12: 1), exif-samples nikon-e950.jpg (8, saved again after the camera).
    0x754c_6b82_508c_f73f: "Adobe Photoshop, Save As at quality 0 of 12",
    0x835c_2b52_8b3e_02ac: "Adobe Photoshop, Save As at quality 5 of 12",
    0xbad3_6ebb_0bd6_f569: "Adobe Photoshop, Save As at quality 8 of 12",
    0xfdfe_07fd_098f_09da: "Adobe Photoshop, Save As at quality 12 of 12",
    // "Ducky" segment with quality 70 %, creator tool Photoshop CS5: exif-samples portrait_1.jpg.
    0x47d2_5315_7495_1c20: "Adobe Photoshop, Save for Web at 70 %",
    // Software "Adobe Lightroom 5.3 (Macintosh)": c2pa-org public-testfiles, A and I of 2022-01-24.
    0x459c_e455_9456_720c: "Adobe Lightroom 5",
    // Software "ACD Systems …": CASIA v1 authentic set, 14 files of several cameras. Annex K at
    // 12.5 % for luma and 18 to 19 % for chroma, rounded down.
    0x2a16_90e6_5a05_c409: "ACD Systems (ACDSee)",
    // One camera file each, Make and Model in EXIF (in the CIFF segment for the A5), exif-samples.
    0x17da_09b1_61e1_1f17: "Canon DIGITAL IXUS",
    0xedf3_3f72_66d9_309a: "Canon PowerShot A5",
    0x748c_8473_cdfa_27b3: "Fujifilm DX-10",
    0xb337_03e7_8c21_016d: "Fujifilm MX-1700ZOOM",
    0x46c4_d567_6be8_adbf: "Kodak DC210 Zoom",
    0x7a67_83be_9394_9524: "Sanyo SR6 (VPC-G250)",
    0xf516_651b_8153_ced4: "Sanyo SX113 (VPC-SX550)",
  ]
}
