import ForensicCore
import JPEGForensics

/// The marker segments and quantisation tables of a JPEG; nothing of any other format.
struct StructureStage {
  private(set) var jpeg: JPEGInfo?
  private(set) var findings: [Finding] = []
  private(set) var figures: [Figure] = []
  private(set) var notExamined: [Examination.Omission] = []

  init(_ bytes: UnsafeRawBufferPointer, format: ImageFormat) {
    guard format == .jpeg else { return }
    do {
      let info = try JPEGStructure.parse(bytes)
      jpeg = info
      findings = JPEGForensics.findings(for: info)
      figures = JPEGForensics.figures(for: info)
    } catch {
      notExamined = [.init(what: "JPEG quality", why: error.message)]
    }
  }
}
