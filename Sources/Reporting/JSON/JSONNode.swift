/// A JSON value on its way to the page.
///
/// Built by `JSONTreeEncoder` from any `Encodable` value and written by `JSONWriter`. A tree
/// stands between the two because a report has its keys sorted, and `Codable` gives them in the
/// order of the declarations.
package enum JSONNode {
  case null
  case bool(Bool)
  case integer(Int64)
  case number(Double)
  case string(String)
  /// Number lists have cases of their own: histograms make most of a report's values.
  case integers([Int])
  case numbers([Double])
  /// A value that is, or may still be, under construction by a container.
  case composite(Composite)

  /// What one `Encoder` receives: nothing yet, one value, an array or an object. A class,
  /// because `Codable` hands out several containers that write to one value.
  package final class Composite {
    enum Kind { case empty, single, array, object }

    var kind = Kind.empty
    var keys: [String] = []
    var values: [JSONNode] = []

    init() {}

    func set(_ node: JSONNode) {
      kind = .single
      keys = []
      values = [node]
    }

    func set(_ node: JSONNode, forKey key: String) {
      kind = .object
      keys.append(key)
      values.append(node)
    }

    func append(_ node: JSONNode) {
      kind = .array
      values.append(node)
    }
  }
}
