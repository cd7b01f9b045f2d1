import Foundation
import ImageCodecs
import Testing
import VisionTransformer

/// Every mode and filter beside Pillow 12.3; `pillow_modes.py` makes the expected values.
@Suite struct ResamplerTests {
  static let sizes = [(37, 23, 11, 9), (23, 37, 40, 61), (37, 23, 37, 10), (37, 23, 12, 23)]

  static func picture(_ mode: StoredImage.Mode, _ width: Int, _ height: Int) -> StoredImage {
    var samples: [UInt8] = []
    for y in 0..<height {
      for x in 0..<width {
        for c in 0..<mode.samples {
          let value = UInt8((x * x * 7 + y * 13 + c * 31 + x * y) & 255)
          samples.append(mode == .bilevel ? (value >> 7) * 255 : value)
        }
      }
    }
    return StoredImage(
      mode: mode,
      pixels: PixelBuffer(width: width, height: height, channels: mode.samples, samples: samples),
      palette: mode == .palette ? (0..<768).map { UInt8(($0 * 5) & 255) } : [])
  }

  @Test(arguments: StoredImage.Mode.allCases) func asPillow(_ mode: StoredImage.Mode) throws {
    for filter in PreprocessingRecipe.Interpolation.allCases {
      var bytes: [UInt8] = []
      for (width, height, newWidth, newHeight) in Self.sizes {
        let image = Resampler.resize(
          Self.picture(mode, width, height), width: newWidth, height: newHeight, filter: filter)
        bytes += image.convertedToRGB.samples
      }
      let name = "\(mode.rawValue) \(filter.rawValue)"
      #expect(digest(bytes) == Self.expected[name], "\(name)")
    }
  }

  /// A window is the part of the whole that it says.
  @Test(arguments: StoredImage.Mode.allCases) func windows(_ mode: StoredImage.Mode) {
    let image = Self.picture(mode, 37, 23)
    for filter in [PreprocessingRecipe.Interpolation.nearest, .bicubic] {
      for (width, height) in [(11, 9), (50, 61), (37, 40), (20, 23)] {
        let window = PixelWindow(x: 3..<9, y: 2..<8)
        let part = Resampler.resize(
          image, width: width, height: height, window: window, filter: filter)
        let whole = Resampler.resize(image, width: width, height: height, filter: filter)
        #expect(part.pixels == whole.pixels.cropped(x: 3, y: 2, width: 6, height: 6))
      }
    }
  }

  /// A strip far longer than wide needs no more memory than its crop.
  @Test func strips() {
    let strip = PixelBuffer(
      width: 1, height: 60_000, channels: 3, samples: (0..<180_000).map { UInt8($0 % 251) })
    let recipe = PreprocessingRecipe(
      resize: .shortestEdge(224), cropHeight: 224, cropWidth: 224,
      mean: PreprocessingRecipe.clipMean, standardDeviation: PreprocessingRecipe.clipDeviation,
      order: .convertLast)
    let input = Preprocessor(recipe)(strip)
    #expect(input.values.allSatisfy { $0.isFinite })
    #expect(input.values.count == 3 * 224 * 224)
  }

  @Test func smallerThanTheCropIsFilled() {
    let pixels = PixelBuffer(
      width: 8, height: 4, channels: 3, samples: [UInt8](repeating: 9, count: 96))
    let recipe = PreprocessingRecipe(
      resize: .keepRatio(height: 5, width: 5, longest: true), cropHeight: 5, cropWidth: 5,
      mean: [0, 0, 0], standardDeviation: [1, 1, 1], order: .convertLast, fill: 70)
    // 5 × 2, and of three rows to fill one stands above.
    let crop = Preprocessor(recipe).cropped(StoredImage(rgb: pixels))
    let rows = (0..<5).map { crop.samples[$0 * 15] }
    #expect(rows == [70, 9, 9, 70, 70])
  }

  static let fixtures: String = {
    if let path = ProcessInfo.processInfo.environment["FIXTURES_DIR"] { return path }
    return Goldens.folder + "/../fixtures"
  }()
  static let suiteExists = FileManager.default.fileExists(atPath: fixtures + "/malformed/pngsuite")

  /// Every colour type, bit depth, interlacing and transparency of PNG.
  @Test(.enabled(if: suiteExists, "no fixtures")) func pngSuite() throws {
    let entries = Self.suite.split(whereSeparator: { ";\n".contains($0) })
      .map { $0.split(separator: " ") }.filter { $0.count == 2 }
    #expect(entries.count > 150)
    for entry in entries {
      let path = "\(Self.fixtures)/malformed/pngsuite/\(entry[0]).png"
      let image = try ImageDecoder.decodeStored(Array(Data(contentsOf: URL(fileURLWithPath: path))))
      let small = Resampler.resize(image, width: 20, height: 19, filter: .bicubic)
      #expect(digest(small.convertedToRGB.samples).prefix(12) == entry[1], "\(entry[0])")
    }
  }

