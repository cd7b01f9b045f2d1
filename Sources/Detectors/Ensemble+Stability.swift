import ForensicCore
import SignalAnalysis

extension Ensemble {
  /// What came of looking whether a conclusion holds.
  struct StabilityOutcome {
    var stability: Stability?
    /// Why it was not looked at.
    var omission: String?
  }

  /// Why a variant was not examined.
  private struct Unread: Error { var reason: String }

  /// What the detectors with hand-made features say of the picture's middle, as it is and after each
  /// change: one view, and the picture at half and at a quarter of its size, fused and calibrated as a
  /// picture of one view is. Encoders and networks would take too long five times over.
  ///
  /// - Parameters:
  ///   - ran: for each detector whether it gave scores of the picture as it is.
  ///   - conclusion: of the picture as it is, from all detectors and views.
  ///   - allowance: how long it may take; what is not begun by then is left out.
  func stability(
    of input: DetectorInput, ran: [Bool], conclusion: Conclusion, allowance: TimeAllowance
  ) -> StabilityOutcome {
    guard conclusion.hasRatio else {
      return .init(omission: "Not applicable: \(conclusion.reason ?? "no ratio was formed").")
    }
    let detectors = zip(handMadeDetectors, ran).map { $1 ? $0 : nil }
    guard detectors.contains(where: { $0 != nil }) else {
      return .init(omission: "Not applicable: no detector with hand-made features ran.")
    }
    let end = allowance.end()
    var readings = ViewReadings(detectors)
    // What the main pass has seen of the picture already is not worked out again.
    readings.add(
      DetectorInput(input, rectangles: ViewSampler.views(of: input.bounded, maximum: 1)))
    var variants = Stability.Change.allCases.map { change in
      do throws(Unread) {
        if let end, ContinuousClock.now >= end { throw Unread(reason: "the time ran out") }
        readings.add(try changed(input, change))
        return Stability.Variant(change)
      } catch { return Stability.Variant(change, reason: error.reason) }
    }
    var ratios = readings.logRatios(by: self)[...]
    let base = ratios.removeFirst()
    guard base.isFinite else { return .init(omission: Examination.Omission.notFinite) }
    for index in variants.indices where variants[index].reason == nil {
      let ratio = ratios.removeFirst()
      if ratio.isFinite {
        variants[index].logLikelihoodRatio = ratio
        variants[index].leaning = description.decision.leaning(ratio)
      } else {
        variants[index].reason = "weighing the scores gave a number that is not finite"
      }
    }
    var stability = Stability(
      base: .init(logLikelihoodRatio: base, leaning: description.decision.leaning(base)),
      detectors: detectors.compactMap { $0?.name }, variants: variants)
    stability.flips = !stability.turned(from: conclusion.leaning).isEmpty
    return .init(stability: stability)
  }

  /// The changed picture in its one view.
  private func changed(
    _ input: DetectorInput, _ change: Stability.Change
  ) throws(Unread) -> DetectorInput {
    let picture =
      switch change {
      case .resaved95, .resaved80, .resaved60: try saved(input, quality: change.quality ?? 100)
      // What is not saved again is told from the tables of the last saving.
      case .halfSize:
        DetectorInput(
          pixels: PictureChange.halved(input.bounded), jpegQuality: input.jpegQuality, views: 1)
      case .cropped10: try cropped(input)
      }
    if let obstacle = description.limits.unmeasured(PictureFacts(of: picture, damage: nil)) {
      throw Unread(reason: obstacle.reason)
    }
    return picture
  }

  private func saved(
    _ input: DetectorInput, quality: Int
  ) throws(Unread) -> DetectorInput {
    do throws(ExaminationFailure) {
      return DetectorInput(
        pixels: try PictureChange.saved(input.bounded, quality: quality), jpegQuality: quality,
        views: 1)
    } catch { throw Unread(reason: "the changed picture could not be made: \(error.message)") }
  }

  /// A view off the block grid. At half and at a quarter of its size the middle of what is left lies a
  /// few pixels beside that of the whole, which stands for it.
  private func cropped(_ input: DetectorInput) throws(Unread) -> DetectorInput {
    let (width, height) = (input.bounded.width, input.bounded.height)
    guard let view = PictureChange.viewWhenCropped(width: width, height: height) else {
      throw Unread(
        reason: "less than the \(ViewSampler.side) × \(ViewSampler.side) pixels of a view are left")
    }
    return DetectorInput(input, rectangles: [view])
  }
}

extension Conclusion {
  /// The conclusion with what was found of its stability: left open where a change turns it round.
  /// The ratio stays what was measured.
  package func tried(_ stability: Stability) -> Conclusion {
    var tried = self
    tried.stability = stability
    guard stability.flips else { return tried }
    func called(_ leaning: Leaning?) -> String {
      leaning == .generated ? "a generated picture" : "one that no generator made"
    }
    let changes = stability.turned(from: leaning).map(\.title)
      .map { $0.prefix(1).lowercased() + $0.dropFirst() }
    tried.leaning = .inconclusive
    tried.reason = """
      the picture is called \(called(leaning)) as received, and \(called(leaning.opposite)) when \
      \(changes.joined(separator: ", and when ")); an answer that so little turns round is none
      """
    return tried
  }
}
