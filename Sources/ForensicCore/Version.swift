/// The version of this tool, as every report, `--version` and the packages print it.
public enum ForensicVersion {
  public static let current = "0.1.0"
}
