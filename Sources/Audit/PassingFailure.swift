/// Failures that may end when the file is tried again: permission was lacking, time or memory ran out,
/// a process was lost. An audit that goes on tries them again.
enum PassingFailure {
  /// A condition on the columns of `files`.
  static let condition = """
    (status = 'failed' AND (coalesce(error_code, '') IN ('file.unreadable', 'file.changed', 'limit.time',
      'limit.memory', 'container.crashed') OR coalesce(error_code, '') GLOB 'examiner.*'))
    """
}
