import Foundation
import ImageCodecs
import Safetensors
import Testing
import VisionTransformer

/// One picture of the reference values: what Pillow and torchvision made of it.
struct PreprocessCase: CustomTestStringConvertible, Sendable {
  let name: String
  let file: String
  let resize: Int
  let crop: Int
  let resized: [Int]?
  let offset: [Int]?
  let cropDigest: String?
  let floatDigest: String
  var testDescription: String { name }

  static let all: [PreprocessCase] = {
    guard let cases = try? Goldens.json("preprocess/cases.json") else { return [] }
    return cases.keys.sorted().compactMap { name in
      guard let values = cases[name] as? [String: Any],
        let digest = values["float_sha256"] as? String
      else { return nil }
      let target = values["target"] as? Int
      guard let resize = values["resize"] as? Int ?? target,
        let crop = values["crop"] as? Int ?? target
      else { return nil }
      return PreprocessCase(
        name: name, file: String(name.split(separator: "|").last ?? ""), resize: resize,
        crop: crop, resized: values["resized"] as? [Int],
        offset: values["crop_left_top"] as? [Int],
        cropDigest: values["crop_rgb_sha256"] as? String, floatDigest: digest)
    }
  }()

  func recipe(_ order: PreprocessingRecipe.Order) -> PreprocessingRecipe {
    let dino = name.hasPrefix("dinov2|")
    return PreprocessingRecipe(
      resize: .shortestEdge(resize), cropHeight: crop, cropWidth: crop,
      mean: dino ? PreprocessingRecipe.imageNetMean : PreprocessingRecipe.clipMean,
      standardDeviation: dino
        ? PreprocessingRecipe.imageNetDeviation : PreprocessingRecipe.clipDeviation,
      order: order)
  }

  func image() throws -> StoredImage {
    try ImageDecoder.decodeStored(Goldens.bytes("preprocess/\(file)"))
  }
}

@Suite(.enabled(if: Goldens.exist, "no reference values"))
struct PreprocessingGoldenTests {
  static func expected(_ name: String) throws -> [UInt8]? {
    let file = try Goldens.tensors("preprocess/expected.safetensors")
    return file.contains(name) ? try file.tensor(name).bytes() : nil
  }

  @Test(arguments: PreprocessCase.all) func everyBitAsInPillow(_ test: PreprocessCase) throws {
    let image = try test.image()
    if let decoded = try Self.expected(test.file + "|decoded") {
      #expect(image.pixels.samples == decoded)
    }
    let recipe = test.recipe(.convertLast)
    let size = recipe.resizedSize(width: image.pixels.width, height: image.pixels.height)
    if let resized = test.resized { #expect([size.width, size.height] == resized) }
    if let offset = test.offset {
      #expect(
        [
          recipe.cropOffset(size.width, recipe.cropWidth),
          recipe.cropOffset(size.height, recipe.cropHeight),
        ] == offset)
    }
    if !test.name.contains("|"), let resized = try Self.expected(test.file + "|resized") {
      let whole = Resampler.resize(
        image, width: size.width, height: size.height, filter: .bicubic)
      #expect(whole.pixels.samples == resized)
    }
    let crop = Preprocessor(recipe).cropped(image)
    if let digest = test.cropDigest { #expect(EncoderTests.digest(crop.samples) == digest) }
    if let expected = try Self.expected(test.name + "|crop_rgb") {
      #expect(crop.samples == expected)
    }
    #expect(digest(Preprocessor(recipe)(image).values) == test.floatDigest)
  }

  @Test(arguments: PreprocessCase.all) func everyBitAfterConversion(_ test: PreprocessCase) throws {
    let image = try test.image()
    let first = Preprocessor(test.recipe(.convertFirst)).cropped(image)
    if let expected = try Self.expected(test.file + "|crop_rgb_first") {
      #expect(first.samples == expected)
    }
    // Where no channel depends on another, the order does not matter.
    if [.rgb, .gray].contains(image.mode) {
      #expect(first == Preprocessor(test.recipe(.convertLast)).cropped(image))
    }
  }

  @Test(arguments: ["openai", "imagenet"]) func normalisationTable(_ name: String) throws {
    let expected = try Goldens.tensors("preprocess/expected.safetensors").floats("lut_\(name)")
    let recipe = PreprocessingRecipe(
      resize: .shortestEdge(256), cropHeight: 1, cropWidth: 256,
      mean: name == "openai" ? PreprocessingRecipe.clipMean : PreprocessingRecipe.imageNetMean,
      standardDeviation: name == "openai"
        ? PreprocessingRecipe.clipDeviation : PreprocessingRecipe.imageNetDeviation,
      order: .convertLast)
    let ramp = PixelBuffer(
      width: 256, height: 1, channels: 3, samples: (0..<768).map { UInt8($0 / 3) })
    #expect(Preprocessor(recipe).normalised(ramp).values == expected)
  }

  @Test func kernels() throws {
    let kernels = try #require(
      Goldens.json("preprocess/cases.json")["kernels"] as? [String: [String: Any]])
    #expect(!kernels.isEmpty)
    for (name, values) in kernels {
      let sizes = name.split(separator: ">").map { Int($0.filter(\.isNumber)) ?? 0 }
      let firsts = try #require(values["first"] as? [Int])
      let weights = try #require(values["weights_fixed22"] as? [[Int]])
      let kernel = ResampleKernel(
        input: sizes[0], output: sizes[1], window: 0..<sizes[1], filter: .bicubic)
      for (index, first) in firsts.enumerated() {
        let sample = kernel.sample(index)
        #expect(sample.first == first)
        #expect(sample.weights == weights[index])
      }
    }
  }
}
