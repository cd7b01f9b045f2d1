/// What the records of whoever asked call the case. Given with the exhibit, by the inbox's rule, in
/// a sidecar file or on the command line; nothing of it is measured.
public struct CaseFile: Hashable, Sendable, Codable {
  public var number: String?
  /// The exhibit's own number in the case, not the journal's.
  public var exhibit: String?
  public var examiner: String?
  public var remark: String?

  public init(
    number: String? = nil, exhibit: String? = nil, examiner: String? = nil, remark: String? = nil
  ) {
    self.number = number
    self.exhibit = exhibit
    self.examiner = examiner
    self.remark = remark
  }

  public var isEmpty: Bool {
    number == nil && exhibit == nil && examiner == nil && remark == nil
  }
}
