import ForensicCore
import Foundation
import Service
import Testing

@Suite("Words of a shell")
struct ShellWordTests {
  static let names: [([UInt8], String)] = [
    (Array("a.jpg".utf8), "a.jpg"), ([], "''"), (Array("two words.jpg".utf8), "'two words.jpg'"),
    (Array("it's.jpg".utf8), "'it'\\''s.jpg'"), (Array("Übung \\.jpg".utf8), "'Übung \\.jpg'"),
    (Array("line\nbreak's.jpg".utf8), "$'line\\nbreak\\'s.jpg'"),
    (Array("bad".utf8) + [0xFF, 0xFE] + Array(".jpg".utf8), "$'bad\\xff\\xfe.jpg'"),
    (Array("\u{202E}gpj.exe\u{1B}\\".utf8), "$'\\xe2\\x80\\xaegpj.exe\\x1b\\\\'"),
  ]

  @Test("a name is one word that shows all of it", arguments: names)
  func quoted(name: [UInt8], word: String) {
    let quoted = ShellWord.quoted(bytes: name)
    #expect(quoted == word)
    #expect(quoted.madeVisible == quoted)
  }

  @Test(
    "a shell reads the name again",
    .enabled(if: FileManager.default.isExecutableFile(atPath: "/bin/bash"), "needs bash"),
    arguments: names)
  func readAgain(name: [UInt8], word: String) throws {
    let process = Process()
    process.executableURL = URL(filePath: "/bin/bash")
    process.arguments = ["-c", "printf %s " + word]
    let output = Pipe()
    process.standardOutput = output
    try process.run()
    let data = output.fileHandleForReading.readDataToEndOfFile()
    process.waitUntilExit()
    #expect(Array(data) == name)
  }

  @Test("an exhibit's name is the kernel's")
  func exhibit() throws {
    let digest = try #require(SHA256Digest(bytes: [UInt8](repeating: 1, count: 32)))
    for (name, _) in Self.names {
      let exhibit = Exhibit(name: FileName(bytes: name), sha256: digest, size: 1)
      #expect(exhibit.fileName == FileName(bytes: name))
    }
  }
}
