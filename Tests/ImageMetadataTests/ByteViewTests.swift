import ImageMetadata
import Testing

@Suite struct ByteViewTests {
  @Test func readsBothByteOrdersAndNothingOutside() {
    let bytes: [UInt8] = [0x12, 0x34, 0x56, 0x78, 0x9A]
    bytes.withUnsafeBytes { raw in
      let big = ByteView(raw, bigEndian: true)
      let little = ByteView(raw, bigEndian: false)
      #expect(big.u16(0) == 0x1234)
      #expect(little.u16(0) == 0x3412)
      #expect(big.u32(1) == 0x3456_789A)
      #expect(little.u32(0) == 0x7856_3412)
      #expect(big.u32(2) == nil)
      #expect(big.u16(-1) == nil)
      #expect(big.u8(5) == nil)
      #expect(!big.holds(3, .max))
      #expect(!big.holds(.max, 1))
      #expect(big.slice(3, 100).count == 2)
      #expect(big.slice(9, 1).count == 0)
      #expect(big.copy(1, 2) == [0x34, 0x56])
      #expect(big.copy(4, 2) == nil)
    }
  }
}
