/// What covering a part of an encoder's input needs.
extension EncoderInput {
  /// The mean of each channel, normalised as the values are.
  package var channelMeans: [Float] {
    let count = height * width
    return (0..<3).map { channel in
      let sum = values[channel * count..<(channel + 1) * count].reduce(0.0) { $0 + Double($1) }
      return Float(sum / Double(count))
    }
  }

  /// The same with one rectangle in one colour.
  /// - Precondition: the rectangle lies inside; `colour` has three values, normalised.
  package func covered(columns: Range<Int>, rows: Range<Int>, with colour: [Float]) -> EncoderInput
  {
    var values = values
    for channel in 0..<3 {
      for row in rows {
        let start = (channel * height + row) * width
        for column in columns { values[start + column] = colour[channel] }
      }
    }
    return EncoderInput(height: height, width: width, values: values)
  }
}

extension PreprocessingRecipe {
  /// The part of a picture that is left after resizing and cropping, in the picture's pixels; beyond
  /// its edges where the crop is larger than the resized picture.
  package func seenArea(
    width: Int, height: Int
  ) -> (x: Double, y: Double, width: Double, height: Double) {
    let size = resizedSize(width: width, height: height)
    let (across, down) = (
      Double(width) / Double(max(1, size.width)), Double(height) / Double(max(1, size.height))
    )
    return (
      Double(cropOffset(size.width, cropWidth)) * across,
      Double(cropOffset(size.height, cropHeight)) * down, Double(cropWidth) * across,
      Double(cropHeight) * down
    )
  }
}
