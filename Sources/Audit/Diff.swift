import ForensicCore

/// What differs between the results of two audits.
public enum AuditDiff {
  /// One difference.
  public struct Change: Hashable, Sendable, Codable {
    /// In what the two audits differ; the first that holds.
    public enum Kind: String, Hashable, Sendable, Codable, CaseIterable {
      /// Only in the second audit.
      case added
      /// Only in the first.
      case removed
      /// Other bytes.
      case content
      /// The same bytes, another status.
      case status
      /// The same bytes and status, another figure or finding.
      case result
    }

    public var kind: Kind
    public var path: String
    public var member: String?
    /// Status before and after.
    public var before: String?
    public var after: String?
    /// P(generated) before and after.
    public var probabilityBefore: Double?
    public var probabilityAfter: Double?
  }

  /// Goes over both in the order of their places.
  ///
  /// - Parameter tolerance: by how much P(generated) may differ without counting.
  public static func compare(
    _ first: String, _ second: String, tolerance: Double, visit: (Change) throws -> Void
  ) throws {
    let old = try LineSource(folder: first)
    let new = try LineSource(folder: second)
    while true {
      switch (try old.peek(), try new.peek()) {
      case (nil, nil): return
      case (let line?, nil):
        _ = try old.next()
        try visit(change(.removed, line, nil))
      case (nil, let line?):
        _ = try new.next()
        try visit(change(.added, nil, line))
      case (let left?, let right?):
        if left.place < right.place {
          _ = try old.next()
          try visit(change(.removed, left, nil))
        } else if right.place < left.place {
          _ = try new.next()
          try visit(change(.added, nil, right))
        } else {
          _ = try old.next()
          _ = try new.next()
          if let kind = kind(left, right, tolerance) { try visit(change(kind, left, right)) }
        }
      }
    }
  }

  private static func kind(
    _ old: AuditRecord, _ new: AuditRecord, _ tolerance: Double
  ) -> Change.Kind? {
    if old.sha256 != new.sha256 || old.size != new.size { return .content }
    if old.status != new.status || old.errorCode != new.errorCode { return .status }
    let moved = abs((old.probability ?? 0) - (new.probability ?? 0)) > tolerance
    return moved || old.findings != new.findings || old.quality != new.quality ? .result : nil
  }

  private static func change(
    _ kind: Change.Kind, _ old: AuditRecord?, _ new: AuditRecord?
  ) -> Change {
    let place = (old ?? new)?.place ?? .init(path: [])
    func status(_ line: AuditRecord?) -> String? {
      line.map { line in line.status.rawValue + (line.errorCode.map { " (\($0))" } ?? "") }
    }
    return Change(
      kind: kind, path: FileName(bytes: place.path).text,
      member: place.member.map { FileName(bytes: $0).text }, before: status(old),
      after: status(new), probabilityBefore: old?.probability, probabilityAfter: new?.probability)
  }
}
