import Detectors
import ForensicCore
import Foundation
import ImageCodecs
import Testing

@Suite("Scores square by square") struct TileTests {
  /// Without what the squares of one picture share.
  private func ensemble(
    edit: @escaping (inout BundleDescription) -> Void = { _ in }
  ) throws -> Ensemble {
    let folder = try Places.temporary()
    defer { try? FileManager.default.removeItem(atPath: folder) }
    try SampleBundle(detectors: ["spectrum", "residual", "colour"], edit: edit).write(to: folder)
    return try Ensemble.load(bundle: folder)
  }

  @Test(
    "squares lie inside, on the block grid, without gaps",
    arguments: [
      (384, 256), (256, 400), (640, 480), (1024, 952), (4000, 300), (4032, 3024), (6000, 8000),
    ])
  func grid(width: Int, height: Int) {
    let grid = TileGrid(width: width, height: height)
    for (starts, length) in [(grid.left, width), (grid.top, height)] {
      #expect(starts.first == 0)
      #expect(starts.allSatisfy { $0 % 16 == 0 && $0 + 256 <= length })
      #expect(zip(starts, starts.dropFirst()).allSatisfy { (1...256).contains($1 - $0) })
      #expect(length - 256 - (starts.last ?? 0) < 16)
    }
    let needed = ((width + 255) / 256) * ((height + 255) / 256)
    #expect(grid.rectangles.count <= max(TileGrid.most, needed))
  }

  @Test("a cell has the mean of the squares over it")
  func cells() {
    let (width, height) = (700, 392)
    let grid = TileGrid(width: width, height: height)
    let squares = grid.rectangles
    let values = squares.indices.map { Double(($0 * 7) % 5) }
    let map = grid.map(values, width: width, height: height)
    #expect(map.columns == 88 && map.rows == 49)
    for row in 0..<map.rows {
      for column in 0..<map.columns {
        let x = min(column * 8 + 4, (grid.left.last ?? 0) + 255)
        let y = min(row * 8 + 4, (grid.top.last ?? 0) + 255)
        let over = squares.indices.filter {
          squares[$0].x <= x && x < squares[$0].x + 256 && squares[$0].y <= y
            && y < squares[$0].y + 256
        }
        let mean = over.reduce(0) { $0 + values[$1] } / Double(over.count)
        #expect(abs(Double(map.values[row * map.columns + column]) - mean) < 1e-6)
      }
    }
  }

  @Test("of a shrunk picture, the map lies over the picture itself")
  func shrunk() {
    let grid = TileGrid(width: 640, height: 480)
    let values = grid.rectangles.indices.map(Double.init)
    let seen = grid.map(values, width: 640, height: 480)
    let whole = grid.map(values, width: 1920, height: 1440)
    #expect(whole.columns == 240 && whole.rows == 180)
    for row in 0..<60 {
      for column in 0..<80 {
        // The middle of three cells lies where the one of the shrunk picture does.
        let middle = whole.values[(row * 3 + 1) * 240 + column * 3 + 1]
        #expect(middle == seen.values[row * 80 + column])
      }
    }
  }

  @Test("a square is scored as the picture that it is")
  func score() throws {
    let ensemble = try ensemble()
    let whole = picture(width: 384, height: 256)
    let result = ensemble.examine(whole, jpegQuality: 80, tiles: true)
    let squares = TileGrid(width: 384, height: 256).rectangles
    let alone = squares.map {
      ensemble.examine(
        whole.cropped(x: $0.x, y: $0.y, width: 256, height: 256), jpegQuality: 80
      ).conclusion.logLikelihoodRatio
    }
    let finding = try #require(result.findings.first)
    #expect(finding.code == "detectors.tiles")
    #expect(finding.weight == .information)
    #expect(finding.result["squares"] == "\(squares.count)")
    #expect(finding.result["generated"] == "\(alone.count { $0 >= 0.4 })")
    #expect(finding.result["camera"] == "\(alone.count { $0 <= -0.4 })")
    let map = try #require(result.maps.first)
    #expect(map.scale == 0...2)
    // The outermost cells lie in one square each.
    #expect(abs(Double(map.map.values[0]) - alone[0]) < 1e-6)
    #expect(abs(Double(map.map.values[47]) - (alone.last ?? 9)) < 1e-6)
    #expect(ensemble.examine(whole, jpegQuality: 80).maps.isEmpty)
  }

  @Test("flat squares speak for neither")
  func flat() throws {
    var whole = picture(width: 768, height: 256)
    for row in 0..<256 {
      for sample in 0..<(320 * 3) { whole.samples[row * 768 * 3 + sample] = 90 }
    }
    let map = try #require(
      ensemble().examine(whole, jpegQuality: 80, tiles: true).maps.first?.map)
    #expect(map.values[0] == 0)
    #expect(map.values[95] != 0)
  }

  @Test(
    "where it cannot apply it says why",
    arguments: [
      (300, 300, 90, nil, "384 or more"), (256, 383, 90, nil, "384 or more"),
      (500, 250, 90, nil, "shorter side"), (512, 400, 12, nil, "quality"),
      (512, 400, 90, 100, "damaged"),
    ] as [(Int, Int, Int, Int?, String)])
  func notApplicable(
    width: Int, height: Int, quality: Int, soundRows: Int?, why: String
  ) throws {
    let result = try ensemble().examine(
      picture(width: width, height: height), jpegQuality: quality, soundRows: soundRows,
      tiles: true)
    #expect(result.maps.isEmpty && result.findings.isEmpty)
    let omission = try #require(result.notExamined.first)
    #expect(omission.what == "Scores square by square")
    #expect(omission.why.hasPrefix("Not applicable: "))
    #expect(omission.why.contains(why))
  }
}
