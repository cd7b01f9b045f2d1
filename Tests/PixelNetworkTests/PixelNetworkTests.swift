import ImageCodecs
import PixelNetwork
import Safetensors
import Testing

/// A network of random weights, small enough to be computed by hand.
struct RandomNetwork {
  var planes = [3, 5, 17, 8]
  var strides = [1, 2, 2]
  var range: Float = 6

  func tensors() -> [String: TensorValue] {
    var tensors = [
      "strides": TensorValue(strides, shape: [strides.count]),
      "range": TensorValue([range], shape: [1]),
    ]
    for index in 1..<planes.count {
      let (inputs, outputs) = (planes[index - 1], planes[index])
      tensors["conv\(index).weight"] = TensorValue(
        (0..<outputs * inputs * 9).map { _ in Float.random(in: -0.3...0.3) },
        shape: [outputs, inputs, 3, 3])
      tensors["conv\(index).bias"] = TensorValue(
        (0..<outputs).map { _ in Float.random(in: -0.2...0.2) }, shape: [outputs])
    }
    return tensors
  }

  static func source(_ tensors: [String: TensorValue]) throws -> SafetensorsFile {
    try SafetensorsFile(bytes: SafetensorsWriter.encode(tensors), name: "network")
  }
}

@Suite struct PixelNetworkTests {
  static func view() -> PixelBuffer {
    PixelBuffer(
      width: 256, height: 256, channels: 3,
      samples: (0..<256 * 256 * 3).map {
        UInt8(truncatingIfNeeded: 100 + ($0 * $0 / 97) % 23 + $0 % 5)
      })
  }

  @Test func equalsConvolutionsWrittenOut() throws {
    let view = Self.view()
    let tensors = RandomNetwork().tensors()
    let source = try RandomNetwork.source(tensors)
    let network = try PixelNetwork(from: source)
    let expected = try Reference(source).features(of: view)
    let found = network.features(of: view)
    #expect(found.count == 8 && network.dimension == 8)
    for (found, expected) in zip(found, expected) {
      #expect(abs(Double(found) - expected) < 1e-5 * max(1, abs(expected)))
    }
  }

  @Test func givesTheSameBitsOnEveryThread() async throws {
    let network = try PixelNetwork(from: RandomNetwork.source(RandomNetwork().tensors()))
    let view = Self.view()
    let first = network.features(of: view)
    await withTaskGroup(of: [Float].self) { group in
      for _ in 0..<8 { group.addTask { network.features(of: view) } }
      for await features in group { #expect(features == first) }
    }
  }

  @Test(arguments: [
    "strides", "range", "conv1.weight", "conv1.bias", "conv3.weight", "conv3.bias",
  ])
  func refusesWhatLacksATensor(name: String) throws {
    var tensors = RandomNetwork().tensors()
    tensors[name] = nil
    #expect(throws: PixelNetworkError.self) {
      try PixelNetwork(from: RandomNetwork.source(tensors))
    }
  }

  @Test(arguments: [
    ("strides", TensorValue([1, 3, 1], shape: [3])), ("strides", TensorValue([Int](), shape: [0])),
    ("range", TensorValue([Float(0)], shape: [1])),
    ("range", TensorValue([Float.nan], shape: [1])),
    ("conv1.bias", TensorValue([Float](repeating: 0, count: 6), shape: [6])),
    ("conv1.bias", TensorValue([Float](repeating: .infinity, count: 5), shape: [5])),
    ("conv2.weight", TensorValue([Float](repeating: 0, count: 9), shape: [1, 1, 3, 3])),
  ])
  func refusesWrongTensors(name: String, value: TensorValue) throws {
    var tensors = RandomNetwork().tensors()
    tensors[name] = value
    #expect(throws: PixelNetworkError.self) {
      try PixelNetwork(from: RandomNetwork.source(tensors))
    }
  }
}

/// The same arithmetic, term by term in double precision.
private struct Reference {
  let source: SafetensorsFile
  let strides: [Int]
  let range: Double

  init(_ source: SafetensorsFile) throws {
    self.source = source
    strides = try source.integers("strides")
    range = Double(try source.floats("range")[0])
  }

  func features(of view: PixelBuffer) throws -> [Double] {
    var (side, planes) = (256, 3)
    var values = residual(of: view)
    for (index, stride) in strides.enumerated() {
      let weights = try source.floats("conv\(index + 1).weight").map(Double.init)
      let bias = try source.floats("conv\(index + 1).bias").map(Double.init)
      let out = (side - 1) / stride + 1
      var next = [Double](repeating: 0, count: bias.count * out * out)
      for plane in 0..<bias.count {
        for y in 0..<out {
          for x in 0..<out {
            var sum = bias[plane]
            for input in 0..<planes {
              for dy in 0..<3 {
                let row = y * stride + dy - 1
                guard (0..<side).contains(row) else { continue }
                for dx in 0..<3 {
                  let column = x * stride + dx - 1
                  guard (0..<side).contains(column) else { continue }
                  sum +=
                    weights[((plane * planes + input) * 3 + dy) * 3 + dx]
                    * values[(input * side + row) * side + column]
                }
              }
            }
            next[(plane * out + y) * out + x] = max(0, sum)
          }
        }
      }
      (values, side, planes) = (next, out, bias.count)
    }
    return (0..<planes).map { plane in
      values[plane * side * side..<(plane + 1) * side * side].reduce(0, +) / Double(side * side)
    }
  }

  private func residual(of view: PixelBuffer) -> [Double] {
    var values = [Double]()
    for channel in 0..<3 {
      func sample(_ y: Int, _ x: Int) -> Double {
        Double(view.samples[(min(max(y, 0), 255) * 256 + min(max(x, 0), 255)) * 3 + channel])
      }
      for y in 0..<256 {
        for x in 0..<256 {
          var blurred = 0.0
          for dy in -1...1 {
            for dx in -1...1 {
              blurred += Double((2 - abs(dy)) * (2 - abs(dx))) * sample(y + dy, x + dx) / 16
            }
          }
          values.append(min(max((sample(y, x) - blurred) / range, -1), 1))
        }
      }
    }
    return values
  }
}
