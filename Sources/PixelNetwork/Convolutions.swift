import CDNNL

/// The network's layers in oneDNN's own layout, compiled for planes of one size.
final class Convolutions: @unchecked Sendable {
  // Unchecked: the handle is constant, and every thread runs a pass of its own over it.
  let handle: OpaquePointer

  init(_ layers: [PixelNetworkPlan.Layer], side: Int) throws(PixelNetworkError) {
    // The library copies weights and biases; until then they lie one behind the other in here.
    let values = layers.flatMap { $0.weights + $0.bias }
    var network: OpaquePointer?
    let status = values.withUnsafeBufferPointer { values in
      guard var next = values.baseAddress else { return Int32(-1) }
      var convolutions = [cdnnl_convolution]()
      for layer in layers {
        convolutions.append(
          cdnnl_convolution(
            inputs: Int64(layer.inputs), outputs: Int64(layer.outputs),
            stride: Int64(layer.stride), weights: next, bias: next + layer.weights.count))
        next += layer.weights.count + layer.bias.count
      }
      return cdnnl_network_create(
        &network, Int64(side), Int64(side), convolutions, Int32(convolutions.count))
    }
    guard status == 0, let network else { throw .library(Int(status)) }
    handle = network
  }

  deinit { cdnnl_network_destroy(handle) }
}

/// The planes between the layers, for one thread at a time.
final class Pass: @unchecked Sendable {
  // Unchecked: a pass is handed from thread to thread, never shared.
  private let handle: OpaquePointer
  /// Outlives the pass, which refers to it.
  private let convolutions: Convolutions

  init(over convolutions: Convolutions) throws(PixelNetworkError) {
    var pass: OpaquePointer?
    let status = cdnnl_pass_create(&pass, convolutions.handle)
    guard status == 0, let pass else { throw .library(Int(status)) }
    handle = pass
    self.convolutions = convolutions
  }

  deinit { cdnnl_pass_destroy(handle) }

  /// The mean of each of the last planes, `dimension` numbers.
  func run(_ planes: [Float], dimension: Int) -> [Float] {
    [Float](unsafeUninitializedCapacity: dimension) { target, count in
      let status = planes.withUnsafeBufferPointer {
        cdnnl_pass_run(handle, $0.baseAddress, target.baseAddress)
      }
      precondition(status == 0, "oneDNN refused a network that it had compiled (\(status))")
      count = dimension
    }
  }
}
