import ForensicCore
import Glibc

/// The read-only files the programs need: templates, model bundles, the map of families.
///
/// One layout everywhere, in the repository and under `/usr/share/forensicd`: `templates/`,
/// `models/NAME/`, `etc/families.toml`.
public struct Resources: Hashable, Sendable {
  /// The folder that holds them.
  public let root: String

  /// Finds the folder: `explicit`, then `$FORENSICD_DATA`, then upwards from the running
  /// program, then the two installation prefixes.
  public init(explicit: String? = nil) throws(ConfigurationError) {
    if let given = explicit ?? Self.environment("FORENSICD_DATA") {
      guard Self.isRoot(given) else {
        throw ConfigurationError(
          file: given, problem: "holds no templates/report.mustache",
          mend: "Point data = \"…\" or FORENSICD_DATA at the folder with templates/ and models/.")
      }
      root = given
      return
    }
    var candidates = [String]()
    var folder = FileSystem.folder(of: Self.program)
    for _ in 0..<6 {
      candidates.append(folder)
      folder = FileSystem.folder(of: folder)
    }
    candidates += ["/usr/local/share/forensicd", "/usr/share/forensicd"]
    guard let found = candidates.first(where: Self.isRoot) else {
      throw ConfigurationError(
        file: Self.program, problem: "cannot find templates/ and models/",
        mend: "Set FORENSICD_DATA to the folder that holds them.")
    }
    root = found
  }

  public var templates: String { root + "/templates" }
  public var families: String { root + "/etc/families.toml" }

  /// The folder of a bundle, by its name below `models/` or by a path.
  public func bundle(_ name: String) -> String {
    name.contains("/") ? name : root + "/models/" + name
  }

  public var catalogue: String { root + "/etc/models.toml" }

  /// The folder of installed encoders: `explicit`, then `$FORENSICD_MODELS`, then what the
  /// standard configuration says, where there is one.
  public static func models(explicit: String? = nil) throws(ConfigurationError) -> String {
    if let given = explicit ?? environment("FORENSICD_MODELS") { return given }
    guard FileSystem.exists(Configuration.standardPath) else { return Configuration.standardModels }
    return try Configuration.load(path: Configuration.standardPath).models
  }

  /// The running program's own path.
  public static let program: String = FileSystem.absolute("/proc/self/exe")

  /// A program installed beside the running one, or under `libexec`.
  public static func sibling(_ name: String) -> String {
    let beside = FileSystem.folder(of: program) + "/" + name
    let candidates = [
      beside, "/usr/libexec/forensicd/" + name, "/usr/local/libexec/forensicd/" + name,
    ]
    return candidates.first { access($0, X_OK) == 0 } ?? beside
  }

  private static func isRoot(_ folder: String) -> Bool {
    FileSystem.exists(folder + "/templates/report.mustache")
  }

  private static func environment(_ name: String) -> String? {
    getenv(name).map { String(cString: $0) }.flatMap { $0.isEmpty ? nil : $0 }
  }
}
