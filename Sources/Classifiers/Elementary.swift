import Glibc

/// The functions of libm under names that do not collide with local variables.
enum Elementary {
  @inline(__always) static func exp(_ x: Double) -> Double { Glibc.exp(x) }
  @inline(__always) static func log(_ x: Double) -> Double { Glibc.log(x) }

  /// 1 / (1 + e⁻ˣ) without overflow.
  @inline(__always) static func logistic(_ x: Double) -> Double {
    if x >= 0 { return 1 / (1 + Glibc.exp(-x)) }
    let e = Glibc.exp(x)
    return e / (1 + e)
  }

  /// log(1 + eˣ) without overflow.
  @inline(__always) static func softplus(_ x: Double) -> Double {
    x > 0 ? x + Glibc.log1p(Glibc.exp(-x)) : Glibc.log1p(Glibc.exp(x))
  }
}