  static let expected = [
    "bilevel box":
      "f236f33f26a889e8294c4128ca170eaaa3d0838d8b8ec8c3d2fa4108eff7d063",
    "bilevel hamming":
      "f236f33f26a889e8294c4128ca170eaaa3d0838d8b8ec8c3d2fa4108eff7d063",
    "gray box":
      "9badf809caa46e81dc3d7c9e2979c04857ab082045ed0dc186ec6581a58c9d0f",
    "gray hamming":
      "b6095c5d3c34171227ba94b1c8e1686820ff06a2fb328f79c242dc9e5915baf8",
    "gray16 box":
      "98bf890361f333764d2cd1239f4a0dcec8a9a541b323a97b149080dda8bf2e24",
    "gray16 hamming":
      "bcc6295f2744748a47dcb2d700aff8ba45a5417a0b0af690c5f67c42730abd40",
    "grayAlpha box":
      "7db1136b5e8fe9ce26fc4ba6837b5208eec590cf44fae0596639ed6126b10c99",
    "grayAlpha hamming":
      "f364f24007ebad1a2fbc6565caa061ae63f664f4a070011b6a0607cc1b21ca3f",
    "rgb box":
      "086cec68462e17a6847cb2939db6ebf6e6869183242e603cfafa306b4d73fde5",
    "rgb hamming":
      "d1538e2228ff54cad6e7d0c646898d0e720a6b756d09dea5c20cc3faf93a4554",
    "rgba box":
      "1e1307b89f796900b1d0e35221605ef894e56fecfafe96b1aa9b4fd7de0add45",
    "rgba hamming":
      "d8b34fc39199edf414d0e93bdab1921e77b0780a166fe29d863c24e25568b5e8",
    "palette box":
      "8c27f120436e7aed8e92cf1efb55070a1fe1bf801e7836347cc00c8b4b64e734",
    "palette hamming":
      "8c27f120436e7aed8e92cf1efb55070a1fe1bf801e7836347cc00c8b4b64e734",
    "cmyk box":
      "0034de8820713cb05a1106a18b8217c4151d05dde60029388329629c26882308",
    "cmyk hamming":
      "dbcbd86e17f0d23862549347e0486e6b59159548da734831c2288723eb874d44",
    "bilevel nearest":
      "f236f33f26a889e8294c4128ca170eaaa3d0838d8b8ec8c3d2fa4108eff7d063",
    "bilevel bilinear":
      "f236f33f26a889e8294c4128ca170eaaa3d0838d8b8ec8c3d2fa4108eff7d063",
    "bilevel bicubic":
      "f236f33f26a889e8294c4128ca170eaaa3d0838d8b8ec8c3d2fa4108eff7d063",
    "bilevel lanczos":
      "f236f33f26a889e8294c4128ca170eaaa3d0838d8b8ec8c3d2fa4108eff7d063",
    "gray nearest":
      "caa6169ab0113d7a53c31378fe1fc997389a91a8dc6d0f0f5fa71333d12628d4",
    "gray bilinear":
      "cd651e8d82fc25bb0f41d131101ec68265b6cc2058e8aad52e8ee5f873dce2ef",
    "gray bicubic":
      "ad42637d017f1d9d5b44967ef0c7b651e8cfd1c7402ec0f9959463fe9590ad2b",
    "gray lanczos":
      "470f8a332f11430f708b8684745e7dd0572ec735f094a000dccd9b6f8f8a1aa0",
    "gray16 nearest":
      "58421541a64546a0c55e67300962f2b44b43acae3d978f68ad1d6e4258d241df",
    "gray16 bilinear":
      "bcc6295f2744748a47dcb2d700aff8ba45a5417a0b0af690c5f67c42730abd40",
    "gray16 bicubic":
      "b2291222d206e723e31eeeb67f77d25b20b4464a22ee5675f6e9aeb8d15a5ffc",
    "gray16 lanczos":
      "6f95790c832271a98760e102b86f63ce3b4ac3baeb240ee0143605102490a7de",
    "grayAlpha nearest":
      "caa6169ab0113d7a53c31378fe1fc997389a91a8dc6d0f0f5fa71333d12628d4",
    "grayAlpha bilinear":
      "c8da351de3e70f41de56bbe1c93ba014c3f24fa9ab31528b4a53798e8d9c6734",
    "grayAlpha bicubic":
      "369970bd8e80743581081077feea7152ae7f11b25740d725dae4462488548bb9",
    "grayAlpha lanczos":
      "82c5c5657a074ef7070fab7acce31e7f7247a3e6432f157b2b472a7496eb7a7f",
    "rgb nearest":
      "e78521634ec29a61510c52985ada17c9677675dbba06ab846037625720cfb1a2",
    "rgb bilinear":
      "d3bcdfeec2f7785be137b3494492db9825bac5c6a94e2c589c46254a3e9e4035",
    "rgb bicubic":
      "35af51ddeef879589a6e552ff90f3d4b23386e28575ec038b228b13bf352f8d5",
    "rgb lanczos":
      "e2553d933f76b3b18c8ec994f4d47532c2a720fde8b5db6f123e2a8c62b18ab7",
    "rgba nearest":
      "e78521634ec29a61510c52985ada17c9677675dbba06ab846037625720cfb1a2",
    "rgba bilinear":
      "801b7a7c512ebd187e33f6bfc22286ce0d4794073d8052c8d2ba292f4ff15706",
    "rgba bicubic":
      "b784c7d7ebdd0ddbd0b5bfcb096607461b5ada980365242d5b6e43aa7e7ad30b",
    "rgba lanczos":
      "5ad967d265d641a8c230222d71e5686272f18444d2ab7e81e4fba895e3041efd",
    "palette nearest":
      "8c27f120436e7aed8e92cf1efb55070a1fe1bf801e7836347cc00c8b4b64e734",
    "palette bilinear":
      "8c27f120436e7aed8e92cf1efb55070a1fe1bf801e7836347cc00c8b4b64e734",
    "palette bicubic":
      "8c27f120436e7aed8e92cf1efb55070a1fe1bf801e7836347cc00c8b4b64e734",
    "palette lanczos":
      "8c27f120436e7aed8e92cf1efb55070a1fe1bf801e7836347cc00c8b4b64e734",
    "cmyk nearest":
      "c610cda850ee3271d7a3ae4f3a3054e7049734a5c17cf1918b4f63f1f414477b",
    "cmyk bilinear":
      "659588177d1ee3e499b3b4b4efbd4fc31682bbfe21f01dee02daee327205dfc0",
    "cmyk bicubic":
      "9505c51d07121d4e3c64b0ed61712a746a50bc29aae6facf77d32d94cb88e39d",
    "cmyk lanczos":
      "03cdb463f00b3c7958225c7d0bd854fdc6e2a50edf9e051423b3307f93da4db9",
  ]

