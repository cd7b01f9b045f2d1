/// Who is known to write quantisation tables that are not of the standard scaling.
enum TableMakers {
  static func maker(luma: [Int], chroma: [[Int]]) -> String? { nil }
}
