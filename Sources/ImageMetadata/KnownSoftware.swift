/// Programs that are known to write their name into the Software field.
package enum KnownSoftware {
  package enum Kind: String, Hashable, Sendable {
    /// Edits, converts, catalogues or transfers pictures.
    case editor = "editing or management software"
    /// Makes pictures out of text or noise.
    case generator = "picture generator"
  }

  /// What the program named in `text` does; `nil` when it is none of these, as with firmware.
  package static func identify(_ text: String) -> Kind? {
    if GeneratorName.claim(text, in: .tool) != nil { return .generator }
    // Searched as bytes: the string search of the standard library takes longer than reading EXIF.
    let bytes = text.utf8.map { (65...90).contains($0) ? $0 + 32 : $0 }
    return editors.contains { holds(bytes, $0) } ? .editor : nil
  }

  private static func holds(_ bytes: [UInt8], _ word: StaticString) -> Bool {
    word.withUTF8Buffer { word in
      guard let first = word.first, bytes.count >= word.count else { return false }
      for start in 0...(bytes.count - word.count) where bytes[start] == first {
        if word.indices.allSatisfy({ bytes[start + $0] == word[$0] }) { return true }
      }
      return false
    }
  }

  private static let editors: [StaticString] = [
    "photoshop", "lightroom", "adobe", "gimp", "picasa", "paint.net", "painttool", "paint shop",
    "paintshop", "corel", "acdsee", "snapseed", "vsco", "capture one", "affinity", "pixelmator",
    "darktable", "rawtherapee", "imagemagick", "graphicsmagick", "xnview", "irfanview",
    "windows photo", "microsoft", "apple photos", "iphoto", "aperture ", "quicktime", "digikam",
    "shotwell", "f-spot", "gthumb", "nikon transfer", "viewnx", "capture nx", "nx studio",
    "digital photo professional", "zoombrowser", "camedia master", "olympus viewer",
    "olympus workspace", "finepixviewer", "silkypix", "pmb", "playmemories", "imaging edge",
    "dxo", "luminar", "topaz", "photoscape", "photofiltre", "photomechanic",
    "photo mechanic", "exiftool", "fastone", "faststone", "instagram", "meitu", "canva",
    "picsart", "facetune", "remini", "pixlr", "photo editor", "photoroom", "krita", "inkscape",
    "polarr", "acorn", "paint 3d", "kodak easyshare", "nero",
  ]
}
