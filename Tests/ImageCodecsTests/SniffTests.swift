import ImageCodecs
import Testing

@Suite struct SniffTests {
  @Test func nothingIsUnknown() {
    #expect(throws: (any Error).self) { try ImageDecoder.decode([UInt8]()) }
  }
}
