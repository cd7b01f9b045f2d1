import ImageMetadata
import Testing

/// libexif and the walker are two readers of one block: where both see a field, they agree.
@Suite(.enabled(if: Fixtures.exist, "the folder of fixtures is not here"))
struct LibexifAgreementTests {
  @Test(arguments: Fixtures.exifNames)
  func sameBytesAndNoneMissed(name: String) throws {
    let file = try Fixtures.bytes(name)
    let image = Fixtures.image(name)
    let reading = Fixtures.read(file, image)
    guard let place = reading.blocks.first(where: { $0.kind == .exif }) else { return }
    file.withUnsafeBytes { raw in
      let view = ByteView(raw).slice(place.offset, place.length)
      let walker = TIFFWalker(view)
      let library = LibexifEntries(view.bytes)
      // In 45-gps_ifd.jpg an empty GPS pointer leads to ExifIFD: libexif reads that a second time
      // as GPS; the walker and ExifTool do not.
      let isTwice = walker.problems.contains { $0.kind == .pointerType }
      let keys = library.order.filter { !(isTwice && $0.directory == .gps) }
      for key in keys {
        let field = walker.fields.first { $0.directory == key.directory && $0.tag == key.tag }
        let entry = library.entries[key]
        #expect(field?.format == entry?.format, "\(name) \(key)")
        #expect(field?.count == entry?.count, "\(name) \(key)")
        #expect(field.flatMap { view.copy($0.offset, $0.length) } == entry?.value, "\(name) \(key)")
      }
      // libexif keeps the two fields of the preview to itself.
      let mine = walker.fields.filter { ![0x0201, 0x0202].contains($0.tag) && $0.count > 0 }
      #expect(keys.count == mine.count, "\(name)")
      #expect((library.thumbnail ?? []) == (reading.thumbnail ?? library.thumbnail ?? []))
    }
  }
}
