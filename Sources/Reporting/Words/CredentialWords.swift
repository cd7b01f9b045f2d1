/// The words of the C2PA standard's own vocabulary, for those who do not know it. What is not
/// listed stays as the claim has it.
enum CredentialWords {
  /// C2PA 2.2, table of actions.
  private static let actions = [
    "c2pa.created": "made", "c2pa.opened": "opened from an earlier picture",
    "c2pa.placed": "another picture placed in it", "c2pa.removed": "a part taken out",
    "c2pa.edited": "edited", "c2pa.edited.metadata": "metadata edited",
    "c2pa.cropped": "cropped", "c2pa.resized": "size changed", "c2pa.orientation": "turned",
    "c2pa.color_adjustments": "colours or light changed", "c2pa.filtered": "filtered",
    "c2pa.drawing": "drawn on", "c2pa.converted": "format changed",
    "c2pa.transcoded": "saved again in another way", "c2pa.repackaged": "repackaged",
    "c2pa.published": "published", "c2pa.redacted": "a statement taken out",
    "c2pa.translated": "translated", "c2pa.watermarked": "marked invisibly",
  ]

  private static let relationships = [
    "parentOf": "what this picture was made of", "componentOf": "a part of it",
    "inputTo": "given to a program that made something of it",
  ]

  static func action(_ name: String) -> String? { actions[name] }

  static func relationship(_ name: String) -> String? { relationships[name] }
}
