import Safetensors

/// One linear layer, outputs × inputs, row-major, in any float type; stacked where the file has
/// parts (query, key, value).
package struct LinearTensors: Sendable {
  package var weights: [Tensor]
  package var biases: [Tensor]
}

/// The tensors of one transformer block: views into the mapped file.
package struct BlockTensors: Sendable {
  package var norm1: (scale: Tensor, shift: Tensor)
  package var norm2: (scale: Tensor, shift: Tensor)
  /// Query, key and value, by rows.
  package var attend: LinearTensors
  package var project: LinearTensors
  package var expand: LinearTensors
  package var contract: LinearTensors
  package var layerScale1: Tensor?
  package var layerScale2: Tensor?
}

/// The stack of blocks between an encoder's embeddings and its last normalisation.
package protocol Trunk: Sendable {
  /// Takes what runs up to this size need, those for the first token alone if so told.
  func prepare(batch: Int, tokens: Int, firstTokenOnly: Bool) throws(EncoderError)

  /// Runs blocks 0..<`blocks` in place on `x`, batch × tokens × width.
  ///
  /// - Parameters:
  ///   - taps: for each block, where its output is copied as well; may be empty.
  ///   - firstTokenOnly: of the last of these blocks only each picture's first token is wanted;
  ///     what the others hold does not matter.
  func run(
    _ x: UnsafeMutablePointer<Float>, batch: Int, tokens: Int, blocks: Int,
    taps: [UnsafeMutablePointer<Float>?], firstTokenOnly: Bool
  ) throws(EncoderError)
}

extension Tensor {
  /// `floats()`, with the encoder's error.
  func values() throws(EncoderError) -> [Float] {
    do throws(SafetensorsError) { return try floats() } catch { throw .weights(error) }
  }
}

extension [Tensor] {
  /// The elements of all, one after the other.
  func values() throws(EncoderError) -> [Float] {
    var all: [Float] = []
    for tensor in self { all += try tensor.values() }
    return all
  }
}
