import Foundation
import ImageCodecs

/// The HTTP interface that Stable Diffusion servers have (AUTOMATIC1111's web UI and its kin):
/// captions and pictures from captions.
public struct StableDiffusionServer: Hashable, Sendable {
  /// Such as `http://127.0.0.1:7860`.
  public var address: String
  public var client: WebClient
  /// Denoising steps.
  public var steps: Int
  /// Sides of what is generated, in pixels.
  public var side: Int
  /// What the server's generator starts from, so that a run can be repeated.
  public var seed: UInt32

  /// Seconds that may be waited for one answer, and spent on twins in one run: a day at most.
  public static let seconds = 0.001...86_400.0

  /// Bytes of an answer: a picture in base64, with room.
  public static let maximumAnswer = 64 << 20

  /// - Parameter timeout: seconds for one answer, brought within `seconds`.
  /// - Parameter seed: what such servers take has 32 bits; of a larger one the lower are taken.
  public init(
    address: String, timeout: Double = 120, steps: Int = 20, side: Int = 512, seed: UInt64 = 1
  ) {
    var address = address
    while address.hasSuffix("/") { address.removeLast() }
    self.address = address
    client = WebClient(
      connectTimeout: 5000, timeout: Int(Self.held(timeout) * 1000),
      maximumSize: Self.maximumAnswer, maximumRedirects: 0)
    self.steps = steps
    self.side = side
    self.seed = UInt32(truncatingIfNeeded: seed)
  }

  /// Within `seconds`; the least of them for what is no number.
  private static func held(_ timeout: Double) -> Double {
    guard timeout > seconds.lowerBound else { return seconds.lowerBound }
    return min(timeout, seconds.upperBound)
  }

  /// Why there is no caption or picture.
  public enum Failure: Error, Hashable, Sendable, CustomStringConvertible {
    case transfer(WebClient.Failure)
    case status(Int, String)
    /// An answer that is not what the interface promises.
    case malformed(String)

    public var description: String {
      switch self {
      case .transfer(.timedOut): "the server did not answer in time"
      case .transfer(.tooLarge): "the server's answer is too large"
      case .transfer(.unreachable(let detail)): "the server cannot be reached: \(detail)"
      case .transfer(let failure): "the transfer failed: \(failure)"
      case .status(let status, let detail): "the server answered \(status) \(detail)"
      case .malformed(let detail): "the server's answer makes no sense: \(detail)"
      }
    }
  }

  /// A caption of a picture (`/sdapi/v1/interrogate`).
  /// - Parameter model: `clip` or `deepdanbooru`, as servers name them.
  public func caption(_ picture: PixelBuffer, model: String = "clip") throws(Failure) -> String {
    let png: [UInt8]
    do {
      png = try ImageEncoder.png(picture, level: 1)
    } catch {
      throw .malformed(error.message)
    }
    let answer: Caption = try ask(
      "interrogate",
      Interrogation(image: Data(png).base64EncodedString(), model: model))
    let caption = answer.caption.trimmingCharacters(in: .whitespacesAndNewlines)
    guard !caption.isEmpty else { throw .malformed("the caption is empty") }
    // A prompt of thousands of words would only be cut by the server.
    return String(caption.prefix(2000))
  }

  /// A picture from a prompt (`/sdapi/v1/txt2img`), RGB.
  public func picture(of prompt: String) throws(Failure) -> PixelBuffer {
    let answer: Pictures = try ask(
      "txt2img",
      Generation(prompt: prompt, steps: steps, width: side, height: side, seed: seed))
    guard var text = answer.images.first else { throw .malformed("it holds no picture") }
    // Some servers send a data address.
    if let comma = text.firstIndex(of: ","), text.hasPrefix("data:") {
      text = String(text[text.index(after: comma)...])
    }
    guard let bytes = Data(base64Encoded: text) else { throw .malformed("no base64") }
    do {
      return try ImageDecoder.decode([UInt8](bytes)).pixels
    } catch {
      throw .malformed("its picture cannot be decoded: \(error.message)")
    }
  }

  private struct Interrogation: Encodable {
    var image: String
    var model: String
  }
  private struct Caption: Decodable { var caption: String }
  private struct Generation: Encodable {
    var prompt: String
    var steps: Int
    var width: Int
    var height: Int
    var seed: UInt32
  }
  private struct Pictures: Decodable { var images: [String] }

  private func ask<Answer: Decodable>(
    _ what: String, _ question: some Encodable
  ) throws(Failure) -> Answer {
    let answer: WebClient.Answer
    do throws(WebClient.Failure) {
      let body = (try? JSONEncoder().encode(question)) ?? Data()
      answer = try client.post("\(address)/sdapi/v1/\(what)", json: [UInt8](body))
    } catch {
      throw .transfer(error)
    }
    guard answer.status == 200 else {
      throw .status(answer.status, String(decoding: answer.bytes.prefix(200), as: UTF8.self))
    }
    do {
      return try JSONDecoder().decode(Answer.self, from: Data(answer.bytes))
    } catch {
      throw .malformed("\(error)")
    }
  }
}
