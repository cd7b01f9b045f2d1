import VisionTransformer

extension EncoderDetector: CoverableDetector {
  /// Tokens that are computed together: of small inputs several squares make one product, and large
  /// ones take no more memory than alone.
  private static let tokens = 512

  /// Inputs that are best computed together.
  static func batch(of encoder: VisionEncoder) -> Int {
    let recipe = encoder.preprocessor.recipe
    let tower = encoder.description.image
    let patches =
      (recipe.cropHeight / max(1, tower.patchHeight))
      * (recipe.cropWidth / max(1, tower.patchWidth))
    return max(1, tokens / max(1, patches + tower.prefix))
  }

  func coverable(_ picture: DetectorInput) -> CoverablePicture? {
    let view = EncoderView.of(picture.bounded)
    let corner = EncoderView.corner(in: picture.bounded)
    let seen = encoder.preprocessor.recipe.seenArea(width: view.width, height: view.height)
    let input = encoder.preprocessor(view)
    let mean = input.channelMeans
    return CoverablePicture(
      area: .init(
        x: Double(corner.x) + seen.x, y: Double(corner.y) + seen.y, width: seen.width,
        height: seen.height), batch: Self.batch(of: encoder)
    ) { grid, squares throws(DetectorError) in
      let inputs = squares.map { square in
        input.covered(
          columns: grid.pixels(square.column, of: input.width),
          rows: grid.pixels(square.row, of: input.height), with: mean)
      }
      do throws(EncoderError) {
        return try encoder.embed(inputs, layer: layer).map {
          Calibrator.logOdds(head.probabilities($0))
        }
      } catch { throw DetectorError(reason: "The encoder failed: \(error).") }
    }
  }
}
