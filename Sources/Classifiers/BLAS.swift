import COpenBLAS

/// Matrix products of OpenBLAS over row-major arrays, on one thread, bounds checked.
enum BLAS {
  /// C ← α·op(A)·op(B) + β·C with op(A) m×k, op(B) k×n, C m×n.
  static func multiply(
    _ a: [Float], transposeA: Bool = false, _ b: [Float],
    transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Float = 1,
    beta: Float = 0, into c: inout [Float]
  ) {
    precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n)
    guard m > 0, n > 0 else { return }
    cob_use_one_thread()
    cblas_sgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), alpha, a,
      blasint(max(transposeA ? m : k, 1)), b, blasint(max(transposeB ? k : n, 1)), beta, &c,
      blasint(n))
  }

  /// The same in double precision.
  static func multiply(
    _ a: [Double], transposeA: Bool = false, _ b: [Double],
    transposeB: Bool = false, m: Int, n: Int, k: Int, alpha: Double = 1,
    beta: Double = 0, into c: inout [Double]
  ) {
    precondition(a.count >= m * k && b.count >= k * n && c.count >= m * n)
    guard m > 0, n > 0 else { return }
    cob_use_one_thread()
    cblas_dgemm(
      CblasRowMajor, transposeA ? CblasTrans : CblasNoTrans,
      transposeB ? CblasTrans : CblasNoTrans, blasint(m), blasint(n), blasint(k), alpha, a,
      blasint(max(transposeA ? m : k, 1)), b, blasint(max(transposeB ? k : n, 1)), beta, &c,
      blasint(n))
  }
}
