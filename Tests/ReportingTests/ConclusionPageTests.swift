import ForensicCore
import Reporting
import Testing

/// What the page says of the conclusion, and what it keeps to itself.
@Suite struct ConclusionPageTests {
  /// A page made from a sample whose examination was changed.
  private func page(
    _ report: Report, _ change: (inout Examination) -> Void
  ) throws -> String {
    var report = report
    var examination = try report.outcome.get()
    change(&examination)
    report.outcome = .success(examination)
    return try PageTests.page(report)
  }

  private func firstScreen(_ page: String) throws -> Substring {
    try #require(page.split(separator: "id=\"evidence\"").first)
  }

  @Test func `where no ratio was formed none is shown`() throws {
    let page = try PageTests.page("outside")
    #expect(page.contains("No likelihood ratio is given"))
    #expect(page.contains("shorter side has 200 pixels"))
    // Why, the first screen says, and both quotes; the section below it does not say it again.
    #expect(page.contains("the first screen says why.</p>\n<h3>What would change it"))
    for word in [
      "class=\"scale\"", "as probable", "Together, calibrated", "How often is this wrong",
      "Which family fits", "wrongly called", "log<sub>", "verbal scale:",
    ] {
      #expect(!page.contains(word), "\(word)")
    }
  }

  @Test func `a detector that abstains says nothing`() throws {
    let page = try PageTests.page("outside")
    #expect(page.contains("did not recognise the picture’s source"))
    #expect(!page.contains("Scores of the detector Colour"))
    #expect(page.contains("Scores of the detector Residual"))
  }

  /// A rate is of the quality at which it was measured, in the quotes too.
  @Test func `rates name their quality`() throws {
    let page = try page(SampleReports.camera) {
      $0.jpeg?.quality.estimate = 30
      $0.conclusion.errorRate = SampleReports.errorRate(quality: 40)
    }
    let place = "quality 40, the measured quality nearest to the file&#39;s 30, 25 were wrongly"
    // The first screen and both quotes.
    #expect(page.split(separator: place).count == 4)
    #expect(!page.contains("measured at JPEG quality 30"))
    let received = try self.page(SampleReports.camera) {
      $0.jpeg = nil
      $0.conclusion.errorRate = SampleReports.errorRate(quality: nil)
    }
    #expect(received.contains("Of 287 generated pictures measured as they were received, 25 were"))
  }

  @Test func `rates are counts with what they leave open`() throws {
    let page = try page(SampleReports.generated) {
      $0.conclusion.errorRate?.falseAlarms = 0
      $0.conclusion.errorRate?.realCount = 173
    }
    #expect(page.contains("none was wrongly called generated; up to about 2 of 100 cannot be"))
    #expect(page.contains("<td>none of 173; up to about 2 of 100</td>"))
    let two = try self.page(SampleReports.generated) {
      $0.conclusion.errorRate?.falseAlarms = 2.0 / 173
      $0.conclusion.errorRate?.realCount = 173
    }
    #expect(two.contains("<td>2 of 173; up to about 4 of 100</td>"))
    #expect(!two.contains("1.2%"))
  }

