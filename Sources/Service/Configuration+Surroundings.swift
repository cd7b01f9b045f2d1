import ForensicCore
import Glibc

extension Configuration {
  /// Refuses what would keep the service from starting and only the machine can tell: groups and
  /// files that are not there. Changes nothing. What this user may not look at passes: the service
  /// runs as another one, and says so itself.
  public func checkSurroundings(file: String) throws(ConfigurationError) {
    func refuse(_ problem: String, _ mend: String) -> ConfigurationError {
      ConfigurationError(file: file, problem: problem, mend: mend)
    }
    if let group = control.group {
      guard let entry = getgrnam(group) else {
        throw refuse(
          "control.group: there is no group \"\(group)\"",
          "Make it with groupadd \(group), or leave the key out.")
      }
      guard entry.pointee.gr_gid != ControlAccess.nobodysGroup else {
        throw refuse(
          "control.group: \"\(group)\" is the group that strangers seem to have",
          "Make a group of its own with groupadd, or leave the key out.")
      }
    }
    let folders =
      inbox.map { ("inbox \($0.name)", $0.path) } + [("outbox", outbox), ("state", state)]
    for (title, path) in folders {
      if let mode = Self.mode(of: path), mode & S_IFMT != S_IFDIR {
        throw refuse("\(title): \(path) is no folder", "Name a folder; it may be made later.")
      }
    }
    for (key, path) in [("socket", socket)]
      + (metrics.socket.map { [("metrics.socket", $0)] } ?? [])
    {
      if let mode = Self.mode(of: path), mode & S_IFMT == S_IFDIR {
        throw refuse("\(key): \(path) is a folder", "Name a file in it.")
      }
    }
    if let program = examiner.executable, let mode = Self.mode(of: program, missing: 0),
      mode & S_IFMT != S_IFREG || mode & 0o111 == 0
    {
      throw refuse(
        "examiner.executable: there is no program \(program)",
        "Leave the key out to have it found beside forensicd.")
    }
    if let key = signing.key, access(key, R_OK) == 0 || errno != EACCES {
      _ = try SigningKey(path: key)
    }
  }

  /// What may keep the service from starting though this user, such as root, sees nothing wrong;
  /// sentences. The service's user is taken to be the owner of the state folder.
  public var warnings: [String] {
    guard let key = signing.key, let owner = Self.owner(of: key), let user = Self.owner(of: state),
      owner != user
    else { return [] }
    return [
      "signing.key: \(key) belongs to \(Self.name(owner)) and the state folder to "
        + "\(Self.name(user)): a service that runs as \(Self.name(user)) cannot read the key; "
        + "chown \(Self.name(user)) \(key)"
    ]
  }

  private static func owner(of path: String) -> uid_t? {
    var status = stat()
    return stat(path, &status) == 0 ? status.st_uid : nil
  }

  private static func name(_ user: uid_t) -> String {
    getpwuid(user).map { String(cString: $0.pointee.pw_name) } ?? "\(user)"
  }

  /// The mode of a file, `missing` where there is none, `nil` where that cannot be told.
  private static func mode(of path: String, missing: mode_t? = nil) -> mode_t? {
    var status = stat()
    if stat(path, &status) == 0 { return status.st_mode }
    return errno == ENOENT || errno == ENOTDIR ? missing : nil
  }
}
