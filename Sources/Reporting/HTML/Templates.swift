import FoundationEssentials
import Mustache

/// The page's templates and style sheet, read and parsed once.
struct Templates: Sendable {
  private let library: MustacheLibrary
  private let roots: [String: MustacheTemplate]
  /// The text of `style.css`.
  let style: String

  /// Reads every `.mustache` file of a folder, and `style.css`.
  init(directory: String, roots names: [String]) throws(TemplateFailure) {
    MustacheContentTypes.register(HTMLText(), named: HTMLText.name)
    style = try Self.text(of: directory + "/style.css")
    let files: [String]
    do {
      files = try FileManager.default.contentsOfDirectory(atPath: directory).sorted()
    } catch {
      throw TemplateFailure(file: directory, reason: "the folder cannot be read")
    }
    var templates: [String: MustacheTemplate] = [:]
    var sources: [String: String] = [:]
    for file in files where file.hasSuffix(".mustache") {
      let name = String(file.dropLast(".mustache".count))
      let source = try Self.text(of: directory + "/" + file)
      sources[name] = source
      do {
        // The library falls back to its own escaping in every partial; ours is named in each.
        templates[name] = try MustacheTemplate(
          string: "{{% CONTENT_TYPE:\(HTMLText.name)}}\n" + source)
      } catch {
        throw TemplateFailure(file: file, reason: "\(error)")
      }
    }
    // The library renders a missing partial as nothing at all: say so now instead.
    for (name, source) in sources {
      for partial in Self.partials(in: source) where templates[partial] == nil {
        throw TemplateFailure(
          file: name + ".mustache", reason: "names the missing template \(partial)")
      }
    }
    for name in names where templates[name] == nil {
      throw TemplateFailure(file: name + ".mustache", reason: "is missing from \(directory)")
    }
    library = MustacheLibrary(templates: templates)
    roots = templates.filter { names.contains($0.key) }
  }

  /// The page of one root template; empty for a name that was not among the roots.
  func render(_ root: String, _ fields: Fields) -> String {
    roots[root]?.render(fields, library: library) ?? ""
  }

  private static func text(of path: String) throws(TemplateFailure) -> String {
    guard let data = FileManager.default.contents(atPath: path),
      let text = String(validating: data, as: UTF8.self)
    else { throw TemplateFailure(file: path, reason: "cannot be read as UTF-8 text") }
    return text
  }

  private static func partials(in source: String) -> [String] {
    source.split(separator: "{{>").dropFirst().compactMap { part in
      guard part.contains("}}") else { return nil }
      let name = part.prefix { $0 != "}" }
      return name.filter { $0 != " " }
    }
  }
}

/// A template or the style sheet cannot be used.
public struct TemplateFailure: Error, Hashable, Sendable, CustomStringConvertible {
  /// The file's name or path.
  public var file: String
  /// What is wrong with it.
  public var reason: String

  public var description: String { "template \(file): \(reason)" }
}