  @Test func `strange sources have rates of their own`() throws {
    let sentence =
      "On sources that the detectors had never seen, 6 of 120 camera pictures were "
      + "called generated and 6 of 60 generated ones camera; of 100, about 35 were left open."
    // The first screen, the table's note and the long quote.
    #expect(try PageTests.page("generated").split(separator: sentence).count == 4)
    #expect(
      try PageTests.page("camera").split(
        separator: "on sources that the detectors had never seen was not measured; they may fare"
      ).count == 4)
  }

  @Test func `the family that fits best has a rate of its own`() throws {
    let sentence =
      "Of 13 pictures of Stable Diffusion 1, the family that fits best, measured at JPEG quality 65, "
      + "the file&#39;s own, 11 were called generated (85%); between about 58 and 96 of 100 are "
      + "compatible with that."
    #expect(try PageTests.page("generated").split(separator: sentence).count == 2)
    // Nothing is said of a family where no generator is said to be at work.
    let camera = try page(SampleReports.camera) {
      $0.conclusion.errorRate?.family = .init(family: "flux", found: 0.5, count: 4)
    }
    #expect(!camera.contains("the family that fits best"))
  }

  /// The likeliest family is no answer where no generator is said to be at work.
  @Test(arguments: ["camera", "inconclusive", "outside"])
  func `families are ranked below`(_ name: String) throws {
    #expect(try !firstScreen(PageTests.page(name)).contains("Which family fits"))
  }

  @Test func `families are ranked under a prior`() throws {
    #expect(
      try firstScreen(PageTests.page("generated")).contains(
        "Which family fits, if both were equally probable beforehand"))
    #expect(try PageTests.page("camera").contains("Which family fits, if both were"))
  }

  @Test func `small families are other families only beside one that is shown`() throws {
    let page = try page(SampleReports.camera) {
      $0.conclusion.families = ["real": 0.992, "flux": 0.004, "glide": 0.004]
    }
    let evidence = try #require(page.split(separator: "id=\"detectors\"").first)
    #expect(evidence.contains("<th scope=\"row\">2 generator families</th>"))
    #expect(!evidence.contains("other families"))
  }

  @Test func `below the threshold no error of a statement comes first`() throws {
    let page = try firstScreen(
      page(SampleReports.inconclusive) { $0.conclusion.logLikelihoodRatio = 0.47 })
    #expect(page.contains("below the threshold for a statement"))
    #expect(page.contains("only about 3 times as probable if a machine generated"))
    #expect(!page.contains("On the verbal scale"))
    #expect(page.contains("<p class=\"frequency\">Of 100 pictures measured at JPEG quality 65"))
    #expect(!page.contains("class=\"arrays\""))
    let whole = try self.page(SampleReports.inconclusive) { $0.conclusion.words = "weak support" }
    #expect(whole.contains("<dd>weak support; too little for a statement "))
  }

  /// Shares of known and of strange sources: which is which has to be clear.
  @Test func `what was left open of known sources comes before strange ones`() throws {
    let page = try firstScreen(PageTests.page("generated"))
    let known = try #require(page.firstRange(of: "Of 100 pictures, about"))
    let strange = try #require(page.firstRange(of: "On sources that the detectors had never seen"))
    #expect(known.lowerBound < strange.lowerBound)
  }

  @Test(arguments: ["camera", "generated"])
  func `the propositions are named`(_ name: String) throws {
    let page = try PageTests.page(name)
    #expect(!page.contains("a camera took"))
    #expect(!page.contains("for a camera<"))
    // The first screen and both quotes.
    #expect(page.split(separator: "a photograph, scan, screenshot or drawing").count >= 4)
  }

  @Test func `the first screen points at what lies below`() throws {
    let page = try firstScreen(PageTests.page("generated"))
    #expect(page.contains("<a href=\"#findings\">1 contradiction</a>"))
    #expect(page.contains("Content Credentials: valid, the signer is not on a trust list</a>"))
    #expect(page.contains("ComfyUI; Digital source type: made by a trained model"))
    let changed = try firstScreen(
      self.page(SampleReports.generated) {
        $0.findings += [
          Finding(code: "c2pa.changed", method: "", summary: "", weight: .contradiction),
          Finding(code: "jpeg.truncated", method: "", summary: "", weight: .damage),
        ]
      })
    #expect(changed.contains(">2 contradictions</a>"))
    #expect(changed.contains(">damaged</a>"))
    #expect(changed.contains("Content Credentials: changed since signing</a>"))
    #expect(try !firstScreen(PageTests.page("camera")).contains("class=\"alerts\""))
    let opposed = try self.page(SampleReports.generated) { $0.declaration?.pixels = .disagree }
    #expect(try firstScreen(opposed).contains("<a href=\"#declared\">the file declares the opp"))
    // Both quotes.
    #expect(opposed.split(separator: "the pixels speak for the opposite.").count == 3)
    #expect(opposed.contains("id=\"declared\""))
  }
}
