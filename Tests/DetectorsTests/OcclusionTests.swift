import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Safetensors
import Testing

@Suite("Occlusion") struct OcclusionTests {
  private static let area = CoverablePicture.Area(x: 0, y: 0, width: 640, height: 480)

  /// Squares that were covered, and a clock that runs by them.
  private final class Record {
    var asked: [[OcclusionGrid.Square]] = []
    var now = 100.0
  }

  /// A detector whose log-odds are 2, and −1 where the one square is covered that it looks at.
  private static func coverable(
    column: Int = 3, row: Int = 2, batch: Int = 1, each: Double = 0, record: Record = Record(),
    value: Double = 2
  ) -> CoverablePicture {
    CoverablePicture(area: area, batch: batch) { _, squares throws(DetectorError) in
      record.asked.append(Array(squares))
      record.now += each * Double(squares.count)
      return squares.map { $0.column == column && $0.row == row ? -1 : value }
    }
  }

  @Test("the map peaks where the score comes from", arguments: [1, 4, 49, 100])
  func peak(batch: Int) throws {
    let record = Record()
    let occlusion = try Occlusion.measure(
      Self.coverable(batch: batch, record: record), logOdds: 2, seconds: 5, clock: { 0 })
    #expect(occlusion.grid == .fine)
    for (index, drop) in occlusion.drops.enumerated() {
      #expect(abs(drop - (index == 2 * 7 + 3 ? 3 / log(10.0) : 0)) < 1e-12)
    }
    // Each square once, as many together as the detector takes.
    #expect(record.asked.flatMap { $0 } == OcclusionGrid.fine.squares)
    #expect(record.asked.allSatisfy { (1...batch).contains($0.count) })

    let size = PictureSize(width: 1280, height: 960)
    let map = occlusion.map(
      over: Self.area, bounded: PictureSize(width: 640, height: 480), size: size, name: "x",
      id: "occlusion-1")
    #expect(map.id == "occlusion-1" && map.method == .occlusion)
    #expect(map.map.columns == 160 && map.map.rows == 120)
    let peak = Float(3 / log(10.0))
    #expect(map.scale == -peak...peak)
    for row in 0..<120 {
      for column in 0..<160 {
        let (x, y) = (Double(column * 8) + 4.5, Double(row * 8) + 4.5)
        let isInside = Int(x * 7 / 1280) == 3 && Int(y * 7 / 960) == 2
        #expect(map.map.values[row * 160 + column] == (isInside ? peak : 0))
      }
    }
  }

