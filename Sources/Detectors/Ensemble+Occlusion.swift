import ForensicCore
import JPEGForensics

extension Ensemble {
  /// What the scores of learned detectors rest on.
  struct OcclusionOutcome {
    /// By the detector's place.
    var maps: [Int: CompressionHistory.TraceMap] = [:]
    var omissions: [String] = []
  }

  /// A map for each detector that looks with an encoder or a network and ran. Where the bundle has no
  /// such detector nothing is said.
  /// - Parameters:
  ///   - results: what the detectors said, in the bundle's order.
  ///   - reason: why nothing may be concluded from the picture.
  ///   - seconds: what all maps together may take.
  func occlusionMaps(
    of input: DetectorInput, _ results: [DetectorResult], reason: String?, seconds: Double
  ) -> OcclusionOutcome {
    var pictures = [(place: Int, picture: CoverablePicture, logOdds: Double)]()
    for (place, slot) in slots.enumerated() {
      guard case .ready(let detector as any CoverableDetector) = slot,
        let real = results[place].scores?[GeneratorFamily.real.rawValue],
        let picture = detector.coverable(input)
      else { continue }
      pictures.append((place, picture, Calibrator.logOdds([real])))
    }
    guard !pictures.isEmpty else { return OcclusionOutcome() }
    if let reason { return OcclusionOutcome(omissions: ["Not applicable: \(reason)."]) }
    let start = ContinuousClock.now
    func clock() -> Double { (ContinuousClock.now - start) / .seconds(1) }
    var outcome = OcclusionOutcome()
    for (index, (place, picture, logOdds)) in pictures.enumerated() {
      let name = results[place].name
      do throws(Occlusion.Failure) {
        let share = (seconds - clock()) / Double(pictures.count - index)
        let occlusion = try Occlusion.measure(
          picture, logOdds: logOdds, seconds: share, clock: clock)
        outcome.maps[place] = occlusion.map(
          over: picture.area,
          bounded: PictureSize(width: input.bounded.width, height: input.bounded.height),
          size: PictureSize(width: input.pixels.width, height: input.pixels.height), name: name,
          id: "occlusion-\(place + 1)")
      } catch {
        outcome.omissions.append("\(name): " + Self.words(error, seconds: seconds))
      }
    }
    return outcome
  }

  private static func words(_ failure: Occlusion.Failure, seconds: Double) -> String {
    let mend =
      "occlusion under [examiner.budget] in the configuration, or --budget occlusion=SECONDS of "
      + "forensicctl examine, allows more."
    return switch failure {
    case .tooSlow:
      "\(OcclusionGrid.coarse.squares.count) passes would take longer here than its time budget of "
        + "\(seconds) s; \(mend)"
    case .outOfTime: "its time budget of \(seconds) s is used up; \(mend)"
    case .detector(let error): error.reason
    }
  }
}
