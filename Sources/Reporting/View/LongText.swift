/// A text that a file or a person wrote: its line breaks shown as such, and what would fill the
/// page folded away. `long.mustache` shows it.
enum LongText {
  /// What is shown at once.
  private static let mostLines = 12
  private static let mostScalars = 1_200

  /// Puts the text into the fields that the template reads.
  static func set(_ text: String, in fields: inout Fields) {
    var lines = text.split(omittingEmptySubsequences: false) { $0 == "\n" || $0 == "\r\n" }[...]
    var shown: [Substring] = []
    var room = mostScalars
    while let line = lines.first, shown.count < mostLines, room > 0 {
      let scalars = line.unicodeScalars
      guard scalars.count <= room else {
        // Counted in scalars: one character can be thousands of them.
        let start = Substring(scalars.prefix(room))
        shown.append(start)
        lines[lines.startIndex] = Substring(scalars.dropFirst(room))
        break
      }
      room -= scalars.count
      shown.append(line)
      lines.removeFirst()
    }
    fields["lines"] = self.lines(shown)
    guard !lines.isEmpty else { return }
    let rest = lines.reduce(lines.count - 1) { $0 + $1.unicodeScalars.count }
    fields["hasRest"] = true
    fields["more"] = "The rest: \(Words.count(rest, "more character"))"
    fields["rest"] = self.lines(Array(lines))
  }

  private static func lines(_ texts: [Substring]) -> [Fields] {
    texts.enumerated().map { index, line in
      var fields: Fields = [:]
      fields["text"] = String(line)
      fields["later"] = index == 0 ? nil : true
      return fields
    }
  }
}