  @Test(
    "what the detector does not see has nothing, and a part of it that is padded is passed over")
  func part() throws {
    let occlusion = try Occlusion.measure(
      Self.coverable(value: 1), logOdds: 2, seconds: 5, clock: { 0 })
    let map = occlusion.map(
      over: .init(x: 64, y: -48, width: 512, height: 512),
      bounded: PictureSize(width: 640, height: 416), size: PictureSize(width: 640, height: 416),
      name: "x", id: "i"
    ).map
    for column in [0, 7, 72, 79] { #expect(map.values[column] == 0) }
    for column in [8, 40, 71] { #expect(map.values[column] != 0) }
    // What speaks for nothing does not fill the scale.
    let nothing = try Occlusion.measure(
      Self.coverable(column: 9), logOdds: 2, seconds: 5, clock: { 0 }
    ).map(
      over: Self.area, bounded: PictureSize(width: 640, height: 480),
      size: PictureSize(width: 640, height: 480), name: "x", id: "i")
    #expect(nothing.scale == -0.1...0.1)
  }

  @Test(
    "where time is short squares are larger, or there is no map",
    arguments: [(0.05, 7), (0.2, 4), (0.3, nil), (9, nil)] as [(Double, Int?)])
  func budget(each: Double, side: Int?) throws {
    let record = Record()
    let picture = Self.coverable(column: 1, row: 1, each: each, record: record)
    func measure() throws -> Occlusion {
      try Occlusion.measure(picture, logOdds: 2, seconds: 5, clock: { record.now })
    }
    guard let side else {
      #expect(throws: Occlusion.Failure.tooSlow) { try measure() }
      #expect(record.asked.count == 1)
      return
    }
    let occlusion = try measure()
    #expect(occlusion.grid.side == side && occlusion.drops.count == side * side)
    #expect(occlusion.drops[side + 1] > 1)
    #expect(record.now - 100 <= 5)
  }

  @Test("a machine that becomes slow meanwhile ends it")
  func slower() {
    let record = Record()
    let picture = CoverablePicture(area: Self.area, batch: 1) {
      _, squares throws(DetectorError) in
      record.asked.append(Array(squares))
      record.now += record.asked.count > 3 ? 2 : 0.01
      return squares.map { _ in 0 }
    }
    #expect(throws: Occlusion.Failure.outOfTime) {
      try Occlusion.measure(picture, logOdds: 0, seconds: 5, clock: { record.now })
    }
    #expect(record.asked.count < 10)
  }

  @Test("numbers that are none, too few of them and failures make no map")
  func failures() {
    let failing = CoverablePicture(area: Self.area, batch: 1) { _, _ throws(DetectorError) in
      throw DetectorError(reason: "why")
    }
    #expect(throws: Occlusion.Failure.detector(DetectorError(reason: "why"))) {
      try Occlusion.measure(failing, logOdds: 0, seconds: 5, clock: { 0 })
    }
    let empty = CoverablePicture(area: Self.area, batch: 1) { _, _ in [] }
    for picture in [empty, Self.coverable(value: .nan)] {
      #expect(throws: Occlusion.Failure.self) {
        try Occlusion.measure(picture, logOdds: 0, seconds: 5, clock: { 0 })
      }
    }
  }

  // MARK: In a bundle

  /// A bundle with hand-made features and a network of made-up weights.
  private func ensemble() throws -> Ensemble {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    func numbers(_ count: Int) -> [Float] { (0..<count).map { Float(($0 * 29) % 13 - 6) / 20 } }
    let tensors = [
      "strides": TensorValue([2, 2], shape: [2]), "range": TensorValue([Float(6)], shape: [1]),
      "conv1.weight": TensorValue(numbers(4 * 3 * 9), shape: [4, 3, 3, 3]),
      "conv1.bias": TensorValue(numbers(4), shape: [4]),
      "conv2.weight": TensorValue(numbers(7 * 4 * 9), shape: [7, 4, 3, 3]),
      "conv2.bias": TensorValue(numbers(7), shape: [7]),
    ]
    try SafetensorsWriter.write(tensors, to: folder + "/net.safetensors")
    try SampleBundle(
      detectors: ["spectrum", "network"],
      edit: {
        $0.detectors[1].network = .init(
          file: "net.safetensors", sha256: BundleDigest.of(SafetensorsWriter.encode(tensors)))
      }
    ).write(to: folder)
    return try Ensemble.load(bundle: folder)
  }

  @Test("a network's map has what the detector says of the picture with a square covered")
  func network() throws {
    let ensemble = try ensemble()
    var whole = picture(width: 384, height: 256)
    let result = ensemble.examine(whole, jpegQuality: 80, occlusion: 3600)
    #expect(result.detectors[1].figure == "map-occlusion-2")
    #expect(result.detectors[0].figure != "map-occlusion-1")
    #expect(result.maps.map(\.id) == ["occlusion-2"])
    let map = try #require(result.maps.first?.map)
    #expect(map.columns == 48 && map.rows == 32 && map.values.allSatisfy(\.isFinite))

    func logOdds(_ result: EnsembleResult) throws -> Double {
      let real = try #require(result.detectors[1].scores?["real"])
      return log10((1 - real) / real)
    }
    let before = try logOdds(ensemble.examine(whole, jpegQuality: 80))
    let count = 384 * 256
    let mean = (0..<3).map { channel in
      (stride(from: channel, to: count * 3, by: 3).reduce(0) { $0 + Int(whole.samples[$1]) }
        + count / 2) / count
    }
    for y in 0..<256 / 7 {
      for x in 0..<384 / 7 {
        for channel in 0..<3 { whole.samples[(y * 384 + x) * 3 + channel] = UInt8(mean[channel]) }
      }
    }
    let after = try logOdds(ensemble.examine(whole, jpegQuality: 80))
    #expect(before != after)
    #expect(abs(Double(map.values[0]) - (before - after)) < 1e-5)
  }

  @Test("it is not made where it is not wanted, or cannot be")
  func without() throws {
    let ensemble = try ensemble()
    let whole = picture(width: 384, height: 256)
    for result in [
      ensemble.examine(whole, jpegQuality: 80),
      ensemble.examine(whole, jpegQuality: 80, occlusion: 3600, figures: false),
    ] {
      #expect(result.maps.isEmpty && result.notExamined.isEmpty)
      #expect(result.detectors[1].figure == nil)
    }
    func why(_ result: EnsembleResult) throws -> String {
      #expect(result.maps.isEmpty && result.detectors[1].figure == nil)
      let omission = try #require(result.notExamined.first)
      #expect(omission.what == "What the scores rest on")
      return omission.why
    }
    let small = picture(width: 300, height: 200)
    #expect(
      try why(ensemble.examine(small, jpegQuality: 80, occlusion: 3600))
        .hasPrefix("Not applicable: the picture's shorter side"))
    let short = try why(ensemble.examine(whole, jpegQuality: 80, occlusion: 1e-9))
    #expect(short.hasPrefix("network: 16 passes would take longer") && short.contains("--budget"))
  }

  @Test("detectors with hand-made features have no such map, and nothing is said of it")
  func handMade() throws {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try SampleBundle(detectors: ["spectrum", "joined"]).write(to: folder)
    let result = try Ensemble.load(bundle: folder).examine(
      picture(width: 384, height: 256), jpegQuality: 80, occlusion: 5)
    #expect(result.maps.isEmpty && result.notExamined.isEmpty)
  }
}
