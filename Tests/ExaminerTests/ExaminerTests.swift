import Examiner
import ForensicCore
import ImageCodecs
import Testing

/// The pipeline in this process, without a child.
@Suite("Examiner")
struct ExaminerTests {
  static let examiner = Examiner(bundle: nil)

  private func examine(
    _ bytes: [UInt8], with examiner: Examiner = Self.examiner
  ) -> Result<Examination, ExaminationFailure> {
    bytes.withUnsafeBytes { examiner.examine($0, name: FileName("a")) }
  }

  @Test("a JPEG gets its structure, quality, metadata and preview")
  func jpeg() throws {
    let examination = try examine(TestPicture.jpeg(quality: 85)).get()
    #expect(examination.image.format == .jpeg)
    #expect(examination.image.width == 600 && examination.image.height == 400)
    #expect(examination.jpeg?.quality.estimate == 85)
    #expect(examination.findings.contains { $0.code == "jpeg.quality" })
    #expect(examination.figures.contains { $0.id == "quantisation-0" })
    #expect(examination.figures.first?.id == "preview")
  }

  @Test(
    "a name that announces another format is told of",
    arguments: [
      ("a.jpg", "The name says JPEG, the file is PNG."),
      ("a.b.JPEG", "The name says JPEG, the file is PNG."),
      ("a.HeIc", "The name says HEIF, the file is PNG."), ("a.png", nil), ("a.PNG", nil),
      ("a.apng", nil), ("a", nil), ("a.", nil), (".jpg", nil), ("a.txt", nil), ("a.jpg.part", nil),
      ("a.png.jpg~", nil), ("jpg", nil), ("", nil),
    ])
  func extensions(name: String, words: String?) throws {
    let bytes = try ImageEncoder.png(TestPicture.pixels(width: 64, height: 64), level: 1)
    // The same with a byte before it that is no UTF-8, where a name stands before the ending.
    let names =
      [FileName(name)] + (name.hasPrefix("a") ? [FileName(bytes: [0xE4] + name.utf8)] : [])
    for name in names {
      let findings = try bytes.withUnsafeBytes { Self.examiner.examine($0, name: name) }.get()
        .findings.filter { $0.code == "file.extension" }
      #expect(findings.map(\.summary) == (words.map { [$0] } ?? []))
      #expect(findings.allSatisfy { $0.weight == .information })
    }
  }

  @Test("the preview is small", arguments: [(2000, 1000, 640, 320), (300, 900, 213, 640)])
  func preview(width: Int, height: Int, smallWidth: Int, smallHeight: Int) throws {
    let pixels = TestPicture.pixels(width: width, height: height)
    let examination = try examine(ImageEncoder.png(pixels, level: 1)).get()
    guard
      case .raster(let type, _, let previewWidth, let previewHeight) = examination.figures.first?
        .content
    else {
      Issue.record("no preview")
      return
    }
    #expect(type == "image/jpeg")
    #expect(previewWidth == smallWidth && previewHeight == smallHeight)
  }

  /// A JPEG with an EXIF block that holds a JPEG preview and nothing else.
  private static func previewed(_ picture: [UInt8], _ preview: [UInt8]) -> [UInt8] {
    func little(_ number: Int, _ bytes: Int) -> [UInt8] {
      (0..<bytes).map { UInt8(truncatingIfNeeded: number >> (8 * $0)) }
    }
    let exif =
      Array("Exif\0\0II*\0".utf8) + little(8, 4)
      // IFD0 without an entry, then IFD1: where the preview lies, and how long it is.
      + little(0, 2) + little(14, 4) + little(2, 2)
      + little(0x0201, 2) + little(4, 2) + little(1, 4) + little(44, 4)
      + little(0x0202, 2) + little(4, 2) + little(1, 4) + little(preview.count, 4)
      + little(0, 4) + preview
    let length = exif.count + 2
    return picture[..<2] + [0xFF, 0xE1, UInt8(length >> 8), UInt8(length & 255)] + exif
      + picture[2...]
  }

  @Test("the preview of a picture that is cut off contradicts nothing")
  func cutPreview() throws {
    let preview = try TestPicture.jpeg(width: 120, height: 80)
    let whole = Self.previewed(try TestPicture.jpeg(), preview)
    #expect(try examine(whole).get().findings.contains { $0.code == "exif.thumbnail.match" })
    let cut = try examine(Array(whole.dropLast(whole.count / 2))).get()
    #expect(cut.findings.contains { $0.code == "decode.truncated" })
    #expect(!cut.findings.contains { $0.code.hasPrefix("exif.thumbnail") })
    #expect(cut.notExamined.contains { $0.what == "The embedded preview" })
  }

  @Test("without a bundle nothing is concluded, and every detector says why")
  func noBundle() throws {
    for examiner in [Self.examiner, Examiner(bundle: "/nonexistent")] {
      let examination = try examine(TestPicture.jpeg(), with: examiner).get()
      #expect(examination.conclusion.leaning == .inconclusive)
      #expect(examination.conclusion.reason != nil)
      #expect(examination.conclusion.noRatio == true)
      #expect(!examination.detectors.isEmpty)
      #expect(examination.detectors.allSatisfy { !$0.ran && $0.reason != nil })
      #expect(!examination.notExamined.isEmpty)
      #expect(examiner.bundle.failure != nil)
    }
  }

