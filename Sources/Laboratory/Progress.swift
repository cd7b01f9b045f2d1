/// How far a training or an evaluation has come.
public struct Progress: Hashable, Sendable {
  /// What is being done, such as `features, quality 90`.
  public var stage: String
  public var done: Int
  public var total: Int

  public init(stage: String, done: Int, total: Int) {
    self.stage = stage
    self.done = done
    self.total = total
  }
}

/// Told of progress, from any thread.
public typealias ProgressHandler = @Sendable (Progress) -> Void
