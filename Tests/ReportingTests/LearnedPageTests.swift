import ForensicCore
import Reporting
import Testing

/// What learned detectors add to a page.
@Suite struct LearnedPageTests {
  @Test func `the nearest known pictures are a table that says what it is worth`() throws {
    let page = try PageTests.page("learned")
    let rows = page.split(separator: "<caption>Nearest known pictures</caption>")
    try #require(rows.count == 2)
    let table = try #require(rows[1].split(separator: "</table>").first)
    #expect(table.contains("<th scope=\"row\">FLUX</th><td>studio/samples</td>"))
    #expect(table.contains("flux/lake &lt;3&gt;.png"))
    #expect(table.contains("<th scope=\"row\">Camera</th>"))
    for value in ["0.81", "0.40", "−0.07"] { #expect(table.contains(value)) }
    #expect(page.contains("no evidence by itself"))
    // Detectors that know no pictures have no such table.
    #expect(try !PageTests.page("camera").contains("Nearest known pictures"))
  }

  @Test func `a map of two directions is warm and cold, and leaves the middle as it is`() throws {
    let page = try PageTests.page("learned")
    let parts = page.split(separator: "<svg class=\"map\"")
    try #require(parts.count == 2)
    let map = try #require(parts[1].split(separator: "</figure>").first)
    #expect(map.contains("<path class=\"m6\" d=\"M2 0h1v1h-1z\"/>"))
    #expect(map.contains("<path class=\"c3\" d=\"M0 1h1v1h-1z\"/>"))
    #expect(!map.contains("<path class=\"m0\""))
    #expect(map.contains("<span>−0.90</span><i class=\"c3\"></i><i class=\"c2\"></i>"))
    #expect(map.contains("rests on"))
  }
}
