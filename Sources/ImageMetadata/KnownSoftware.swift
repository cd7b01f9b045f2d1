/// Programs that are known to write their name into the Software field.
package enum KnownSoftware {
  package enum Kind: String, Hashable, Sendable {
    /// Edits, converts, catalogues or transfers pictures.
    case editor = "editing or management software"
    /// Makes pictures out of text or noise.
    case generator = "picture generator"
  }

  /// The program named in `text`; `nil` when it is none of these, as with camera firmware.
  package static func identify(_ text: String) -> (name: String, kind: Kind)? {
    let text = text.lowercased()
    if let name = generators.first(where: { text.contains($0) }) { return (name, .generator) }
    if let name = editors.first(where: { text.contains($0) }) { return (name, .editor) }
    return nil
  }

  private static let generators = [
    "stable diffusion", "midjourney", "dall-e", "dall·e", "dalle", "comfyui", "novelai",
    "invokeai", "fooocus", "automatic1111", "adobe firefly", "dreamstudio", "leonardo.ai",
    "ideogram", "gpt-image", "imagen 3", "flux.1",
  ]

  private static let editors = [
    "photoshop", "lightroom", "adobe", "gimp", "picasa", "paint.net", "painttool", "paint shop",
    "paintshop", "corel", "acdsee", "snapseed", "vsco", "capture one", "affinity", "pixelmator",
    "darktable", "rawtherapee", "imagemagick", "graphicsmagick", "xnview", "irfanview",
    "windows photo", "microsoft", "apple photos", "iphoto", "aperture", "quicktime", "digikam",
    "shotwell", "f-spot", "gthumb", "nikon transfer", "viewnx", "capture nx", "nx studio",
    "digital photo professional", "zoombrowser", "camedia master", "olympus viewer",
    "olympus workspace", "finepixviewer", "silkypix", "pmb", "playmemories", "imaging edge",
    "dxo", "luminar", "topaz", "on1", "photoscape", "photofiltre", "photomechanic",
    "photo mechanic", "exiftool", "fastone", "faststone", "bridge", "instagram", "meitu", "canva",
    "picsart", "facetune", "remini", "pixlr", "photo editor", "photoroom", "krita", "inkscape",
    "polarr", "acorn", "preview", "paint 3d", "kodak easyshare", "nero", "google",
  ]
}