  @Test("a date that is yet to come is told of")
  func dateToCome() throws {
    // TIFF 6.0: one directory with DateTime alone, its text behind it.
    let tiff: [UInt8] =
      Array("II*\0".utf8) + [8, 0, 0, 0, 1, 0]
      + [0x32, 0x01, 2, 0, 20, 0, 0, 0, 26, 0, 0, 0, 0, 0, 0, 0]
      + Array("2098:01:01 00:00:00\0".utf8)
    let segment = Array("Exif\0\0".utf8) + tiff
    let picture = try TestPicture.jpeg()
    let bytes =
      picture[..<2] + [0xFF, 0xE1, 0, UInt8(segment.count + 2)] + segment + picture[2...]
    let examination = try examine(Array(bytes)).get()
    let finding = examination.findings.first { $0.code == "exif.dates.implausible" }
    #expect(finding?.parameters["latest"]?.hasPrefix("examined 20") == true)
  }

  @Test("the same bytes give the same examination")
  func deterministic() throws {
    let bytes = try TestPicture.jpeg()
    let examiner = Examiner(bundle: Place.bundle)
    #expect(try examine(bytes, with: examiner).get() == examine(bytes, with: examiner).get())
  }

  @Test("figures and findings hold together")
  func references() throws {
    let examination = try examine(TestPicture.jpeg(), with: Examiner(bundle: Place.bundle)).get()
    let figures = Set(examination.figures.map(\.id))
    #expect(figures.count == examination.figures.count)
    for figure in examination.findings.compactMap(\.figure) { #expect(figures.contains(figure)) }
    for figure in examination.detectors.compactMap(\.figure) { #expect(figures.contains(figure)) }
  }

  @Test("scores square by square are a map on a scale that is the same for all, or switched off")
  func tileScores() throws {
    let examiner = Examiner(bundle: Place.bundle)
    let bytes = try TestPicture.jpeg()
    let examination = try examine(bytes, with: examiner).get()
    let figure = try #require(examination.figures.first { $0.id == "map-tile-scores" })
    guard case .map(let columns, let values, let lower, let upper, _) = figure.content else {
      Issue.record("no map")
      return
    }
    #expect(columns == 38 && values.count == 38 * 25)
    #expect(lower == 0 && upper > 2)
    #expect(values.allSatisfy { $0 <= upper })
    let without = try bytes.withUnsafeBytes {
      examiner.examine($0, name: FileName("a"), without: [.tileScores])
    }.get()
    #expect(!without.figures.contains { $0.id == "map-tile-scores" })
    #expect(!without.findings.contains { $0.code == "detectors.tiles" })
    #expect(without.notExamined.contains { $0.what == "Scores square by square" })
    #expect(without.conclusion == examination.conclusion)
  }

  @Test("stability is looked at, or switched off, and its time can be bounded")
  func stability() throws {
    let bytes = try TestPicture.jpeg()
    let examination = try examine(bytes, with: Examiner(bundle: Place.bundle)).get()
    let stability = try #require(examination.conclusion.stability)
    #expect(stability.variants.map(\.change) == Stability.Change.allCases)
    // 600 × 400 pixels: at half its size it is too small.
    #expect(stability.variants.filter { $0.leaning == nil }.map(\.change) == [.halfSize])
    #expect(stability.detectors.contains("joined"))
    let without = try bytes.withUnsafeBytes {
      Examiner(bundle: Place.bundle).examine($0, name: FileName("a"), without: [.stability])
    }.get()
    #expect(without.conclusion.stability == nil)
    #expect(without.conclusion.logLikelihoodRatio == examination.conclusion.logLikelihoodRatio)
    #expect(
      without.notExamined.contains {
        $0.what == "Stability under small changes" && $0.why == "Switched off."
      })
    let hasty = Examiner(bundle: Place.bundle, budgets: [.stability: 1e-9])
    let tried = try #require(examine(bytes, with: hasty).get().conclusion.stability)
    #expect(tried.base == stability.base && !tried.flips)
    #expect(tried.variants.allSatisfy { $0.leaning == nil && $0.reason == "the time ran out" })
  }

  @Test(
    "what is no picture is a failure that does not pass by itself",
    arguments: [[], Array("hello, world".utf8), [0xFF, 0xD8, 0xFF, 0xD9]] as [[UInt8]])
  func notAPicture(bytes: [UInt8]) {
    guard case .failure(let failure) = examine(bytes) else {
      Issue.record("examined")
      return
    }
    #expect(failure.code.hasPrefix("format."))
    #expect(!failure.transient)
  }

  @Test("a picture that needs more memory than there is is refused from its header")
  func memory() throws {
    var limits = Examiner.Limits()
    limits.memory = 40 << 20
    let result = examine(
      try TestPicture.flatPNG(side: 3000), with: Examiner(bundle: nil, limits: limits))
    guard case .failure(let failure) = result else {
      Issue.record("examined")
      return
    }
    #expect(failure.code == "limit.memory")
  }

  @Test("the command line is read as the pool writes it, and nothing else")
  func options() throws {
    let options = try #require(
      ExaminerOptions([
        "--parent", "7", "--bundle", "-b", "--memory", "5", "--file-size", "6", "--unconfined",
      ]))
    #expect(options.parent == 7 && options.bundle == "-b" && options.memory == 5)
    #expect(options.fileSize == 6 && !options.confined)
    for wrong in [[], ["--parent"], ["--parent", "x"], ["--parent", "1", "FILE"]] {
      #expect(ExaminerOptions(wrong) == nil)
    }
  }
}
