import Mustache

/// What a template sees of one thing: names and what stands behind them.
///
/// Closed: a name that is not set is empty and false here, and is not looked for in what encloses
/// it, so a missing member can never be filled by a like-named one from elsewhere. Values are
/// `String` (escaped when written), `Int`, `Bool`, `Fields`, lists of these, and `Markup`.
struct Fields: MustacheParent, Sendable, ExpressibleByDictionaryLiteral {
  private var values: [String: any Sendable] = [:]

  init(dictionaryLiteral elements: (String, any Sendable)...) {
    values.reserveCapacity(elements.count)
    for (name, value) in elements { values[name] = value }
  }

  /// Setting `nil`, an empty text or an empty list leaves the name unset.
  subscript(name: String) -> (any Sendable)? {
    get { values[name] }
    set {
      switch newValue {
      case let text as String where text.isEmpty: values[name] = nil
      case let list as [Fields] where list.isEmpty: values[name] = nil
      default: values[name] = newValue
      }
    }
  }

  func child(named name: String) -> Any? { values[name] ?? Absent() }

  private struct Absent: MustacheCustomRenderable {
    var renderText: String { "" }
    var isNull: Bool { true }
  }
}

/// A piece of HTML or SVG that this target wrote itself, with everything foreign in it escaped
/// already. A template writes it with three braces.
struct Markup: MustacheCustomRenderable, Sendable, ExpressibleByStringInterpolation {
  var text: String

  init(_ text: String) { self.text = text }
  init(stringLiteral value: String) { text = value }

  var renderText: String { text }
  var isNull: Bool { text.isEmpty }
}
