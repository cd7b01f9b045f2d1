import Crypto
import ForensicCore
import Glibc

/// Reads the sidecar file beside a picture.
package enum SidecarFile {
  /// The sidecar of the picture at a path, which is taken below a directory descriptor; `nil`
  /// where none is there. What is wrong with one is told in it.
  package static func read(
    beside picture: [UInt8], at directory: Int32 = AT_FDCWD
  ) throws(QueueError) -> Sidecar? {
    let path = picture + Array(Sidecar.ending.utf8)
    let base = picture.split(separator: UInt8(ascii: "/")).last.map(Array.init) ?? picture
    let name = Sidecar.name(of: FileName(bytes: base))
    func sidecar(_ code: String, _ message: String, _ mend: String) -> Sidecar {
      Sidecar(
        name: name,
        problem: .init(code: code, message: "\(name.text) \(message)", mend: mend))
    }
    do {
      let file = try OpenFile(
        at: directory, path, flags: O_RDONLY | O_NOFOLLOW | O_NONBLOCK | O_NOCTTY)
      guard try file.facts().isRegular else {
        return sidecar("sidecar.kind", "is not a regular file", Self.plainFile)
      }
      return try read(file, name)
    } catch {
      switch error.systemError {
      case ENOENT, ENOTDIR, ENAMETOOLONG: return nil
      case ELOOP: return sidecar("sidecar.kind", "is a link", Self.plainFile)
      case nil: throw error
      case let code?:
        return sidecar(
          "sidecar.unreadable", "cannot be read: \(String(cString: strerror(code)))",
          "See to its permissions.")
      }
    }
  }

  private static let plainFile = "Put the file itself beside the picture."

  /// Reads a sidecar that is open already. Of one that is too long no more is read than shows it: it
  /// has no digest, and so stays where it is.
  package static func read(_ file: OpenFile, _ name: FileName) throws(QueueError) -> Sidecar {
    let bytes = try file.readAll(limit: Sidecar.sizeLimit + 1)
    guard bytes.count <= Sidecar.sizeLimit else {
      let size = max(bytes.count, try file.facts().size)
      return Sidecar(
        name: name, size: size, problem: SidecarText.tooLong(size, name: name.text))
    }
    var sidecar = Sidecar(
      name: name, sha256: ForensicCore.SHA256Digest(bytes: SHA256.hash(data: bytes)),
      size: bytes.count)
    do throws(Sidecar.Problem) {
      let fields = try SidecarText.fields(bytes, name: name.text)
      sidecar.fields = fields.isEmpty ? nil : fields
    } catch {
      sidecar.problem = error
    }
    return sidecar
  }
}
