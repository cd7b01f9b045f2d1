import CDNNL
import COpenBLAS
import Glibc

/// What this machine multiplies, in operations a CPU-second, at an encoder's own shapes: the four
/// products of a block, weighted by their operations.
struct ProductRates {
  let model: BenchmarkModel
  private var products: [(size: (n: Int, k: Int), kind: cdnnl_kind, context: OpaquePointer)] = []
  private let a: UnsafeMutableRawPointer
  private let w: UnsafeMutableRawPointer
  private let c: UnsafeMutableRawPointer

  init(_ model: BenchmarkModel) {
    self.model = model
    let width = model.width
    let m = model.tokens
    func buffer(_ count: Int) -> UnsafeMutableRawPointer {
      let memory = UnsafeMutableRawPointer.allocate(byteCount: count, alignment: 64)
      // Small ordinary numbers in each of the types.
      memset(memory, 0x3C, count)
      return memory
    }
    a = buffer(m * 4 * width * 4)
    w = buffer(4 * width * width * 4)
    c = buffer(m * 4 * width * 4)
    for kind in [CDNNL_F32, CDNNL_BF16, CDNNL_U8S8] {
      for (n, k) in [(3 * width, width), (width, width), (4 * width, width), (width, 4 * width)] {
        var product: OpaquePointer?
        var context: OpaquePointer?
        guard cdnnl_product_create(&product, kind, Int64(m), Int64(n), Int64(k), nil) == 0,
          let product,
          cdnnl_context_create(
            &context, product, buffer(max(64, cdnnl_product_scratch_bytes(product)))) == 0,
          let context
        else { continue }
        products.append(((n, k), kind, context))
      }
    }
  }

  /// GFLOP a CPU-second of `sgemm` (OpenBLAS), and of oneDNN's products in fp32, bf16 and int8;
  /// 0 where the processor has none.
  func measure() -> [Double] {
    cob_use_one_thread()
    cdnnl_use_one_thread()
    let m = model.tokens
    let width = model.width
    var rates: [Double] = []
    let sgemm = seconds {
      for (n, k) in [(3 * width, width), (width, width), (4 * width, width), (width, 4 * width)] {
        cblas_sgemm(
          CblasRowMajor, CblasNoTrans, CblasTrans, Int32(m), Int32(n), Int32(k), 1,
          a.assumingMemoryBound(to: Float.self), Int32(k), w.assumingMemoryBound(to: Float.self),
          Int32(k), 0, c.assumingMemoryBound(to: Float.self), Int32(n))
      }
    }
    let operations = 2e-9 * Double(m * 12 * width * width)
    rates.append(operations / sgemm)
    for kind in [CDNNL_F32, CDNNL_BF16, CDNNL_U8S8] {
      let mine = products.filter { $0.kind == kind }
      guard mine.count == 4 else {
        rates.append(0)
        continue
      }
      let time = seconds {
        for product in mine { _ = cdnnl_context_run(product.context, a, w, c) }
      }
      rates.append(operations / time)
    }
    return rates
  }

  /// The least CPU time of three repetitions.
  private func seconds(_ body: () -> Void) -> Double {
    (0..<3).map { _ in
      let start = cpuSeconds()
      body()
      return cpuSeconds() - start
    }.min() ?? 0
  }
}

/// CPU time of this process, all threads.
func cpuSeconds() -> Double {
  var time = timespec()
  clock_gettime(CLOCK_PROCESS_CPUTIME_ID, &time)
  return Double(time.tv_sec) + Double(time.tv_nsec) * 1e-9
}
