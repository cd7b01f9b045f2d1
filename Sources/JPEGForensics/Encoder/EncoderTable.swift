// Written by scripts/make-encoder-table; do not edit.

/// Signature → the encoders whose files had it.
enum EncoderTable {
  static let known: [String: [KnownEncoder]] = [:]
}
