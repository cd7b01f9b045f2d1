import CaseQueue
import ExaminerPool
import ForensicCore

/// The service's numbers in the text format of Prometheus, version 0.0.4
/// (prometheus.io/docs/instrumenting/exposition_formats): names end in their unit, counters in
/// `_total`. No name of a file is among them.
package struct MetricsText {
  package private(set) var text = ""

  package init(_ status: QueueStatus, _ pool: PoolStatistics) {
    add("forensicd_build_info", .gauge, "The version that runs.", 1, ["version": status.version])
    add(
      "forensicd_running", .gauge, "Whether the service takes files.",
      status.state == "running" ? 1 : 0)
    add(
      "forensicd_start_time_seconds", .gauge, "When it started, in seconds since 1970.",
      Double(status.started.milliseconds) / 1000)
    add(
      "forensicd_exhibits", .gauge, "Exhibits by state.",
      [
        ("settling", status.settling), ("queued", status.queued), ("examining", status.examining),
        ("reported", status.reported), ("failed", status.failed),
        ("quarantined", status.quarantined),
      ].map { (["state": $0.0], Double($0.1)) })
    add(
      "forensicd_exhibits_per_second", .gauge, "Exhibits finished a second, over the last minute.",
      status.rate)
    add(
      "forensicd_last_error_time_seconds", .gauge, "When something last went wrong; 0 for never.",
      Double(status.lastError?.time.milliseconds ?? 0) / 1000)
    add(
      "forensicd_inbox_attached", .gauge, "Whether the inbox's folder is there and watched.",
      status.inboxes.map { (["inbox": $0.name], $0.mode == "detached" ? 0 : 1) })
    add(
      "forensicd_inbox_settling", .gauge, "Files seen that are not settled yet.",
      status.inboxes.map { (["inbox": $0.name], Double($0.settling)) })
    add("forensicd_examiners", .gauge, "Examiners that may work at once.", Double(status.workers))
    add(
      "forensicd_examinations_total", .counter, "Attempts at exhibits, by how they ended.",
      [
        (["result": "examined"], Double(pool.examined)),
        (["result": "failed"], Double(pool.failed)),
      ])
    add(
      "forensicd_examiners_started_total", .counter, "Examiner processes started.",
      Double(pool.started))
    add(
      "forensicd_examiners_lost_total", .counter, "Examiners that died or were ended at work.",
      Double(pool.lost))
    add(
      "forensicd_examiners_retired_total", .counter, "Examiners replaced in good order.",
      Double(pool.retired))
    add(
      "forensicd_examiner_cpu_seconds_total", .counter, "Processor time spent on exhibits.",
      Double(pool.processorTime) / 1e9)
    add(
      "forensicd_examiner_peak_resident_bytes", .gauge,
      "The most memory that any examiner had resident.", Double(pool.peakResident))
  }

  private enum Kind: String { case gauge, counter }

  private mutating func add(
    _ name: String, _ kind: Kind, _ help: String, _ value: Double, _ labels: [String: String] = [:]
  ) {
    add(name, kind, help, [(labels, value)])
  }

  private mutating func add(
    _ name: String, _ kind: Kind, _ help: String, _ samples: [([String: String], Double)]
  ) {
    text += "# HELP \(name) \(help)\n# TYPE \(name) \(kind.rawValue)\n"
    for (labels, value) in samples {
      let shown = labels.sorted { $0.key < $1.key }.map {
        "\($0.key)=\"\(Self.escaped($0.value))\""
      }
      text += name + (shown.isEmpty ? "" : "{" + shown.joined(separator: ",") + "}") + " \(value)\n"
    }
  }

  /// Backslashes, quotation marks and line ends, as the format asks.
  private static func escaped(_ text: String) -> String {
    var result = ""
    for character in text.unicodeScalars {
      switch character {
      case "\\": result += "\\\\"
      case "\"": result += "\\\""
      case "\n": result += "\\n"
      default: result.unicodeScalars.append(character)
      }
    }
    return result
  }
}