  static let suite = """
    PngSuite d8ed2e436514; basi0g01 edfe2b7834fa; basi0g02 ce23ff2cebcf; basi0g04 0f1347401503;
    basi0g08 6fad0bfe3f57; basi0g16 ecc7816cf36e; basi2c08 d2c3e747f02d; basi2c16 6ac40ff50978;
    basi3p01 c8e0376e8820; basi3p02 b9fe1f0913c2; basi3p04 86b7b25e97ae; basi3p08 95a1bdd8fe7d;
    basi4a08 2940c53f1c65; basi4a16 11d4ae761c3b; basi6a08 713655b0b146; basi6a16 d4851a3d6f36;
    basn0g01 edfe2b7834fa; basn0g02 ce23ff2cebcf; basn0g04 0f1347401503; basn0g08 6fad0bfe3f57;
    basn0g16 ecc7816cf36e; basn2c08 d2c3e747f02d; basn2c16 6ac40ff50978; basn3p01 c8e0376e8820;
    basn3p02 b9fe1f0913c2; basn3p04 86b7b25e97ae; basn3p08 95a1bdd8fe7d; basn4a08 2940c53f1c65;
    basn4a16 11d4ae761c3b; basn6a08 713655b0b146; basn6a16 d4851a3d6f36; bgai4a08 2940c53f1c65;
    bgai4a16 11d4ae761c3b; bgan6a08 713655b0b146; bgan6a16 d4851a3d6f36; bgbn4a08 2940c53f1c65;
    bggn4a16 11d4ae761c3b; bgwn6a08 713655b0b146; bgyn6a16 d4851a3d6f36; ccwn2c08 9c2f9e275fb1;
    ccwn3p08 9ca7db30c361; cdfn2c08 9b8a543c1c13; cdhn2c08 06fefd6e2b68; cdsn2c08 9ef53923e097;
    cdun2c08 3a7c6d05dda4; ch1n3p04 86b7b25e97ae; ch2n3p08 95a1bdd8fe7d; cm0n0g04 f7c7eec161be;
    cm7n0g04 f7c7eec161be; cm9n0g04 f7c7eec161be; cs3n2c16 6bcb0a8a78e5; cs3n3p08 279dd38b39f7;
    cs5n2c08 991c13b3aad3; cs5n3p08 fe943e6bfe8d; cs8n2c08 6bcb0a8a78e5; cs8n3p08 fa15e59343b1;
    ct0n0g04 f7c7eec161be; ct1n0g04 f7c7eec161be; cten0g04 61eddc83f1d5; ctfn0g04 f75220343f83;
    ctgn0g04 6e034b45a18a; cthn0g04 3b676dedba61; ctjn0g04 f035b983d5c7; ctzn0g04 f7c7eec161be;
    f00n0g08 b5af4bfe264a; f00n2c08 30605d40bf6f; f01n0g08 44d9f6d7ae07; f01n2c08 192c03170306;
    f02n0g08 4164059cba85; f02n2c08 d342f1ece75b; f03n0g08 9ec180b54498; f03n2c08 7235c74eb615;
    f04n0g08 5c32e129e0a3; f04n2c08 ba0374a2b3f7; f99n0g04 b6716eca7848; g03n0g16 ecc7816cf36e;
    g03n2c08 f7523e78934e; g03n3p04 4e3abcd910e1; g04n0g16 ecc7816cf36e; g04n2c08 ca1f689280ca;
    g04n3p04 94e405b58009; g05n0g16 ecc7816cf36e; g05n2c08 e9e31ed26913; g05n3p04 19c191d0a970;
    g07n0g16 ecc7816cf36e; g07n2c08 ed73c1e2558c; g07n3p04 7ead1068c561; g10n0g16 ecc7816cf36e;
    g10n2c08 6aef4dcc7242; g10n3p04 e20bf37d44b6; g25n0g16 4542af578060; g25n2c08 6ee411218bf3;
    g25n3p04 72d14a4d84a6; oi1n0g16 ecc7816cf36e; oi1n2c16 6ac40ff50978; oi2n0g16 ecc7816cf36e;
    oi2n2c16 6ac40ff50978; oi4n0g16 ecc7816cf36e; oi4n2c16 6ac40ff50978; oi9n0g16 ecc7816cf36e;
    oi9n2c16 6ac40ff50978; pp0n2c16 6ac40ff50978; pp0n6a08 d925a2f6c5d1; ps1n0g08 6fad0bfe3f57;
    ps1n2c16 6ac40ff50978; ps2n0g08 6fad0bfe3f57; ps2n2c16 6ac40ff50978; s01i3p01 45d0053e0318;
    s01n3p01 45d0053e0318; s02i3p01 3665a587408a; s02n3p01 3665a587408a; s03i3p01 dfdd760cf65f;
    s03n3p01 dfdd760cf65f; s04i3p01 844e17314d40; s04n3p01 844e17314d40; s05i3p02 5590662a9e1a;
    s05n3p02 5590662a9e1a; s06i3p02 3e91edc3eda6; s06n3p02 3e91edc3eda6; s07i3p02 b829bfef1b7f;
    s07n3p02 b829bfef1b7f; s08i3p02 113cc089c54d; s08n3p02 113cc089c54d; s09i3p02 ed2b1f7da5a2;
    s09n3p02 ed2b1f7da5a2; s32i3p04 5e4ae00976b0; s32n3p04 5e4ae00976b0; s33i3p04 99d2bef1e2a4;
    s33n3p04 99d2bef1e2a4; s34i3p04 eac9bbcf1155; s34n3p04 eac9bbcf1155; s35i3p04 27c45ca2cc7d;
    s35n3p04 27c45ca2cc7d; s36i3p04 6843e0d74ef8; s36n3p04 6843e0d74ef8; s37i3p04 5d2690e8994e;
    s37n3p04 5d2690e8994e; s38i3p04 bc7e3b772680; s38n3p04 bc7e3b772680; s39i3p04 e0813cfe675b;
    s39n3p04 e0813cfe675b; s40i3p04 35d73ed9af5b; s40n3p04 35d73ed9af5b; tbbn0g04 79bdb69c2cb2;
    tbbn2c16 de7b5e482e30; tbbn3p08 1cda85df8a01; tbgn2c16 de7b5e482e30; tbgn3p08 1cda85df8a01;
    tbrn2c08 de7b5e482e30; tbwn0g16 ecc7816cf36e; tbwn3p08 1cda85df8a01; tbyn3p08 1cda85df8a01;
    tm3n3p02 45d0053e0318; tp0n0g08 fa98a43a9d68; tp0n2c08 f88c8423b465; tp0n3p08 b15a8df9375e;
    tp1n3p08 1cda85df8a01; z00n2c08 15da63e69623; z03n2c08 15da63e69623; z06n2c08 15da63e69623;
    z09n2c08 15da63e69623;
    """
}
