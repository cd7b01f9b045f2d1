import ForensicCore
import Glibc

/// Sidecar files go where their picture goes. Each step may be repeated; what stands in the way
/// of a sidecar never stands in the way of its picture.
extension Custodian {
  /// Stores the sidecar beside its picture in the evidence store, before either leaves the inbox.
  ///
  /// - Returns: what a person should know, where there was something in the way.
  package func keepSidecar(_ exhibit: Case) throws -> String? {
    guard exhibit.disposition != .keep, let picture = exhibit.sha256,
      let sidecar = exhibit.sidecar, let digest = sidecar.sha256
    else { return nil }
    return try evidence.exclusively(picture, hasher) {
      let isThere = try evidence.keeps(
        sidecar: digest, of: picture, size: sidecar.size, hasher: hasher)
      guard !isThere else { return nil }
      guard let folder = folder(of: exhibit),
        let file = try? Self.openRegular(folder, Sidecar.name(of: exhibit.name).bytes),
        try isSame(file, as: sidecar)
      else {
        return "\(sidecar.name.madeVisible) was changed or taken away before it could be stored; "
          + "the report has what it said when the picture was taken up"
      }
      try evidence.add(
        sidecar: file, digest: digest, size: sidecar.size ?? Sidecar.sizeLimit, of: picture,
        hasher: hasher)
      return nil
    }
  }

  /// Takes a stored sidecar out of its inbox, and never another file that came to have its name.
  package func letGoSidecar(_ exhibit: Case) throws -> String? {
    guard exhibit.disposition == .archive, let picture = exhibit.sha256,
      let sidecar = exhibit.sidecar, let digest = sidecar.sha256,
      evidence.holds(sidecar: digest, of: picture), let folder = folder(of: exhibit)
    else { return nil }
    let name = Sidecar.name(of: exhibit.name).bytes
    let hidden = Array(".forensicd-taken-\(exhibit.id)\(Sidecar.ending)".utf8)
    func isIt(_ name: [UInt8]) -> Bool {
      guard let file = try? Self.openRegular(folder, name) else { return false }
      return (try? isSame(file, as: sidecar)) == true
    }
    do {
      if isIt(name) {
        guard try folder.rename(name, to: folder, hidden) == .done else {
          throw QueueError(code: "system", message: "its hidden name is taken")
        }
        try crash.pass(.sidecarTaken)
      }
      guard folder.exists(hidden) else { return nil }
      if isIt(hidden) {
        folder.remove(hidden)
        guard !folder.exists(hidden) else { throw QueueError.system(errno, "cannot remove it") }
        try crash.pass(.sidecarGone)
      } else if try folder.rename(hidden, to: folder, name) == .taken {
        _ = try folder.rename(hidden, to: folder, Array("\(exhibit.id)-".utf8) + name.suffix(200))
      }
      return nil
    } catch let error as QueueError {
      return "cannot remove \(sidecar.name.madeVisible) from its inbox: \(error.message)"
    }
  }

  /// Whether this is the sidecar that was read.
  private func isSame(_ file: OpenFile, as sidecar: Sidecar) throws -> Bool {
    let length = sidecar.size ?? Sidecar.sizeLimit
    return try hasher.hash(file, length: length)?.digest == sidecar.sha256
  }
}
