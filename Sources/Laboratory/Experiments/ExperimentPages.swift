import FoundationEssentials

/// Writes what experiments found: CSV and SVG files, and Markdown that shows them.
public struct ExperimentPages: Sendable {
  /// The folder for everything; a folder below it for each experiment.
  public var output: String

  /// In a page that is written anew, what stands below this line is kept.
  public static let keptBelow = "<!-- What stands below this line is kept. -->"

  public init(output: String) { self.output = output }

  /// Writes an experiment's files into a folder of its own: a CSV a table, an SVG a figure and
  /// `NAME.md`.
  /// - Returns: the paths written, in order.
  @discardableResult
  public func write(
    _ result: ExperimentResult, of experiment: any Experiment
  ) throws(LaboratoryError) -> [String] {
    let folder = "\(output)/\(experiment.name)"
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(folder)
    }
    var files = result.tables.map { ("\(folder)/\($0.name).csv", $0.csv) }
    files += result.figures.map { ("\(folder)/\($0.name).svg", $0.svg) }
    let page = "# \(experiment.heading)\n\n" + Self.markdown(result, figures: "") + "\n"
    files.append(("\(folder)/\(experiment.name).md", page))
    for (path, text) in files { try Self.write(text, to: path) }
    return files.map(\.0)
  }

  /// The body of a page: tables, figures, remarks.
  /// - Parameter figures: what stands before the figures' file names, empty or ending in `/`.
  static func markdown(_ result: ExperimentResult, figures: String) -> String {
    var parts = [String]()
    for table in result.tables where table.isShown { parts += [table.caption, table.markdown] }
    parts += result.figures.map { "![\($0.caption)](\(figures)\($0.name).svg)" }
    parts += result.remarks
    return parts.joined(separator: "\n\n")
  }

  /// One page over all experiments.
  /// - Parameter path: the page; what it holds below `keptBelow` stays.
  /// - Parameter figures: the folder of the results as the page links to it, ending in `/`.
  /// - Parameter introduction: stands below the heading.
  public static func writePage(
    _ results: [(experiment: any Experiment, result: ExperimentResult)], to path: String,
    figures: String, introduction: String
  ) throws(LaboratoryError) {
    var parts = ["# Experiments", introduction]
    for (experiment, result) in results {
      parts.append("## \(experiment.heading)")
      parts.append("`forensicctl experiment \(experiment.name)`")
      parts.append(markdown(result, figures: "\(figures)\(experiment.name)/"))
    }
    var text = parts.joined(separator: "\n\n") + "\n\n\(keptBelow)\n"
    if let old = try? String(contentsOf: URL(filePath: path), encoding: .utf8),
      let line = old.range(of: keptBelow + "\n")
    {
      text += old[line.upperBound...]
    }
    try write(text, to: path)
  }

  private static func write(_ text: String, to path: String) throws(LaboratoryError) {
    do {
      try Data(text.utf8).write(to: URL(filePath: path), options: .atomic)
    } catch {
      throw .unwritable(path)
    }
  }
}
