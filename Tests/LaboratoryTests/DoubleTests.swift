import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Laboratory
import Synchronization
import Testing

@Suite("Twins from a Stable Diffusion server on loopback") struct DoubleTests {
  /// What the server was asked, and how it misbehaves.
  enum Trouble: String, CaseIterable, Sendable {
    case none, status, noJSON, noPicture, notBase64, brokenPicture, emptyCaption, slow
  }

  /// A server that captions and generates as `/sdapi/v1/interrogate` and `/sdapi/v1/txt2img` do.
  static func server(_ trouble: Trouble = .none) throws -> LoopbackServer {
    try LoopbackServer { request in
      func answer(_ object: [String: Any]) -> LoopbackServer.Response {
        let data = (try? JSONSerialization.data(withJSONObject: object)) ?? Data()
        return .init(headers: [("Content-Type", "application/json")], body: [UInt8](data))
      }
      let question =
        (try? JSONSerialization.jsonObject(with: Data(request.body))) as? [String: Any] ?? [:]
      switch trouble {
      case .status: return .init(status: 503, body: Array("busy".utf8))
      case .noJSON: return .init(body: Array("hello".utf8))
      case .slow: return .init(delay: 4)
      default: break
      }
      switch request.path {
      case "/sdapi/v1/interrogate":
        guard let text = question["image"] as? String, let bytes = Data(base64Encoded: text),
          (try? ImageDecoder.decode([UInt8](bytes))) != nil
        else { return .init(status: 422) }
        return answer(["caption": trouble == .emptyCaption ? " " : "a picture of \(bytes.count)"])
      case "/sdapi/v1/txt2img":
        guard let prompt = question["prompt"] as? String, let side = question["width"] as? Int,
          question["height"] as? Int == side, question["steps"] != nil
        else { return .init(status: 422) }
        let picture = SyntheticDataSet.picture(
          isGenerated: true, seed: UInt64(prompt.count), side: side)
        let png = (try? ImageEncoder.png(picture, level: 1)) ?? []
        let images: [String] =
          switch trouble {
          case .noPicture: []
          case .notBase64: ["???"]
          case .brokenPicture: [Data([1, 2, 3]).base64EncodedString()]
          default: ["data:image/png;base64," + Data(png).base64EncodedString()]
          }
        return answer(["images": images, "parameters": [:] as [String: String], "info": ""])
      default: return .init(status: 404)
      }
    }
  }

  @Test func captionAndPicture() throws {
    let server = try Self.server()
    defer { server.stop() }
    let client = StableDiffusionServer(address: server.base + "/", timeout: 20, side: 256)
    let picture = SyntheticDataSet.picture(isGenerated: false, seed: 1)
    let caption = try client.caption(picture)
    #expect(caption.hasPrefix("a picture of "))
    let twin = try client.picture(of: caption)
    #expect(twin.width == 256 && twin.height == 256)
    #expect(server.requests == ["/sdapi/v1/interrogate", "/sdapi/v1/txt2img"])
  }

  /// Whatever was asked for becomes what a server takes.
  @Test(
    arguments: [
      (0.5, 500), (1e18, 86_400_000), (.infinity, 86_400_000), (-1, 1), (.nan, 1),
      (86_400, 86_400_000),
    ] as [(Double, Int)])
  func secondsAndSeeds(timeout: Double, milliseconds: Int) throws {
    let client = StableDiffusionServer(address: "http://127.0.0.1:1", timeout: timeout, seed: .max)
    #expect(client.client.timeout == milliseconds)
    #expect(client.seed == .max)
    #expect(StableDiffusionServer(address: "", seed: 7).seed == 7)
    // A budget that is spent is named, whatever it was.
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let twins = try TwinStore(
      server: client, folder: folder, budget: .init(pictures: 0, seconds: timeout))
    let picture = SyntheticDataSet.picture(isGenerated: false, seed: 1, side: 64)
    let error = #expect(throws: LaboratoryError.self) {
      try DoubleFeatures(base: ViewFeatures(), twins: twins).features(
        of: DetectorInput(pixels: picture, jpegQuality: nil), identity: "one")
    }
    #expect(error?.description.contains("budget") == true)
  }

  @Test(arguments: Trouble.allCases.filter { $0 != .none })
  func troubleIsATypedError(trouble: Trouble) throws {
    let server = try Self.server(trouble)
    defer { server.stop() }
    let client = StableDiffusionServer(address: server.base, timeout: 1, side: 64)
    let error = #expect(throws: StableDiffusionServer.Failure.self) {
      _ = try client.caption(SyntheticDataSet.picture(isGenerated: false, seed: 1))
      _ = try client.picture(of: "anything")
    }
    #expect(error?.description.isEmpty == false)
    if trouble == .slow { #expect(error == .transfer(.timedOut)) }
  }

  @Test func pairsAreOrdinaryFeaturesWithinABudget() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let server = try Self.server()
    defer { server.stop() }
    let data = try SyntheticDataSet(folder: folder, pictures: 2)
    let entries = Array(data.manifest.entries.prefix(4))
    let client = StableDiffusionServer(address: server.base, timeout: 20, side: 256)
    func features(_ pictures: Int) throws -> FeatureSet {
      let twins = try TwinStore(
        server: client, folder: folder + "/twins", budget: .init(pictures: pictures))
      return try FeatureStore(images: folder, cache: folder + "/store", threads: 1).features(
        of: entries, chain: DegradationChain(recipe: .asReceived), draws: 1,
        source: DoubleFeatures(base: ViewFeatures(), twins: twins))
    }
    // The budget is spent after three; what was made is kept and not asked for again.
    let error = #expect(throws: LaboratoryError.self) { try features(3) }
    #expect(error?.description.contains("budget") == true)
    #expect(server.requests.count == 6)
    let set = try features(1)
    #expect(server.requests.count == 8)
    let again = try features(1)
    #expect(again == set && server.requests.count == 8)
    let base = ViewFeatures().parts
    #expect(set.samples.count == 4)
    for part in base {
      let matrix = try #require(set.features[DoubleFeatures.prefix + part.name])
      #expect(matrix.rows == 4 && matrix.columns == 3 * part.dimension)
      // Picture, twin, distance.
      for row in 0..<4 {
        let values = Array(matrix.row(row))
        #expect(
          (0..<part.dimension).allSatisfy {
            abs(values[$0] - values[part.dimension + $0]) == values[2 * part.dimension + $0]
          })
      }
    }
  }

  @Test func theExperimentRunsWithAServer() throws {
    var data = try #require(ExperimentTests.bench).data
    let server = try Self.server()
    defer { server.stop() }
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    let client = StableDiffusionServer(address: server.base, timeout: 20, side: 256)
    data.twins = (try TwinStore(server: client, folder: folder, budget: .init(pictures: 24)), 24)
    let result = try #require(Experiments.named("doubleclip")).run(data)
    #expect(result.tables[0].rows.count == 2)
    #expect(result.tables[0].rows.allSatisfy { $0[1] == .count(12) && $0[2] == .count(12) })
  }
}
