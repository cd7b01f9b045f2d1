import Glibc

/// An affine map of the plane: (x, y) → (a x + b y + c, d x + e y + f).
struct PlaneMap: Hashable, Sendable {
  var a: Double
  var b: Double
  var c: Double
  var d: Double
  var e: Double
  var f: Double

  func apply(_ x: Double, _ y: Double) -> (x: Double, y: Double) {
    (a * x + b * y + c, d * x + e * y + f)
  }

  var isMove: Bool { a == 1 && b == 0 && d == 0 && e == 1 }
  var determinant: Double { a * e - b * d }
  /// How much longer a length becomes, on average.
  var scale: Double { abs(determinant).squareRoot() }
  /// The turn in degrees, -180 … 180, of the first axis.
  var turn: Double { atan2(d, a) * 180 / .pi }

  /// This map and then the other.
  func then(_ other: PlaneMap) -> PlaneMap {
    let origin = other.apply(c, f)
    return PlaneMap(
      a: other.a * a + other.b * d, b: other.a * b + other.b * e, c: origin.x,
      d: other.d * a + other.e * d, e: other.d * b + other.e * e, f: origin.y)
  }

  /// `nil` where it has none.
  var inverse: PlaneMap? {
    let determinant = self.determinant
    guard abs(determinant) > 1e-9 else { return nil }
    let (p, q, r, s) = (e / determinant, -b / determinant, -d / determinant, a / determinant)
    return PlaneMap(a: p, b: q, c: -(p * c + q * f), d: r, e: s, f: -(r * c + s * f))
  }

  /// What takes one point, with its size and direction, to another; mirrored or not.
  init(from: Keypoints.Place, to: Keypoints.Place, mirrored: Bool) {
    let scale = to.sigma / from.sigma
    let angle = mirrored ? to.angle + from.angle : to.angle - from.angle
    let (p, q) = (scale * cos(angle), scale * sin(angle))
    let sign = mirrored ? -1.0 : 1
    (a, b, d, e) = (p, -q * sign, q, p * sign)
    c = to.x - (a * from.x + b * from.y)
    f = to.y - (d * from.x + e * from.y)
  }

  init(a: Double, b: Double, c: Double, d: Double, e: Double, f: Double) {
    (self.a, self.b, self.c, self.d, self.e, self.f) = (a, b, c, d, e, f)
  }

  /// The map of least squares through pairs of points: turned, scaled, moved and, with `affine`,
  /// sheared. `nil` where the points do not tell.
  init?(_ pairs: [Keypoints.Pair], mirrored: Bool, affine: Bool) {
    let count = Double(pairs.count)
    guard pairs.count >= (affine ? 3 : 2) else { return nil }
    let mean = pairs.reduce(into: (x: 0.0, y: 0.0, u: 0.0, v: 0.0)) {
      $0.x += $1.from.x / count
      $0.y += $1.from.y / count
      $0.u += $1.to.x / count
      $0.v += $1.to.y / count
    }
    var xx = 0.0
    var xy = 0.0
    var yy = 0.0
    var xu = 0.0
    var yu = 0.0
    var xv = 0.0
    var yv = 0.0
    for pair in pairs {
      let (x, y) = (pair.from.x - mean.x, pair.from.y - mean.y)
      let (u, v) = (pair.to.x - mean.u, pair.to.y - mean.v)
      xx += x * x
      xy += x * y
      yy += y * y
      xu += x * u
      yu += y * u
      xv += x * v
      yv += y * v
    }
    if affine {
      let determinant = xx * yy - xy * xy
      guard determinant > 1e-3 * (xx + yy) * (xx + yy) else { return nil }
      a = (xu * yy - yu * xy) / determinant
      b = (yu * xx - xu * xy) / determinant
      d = (xv * yy - yv * xy) / determinant
      e = (yv * xx - xv * xy) / determinant
    } else {
      guard xx + yy > 1 else { return nil }
      let sign = mirrored ? -1.0 : 1
      let p = (xu + sign * yv) / (xx + yy)
      let q = (xv - sign * yu) / (xx + yy)
      (a, b, d, e) = (p, -q * sign, q, p * sign)
    }
    c = mean.u - (a * mean.x + b * mean.y)
    f = mean.v - (d * mean.x + e * mean.y)
  }
}
