import ForensicCore

/// An error rate in sentences: counts, where they were measured, and what they leave open.
struct RateWords {
  /// What the rates were measured on; which pictures exactly, the evidence section says.
  static let data = "held-back pictures of sources known from training"

  let rate: Conclusion.ErrorRate
  /// The file's own JPEG quality.
  let quality: Int?

  /// Camera pictures that were called generated.
  var alarms: Count { Count(rate.falseAlarms, of: rate.realCount) }
  /// Generated pictures that were called camera.
  var misses: Count { Count(rate.misses, of: rate.generatedCount) }

  /// `measured at JPEG quality 40, the measured quality nearest to the file's 30`: a rate belongs
  /// to the quality at which it was measured, not to the file's.
  var place: String {
    guard let measured = rate.quality else { return "measured as they were received" }
    let place = "measured at JPEG quality \(measured)"
    guard let quality else { return place }
    return measured == quality
      ? place + ", the file's own"
      : place + ", the measured quality nearest to the file's \(quality)"
  }

  /// `Of 173 camera pictures measured at …, 2 were wrongly called generated; …`
  func alarmSentence(at place: String?) -> String {
    Self.sentence(alarms, of: "camera pictures", place: place, called: "generated")
  }

  /// `Of 295 generated pictures measured at …, 9 were wrongly called camera; …`
  func missSentence(at place: String?) -> String {
    Self.sentence(misses, of: "generated pictures", place: place, called: "camera")
  }

  /// `Of 100 pictures measured at …, about 22 were left open.`
  func openSentence(at place: String?) -> String {
    let many = Self.share(rate.inconclusive)
    return "Of 100 pictures\(Self.spaced(place)), \(many) \(many == "none" ? "was" : "were") "
      + "left open."
  }

  /// `Of 13 pictures of GPT Image, the family that fits best, 8 were called generated (62%); …`: a
  /// family may be found far less often than generated pictures are on the whole.
  var family: String? {
    rate.family.map { family in
      let found = Count(family.found, of: family.count)
      let (low, high) = (Count.hundredths(found.lowerBound), Count.hundredths(found.upperBound))
      return "Of \(Words.count(found.total, "picture")) of \(Words.family(family.family)), the "
        + "family that fits best, \(place), \(found.number) \(found.were) called generated "
        + "(\(Words.percent(family.found))); between about \(low) and \(high) of 100 are compatible "
        + "with that."
    }
  }

  /// Sources of other makes are what a desk meets: their rates, or that there are none.
  var unseen: String {
    guard let unseen = rate.unseen else {
      return "How often it is wrong on sources that the detectors had never seen was not measured; "
        + "they may fare worse."
    }
    return "On sources that the detectors had never seen, \(Self.words(unseen))"
  }

  /// What a desk is sent was often worked on; the other rates are of pictures that were only scaled and
  /// compressed. `nil` where it was not measured.
  var edited: String? {
    rate.edited.map {
      "Blurred, sharpened, with grain, or of another brightness, contrast or saturation, "
        + Self.words($0)
    }
  }

  /// `5 of 120 camera pictures were called generated and 6 of 60 generated ones camera; …`
  private static func words(_ rates: Conclusion.ErrorRate.Rates) -> String {
    let (alarms, misses) = (rates.wronglyGenerated, rates.wronglyCamera)
    return "\(alarms.words) camera pictures \(alarms.were) called generated and "
      + "\(misses.words) generated ones camera; of 100, \(share(rates.inconclusive)) were left open."
  }

  private static func sentence(
    _ count: Count, of noun: String, place: String?, called: String
  ) -> String {
    "Of \(Digits.grouped(count.total)) \(noun)\(spaced(place)), \(count.number) \(count.were) "
      + "wrongly called \(called); \(count.caution)."
  }

  private static func spaced(_ place: String?) -> String { place.map { " " + $0 } ?? "" }

  /// `about 22`; in words where a digit would mislead.
  private static func share(_ share: Double) -> String {
    guard share.isFinite, share > 0 else { return "none" }
    return share < 0.005 ? "fewer than 1" : "about \(Count.hundredths(share))"
  }
}

extension Conclusion.ErrorRate.Rates {
  /// Camera pictures that were called generated.
  var wronglyGenerated: Count { Count(falseAlarms, of: realCount) }
  /// Generated pictures that were called camera.
  var wronglyCamera: Count { Count(misses, of: generatedCount) }
}
