import Detectors
import Foundation
import Testing

@Suite struct FamiliarityTests {
  @Test func knownSourcesKeepTheirEvidence() {
    let softmax = [0.7, 0.2, 0.1]
    for (found, expected) in zip(Familiarity.softened(softmax, share: 1), softmax) {
      #expect(abs(found - expected) < 1e-12)
    }
  }

  @Test func ofStrangeOnesNothingIsSaid() {
    #expect(Familiarity.softened([0.98, 0.01, 0.01], share: 0) == [0.5, 0.25, 0.25])
  }

  /// The logarithm of the ratio against the prior shrinks with the sixteenth power of the share.
  @Test(arguments: [0.25, 0.5, 0.8, 0.97])
  func evidenceShrinks(share: Double) {
    let odds = { (p: [Double]) in p[0] / p[1] }
    let found = odds(Familiarity.softened([0.9, 0.1], share: share))
    #expect(abs(found - pow(9, pow(share, 16))) < 1e-9)
  }

  /// The sixteenth root of a hundredth is 0.7499: with less of a share nothing is left to say.
  @Test func strangeSourcesAreLeftToOthers() {
    #expect(Familiarity.abstains(share: 0))
    #expect(Familiarity.abstains(share: 0.749))
    #expect(!Familiarity.abstains(share: 0.751))
    #expect(!Familiarity.abstains(share: 1))
    for (found, expected) in zip(
      Familiarity.softened([0.999_998, 0.000_001, 0.000_001], share: 0.749), [0.5, 0.25, 0.25])
    {
      #expect(abs(found - expected) < 0.05)
    }
  }
}
