import Detectors
import Foundation
import ImageCodecs
import Synchronization

/// For every picture its twin: what a server generates from the caption that it gives the
/// picture. Each is made once and kept, within a budget.
public final class TwinStore: Sendable {
  /// What may be spent in one run.
  public struct Budget: Hashable, Sendable {
    /// Twins to make at most.
    public var pictures: Int
    /// Seconds of making them, at most.
    public var seconds: Double

    public init(pictures: Int = 400, seconds: Double = 3600) {
      self.pictures = pictures
      self.seconds = seconds
    }
  }

  private struct State {
    var made = 0
    var spent = 0.0
  }

  private let server: StableDiffusionServer
  private let folder: String
  private let budget: Budget
  private let state = Mutex(State())

  /// - Parameter folder: where twins are kept: `KEY.png`, and `KEY.txt` with the caption.
  public init(
    server: StableDiffusionServer, folder: String, budget: Budget = Budget()
  ) throws(LaboratoryError) {
    self.server = server
    self.folder = folder
    self.budget = budget
    do {
      try FileManager.default.createDirectory(atPath: folder, withIntermediateDirectories: true)
    } catch {
      throw .unwritable(folder)
    }
  }

  /// Everything that twins depend on beside the picture and the server's own model.
  var key: String { "side \(server.side) steps \(server.steps) seed \(server.seed)" }

  /// How many were made in this run.
  public var made: Int { state.withLock { $0.made } }

  /// The twin of a picture, kept from before or made now.
  /// - Throws: `unusablePicture` where the server failed, `training` where the budget is spent.
  func twin(of picture: PixelBuffer, identity: String) throws(LaboratoryError) -> PixelBuffer {
    let name = BundleDigest.of(Array("\(key) \(identity)".utf8)).hex
    let path = "\(folder)/\(name).png"
    if let data = try? Data(contentsOf: URL(fileURLWithPath: path)),
      let kept = try? ImageDecoder.decode([UInt8](data))
    {
      return kept.pixels
    }
    try spend()
    let start = ContinuousClock.now
    defer {
      let seconds = (ContinuousClock.now - start) / .seconds(1)
      state.withLock { $0.spent += seconds }
    }
    do throws(StableDiffusionServer.Failure) {
      let caption = try server.caption(picture)
      let twin = try server.picture(of: caption)
      guard let png = try? ImageEncoder.png(twin, level: 4) else {
        throw .malformed("its picture cannot be kept")
      }
      // The picture last: with it, the twin is whole.
      for (suffix, bytes) in [("txt", Array(caption.utf8)), ("png", png)] {
        let target = URL(fileURLWithPath: "\(folder)/\(name).\(suffix)")
        guard (try? Data(bytes).write(to: target, options: .atomic)) != nil else {
          throw .malformed("cannot write \(target.path)")
        }
      }
      return twin
    } catch {
      throw .unusablePicture(file: identity, detail: error.description)
    }
  }

  private func spend() throws(LaboratoryError) {
    let isLeft = state.withLock { state in
      guard state.made < budget.pictures, state.spent < budget.seconds else { return false }
      state.made += 1
      return true
    }
    guard isLeft else {
      throw .training(
        "the budget for generated twins is spent (\(budget.pictures) pictures, "
          + "\(ExperimentTable.format(budget.seconds, 0)) s); those made are kept, and the next run "
          + "goes on from them")
    }
  }
}
