import Foundation
import Glibc
import Logging
import Service
import Synchronization
import Testing

@Suite("Peers of the control socket", .timeLimit(.minutes(1)))
struct ControlPeersTests {
  private let path = "/tmp/forensicd-test-\(UInt64.random(in: 0...UInt64.max)).sock"

  private func server(
    group: String? = nil, limits: ControlServer.Limits = .init(), log: Logger = .silent,
    answer: @escaping ControlServer.Handler = { _ in Array("{\"value\":\"here\"}".utf8) }
  ) throws -> ControlServer {
    try ControlServer(path: path, group: group, log: log, limits: limits, handler: answer)
  }

  private func status() throws -> String {
    try ControlClient(socket: path, patience: 3).ask(
      ControlRequest(command: .status), for: String.self)
  }

  // MARK: Who they are

  @Test("the kernel's word on user and groups")
  func credentials() throws {
    var pair: [Int32] = [-1, -1]
    try #require(socketpair(AF_UNIX, Int32(SOCK_STREAM.rawValue), 0, &pair) == 0)
    defer { pair.forEach { _ = close($0) } }
    var groups = [gid_t](repeating: 0, count: 65_536)
    let count = getgroups(Int32(groups.count), &groups)
    let expected = SocketPeer(
      user: geteuid(), groups: Set(groups.prefix(Int(max(0, count)))).union([getegid()]))
    #expect(SocketPeer(of: pair[0]) == expected)
    #expect(SocketPeer(of: -1) == nil)
  }

  @Test(
    "root, the service's user and the group are let in",
    arguments: [
      (SocketPeer(user: 0, groups: [5]), true), (SocketPeer(user: 70, groups: []), true),
      (SocketPeer(user: 9, groups: [9, 30]), true), (SocketPeer(user: 9, groups: [9, 31]), false),
      (SocketPeer(user: 9, groups: []), false),
    ])
  func admits(peer: SocketPeer, isAllowed: Bool) {
    #expect(ControlAccess(owner: 70, group: 30).allows(peer) == isAllowed)
    #expect(ControlAccess(owner: 70, group: nil).allows(peer) == (isAllowed && peer.user != 9))
  }

  @Test(
    "a group that the user namespace does not map cannot be seen in a peer",
    arguments: [
      ("         0          0 4294967295\n", true), ("         0          0          1\n", false),
      ("0 0 1\n2001 2001 1\n", true), ("0 0 2001\n", false), ("2000 7 3\n", true), ("", false),
      ("18446744073709551615 x y\n", false),
    ])
  func namespaces(map: String, isVisible: Bool) {
    #expect(ControlAccess.isVisible(2001, map: map) == isVisible)
  }

  @Test(
    "the group that strangers seem to have lets nobody in",
    .enabled(if: getgrnam("nogroup")?.pointee.gr_gid == 65_534, "nogroup has another number"))
  func nobodysGroup() throws {
    let error = #expect(throws: SystemError.self) { _ = try server(group: "nogroup") }
    #expect(error?.code == EINVAL)
    #expect(access(path, F_OK) != 0)
  }

  /// The group is one that no user database lists these users in: what counts is what the process
  /// has. Side by side, because an answer about one must never be about the other.
  @Test(
    "members are served and outsiders are not, while both ask",
    .enabled(if: geteuid() == 0, "only root can be somebody else"),
    .enabled(if: access("/usr/bin/setpriv", X_OK) == 0 && access("/usr/bin/perl", X_OK) == 0))
  func outsiders() async throws {
    let server = try server(group: "daemon")
    server.start()
    defer { server.stop() }
    let group = try #require(getgrnam("daemon")).pointee.gr_gid
    let peers = try [["--groups=\(group)"], ["--clear-groups"]].flatMap { groups in
      try (0..<2).map { _ in try others(asking: 100, groups) }
    }
    let answers = await offPool {
      peers.map { process, pipe in
        let bytes = pipe.fileHandleForReading.readDataToEndOfFile()
        process.waitUntilExit()
        return String(decoding: bytes, as: UTF8.self)
      }
    }
    #expect(answers == ["served=100", "served=100", "denied=100", "denied=100"])
  }

  /// A process that is neither root nor the service's user and asks so many times.
  private func others(asking times: Int, _ groups: [String]) throws -> (Process, Pipe) {
    let script = """
      use IO::Socket::UNIX;
      $SIG{PIPE} = "IGNORE";
      my %count;
      for (1..$ARGV[1]) {
        my $socket = IO::Socket::UNIX->new(Peer => $ARGV[0]) or die $!;
        print $socket qq({"protocol":1,"command":"status"}\\n);
        my $line = <$socket>;
        $count{$line =~ /"value"/ ? "served" : $line =~ /"denied":true/ ? "denied" : "else"}++;
      }
      print join ",", map { "$_=$count{$_}" } sort keys %count;
      """
    let process = Process()
    let pipe = Pipe()
    process.executableURL = URL(fileURLWithPath: "/usr/bin/setpriv")
    process.arguments =
      ["--reuid=65533", "--regid=65533"] + groups
      + ["/usr/bin/perl", "-e", script, path, "\(times)"]
    process.standardOutput = pipe
    try process.run()
    return (process, pipe)
  }

  // MARK: What they may take

  @Test("peers that never take their answer keep nobody else waiting")
  func unread() async throws {
    let long = Array("{\"value\":\"\(String(repeating: "x", count: 4 << 20))\"}".utf8)
    let server = try server { $0.command == .queue ? long : Array("{\"value\":\"here\"}".utf8) }
    server.start()
    defer { server.stop() }
    let silent = (0..<12).map { _ in UnixPeer(path) }
    for peer in silent { peer.send("{\"protocol\":1,\"command\":\"queue\"}\n") }
    usleep(100_000)
    #expect(try await offPool { try status() } == "here")
    withExtendedLifetime(silent) {}
  }

  @Test("there is one deadline for the whole answer, however slowly it is taken")
  func slowReader() async throws {
    var limits = ControlServer.Limits()
    limits.answer = .milliseconds(400)
    let length = 64 << 20
    let server = try server(limits: limits) { _ in [UInt8](repeating: 0x20, count: length) }
    server.start()
    defer { server.stop() }
    let peer = UnixPeer(path)
    peer.send("{\"protocol\":1,\"command\":\"status\"}\n")
    let (taken, time) = await offPool {
      var taken = 0
      let start = ContinuousClock.now
      while let bytes = peer.read(4096) {
        taken += bytes.count
        // Often enough that no single write waits long.
        if start.duration(to: .now) < .seconds(2) { usleep(2000) }
      }
      return (taken, start.duration(to: .now))
    }
    #expect(taken < length)
    #expect(time < .seconds(5))
  }

  @Test("and one for the whole request")
  func slowWriter() async throws {
    var limits = ControlServer.Limits()
    limits.request = .milliseconds(300)
    let server = try server(limits: limits)
    server.start()
    defer { server.stop() }
    let peer = UnixPeer(path)
    let sent = await offPool {
      (0..<40).prefix { _ in
        usleep(50_000)
        return peer.send("x")
      }.count
    }
    #expect((1..<40).contains(sent))
  }

  @Test("a user has so many places, and is told when they are taken")
  func crowd() async throws {
    var limits = ControlServer.Limits()
    limits.peersOfOneUser = 2
    let server = try server(limits: limits)
    server.start()
    defer { server.stop() }
    var silent = [UnixPeer(path), UnixPeer(path)]
    let error = await offPool { #expect(throws: ControlError.self) { try status() } }
    #expect(error?.description.contains("too many") == true)
    silent.removeAll()
    #expect(
      await offPool {
        (0..<100).contains { _ in
          usleep(20_000)
          return (try? status()) == "here"
        }
      })
  }

  @Test("an answer that does not come is said not to come")
  func hanging() async throws {
    var limits = ControlServer.Limits()
    limits.thought = .milliseconds(100)
    let server = try server(limits: limits) { _ in
      try? await Task.sleep(for: .seconds(1))
      return []
    }
    server.start()
    defer { server.stop() }
    let error = await offPool { #expect(throws: ControlError.self) { try status() } }
    #expect(error?.description.contains("busy") == true)
  }

  @Test("refusals fill one line a minute")
  func refusals() {
    let count = RefusalCount()
    let start = ContinuousClock.now
    #expect(count.add(at: start) == 1)
    for number in 0..<1000 { #expect(count.add(at: start + .milliseconds(number)) == nil) }
    #expect(count.add(at: start + .seconds(60)) == 1001)
    #expect(count.add(at: start + .seconds(119)) == nil)
    #expect(count.add(at: start + .seconds(121)) == 2)
  }
}

@Suite("A socket that is taken over", .timeLimit(.minutes(1)))
struct TakeoverTests {
  private let path = "/tmp/forensicd-test-\(UInt64.random(in: 0...UInt64.max)).sock"

  private func server() throws -> ControlServer {
    try ControlServer(path: path, group: nil, log: .silent) { _ in [] }
  }

  /// A service that is stopped (SIGSTOP) or busy lets nobody in, and lives.
  @Test("one whose backlog is full is not")
  func busy() async throws {
    let listener = UnixPeer.make()
    defer {
      close(listener)
      unlink(path)
    }
    try #require(UnixPeer.call(path) { bind(listener, $0, $1) } == 0)
    try #require(listen(listener, 0) == 0)
    var waiting = [Int32]()
    defer { waiting.forEach { _ = close($0) } }
    while waiting.count < 16 {
      let peer = UnixPeer.make(Int32(SOCK_NONBLOCK.rawValue))
      waiting.append(peer)
      if UnixPeer.call(path, { connect(peer, $0, $1) }) != 0 { break }
    }
    let error = await offPool { #expect(throws: SystemError.self) { _ = try server() } }
    #expect(error?.code == EADDRINUSE)
    #expect(access(path, F_OK) == 0)
  }

  @Test("one that no stream can be made to is left alone", arguments: [SOCK_DGRAM])
  func foreign(type: __socket_type) throws {
    let other = socket(AF_UNIX, Int32(type.rawValue), 0)
    defer {
      close(other)
      unlink(path)
    }
    try #require(UnixPeer.call(path) { bind(other, $0, $1) } == 0)
    #expect(throws: SystemError.self) { _ = try server() }
    #expect(access(path, F_OK) == 0)
  }

  @Test("a dead one's is, and a second stop does not take a third one's")
  func dead() throws {
    let listener = UnixPeer.make()
    try #require(UnixPeer.call(path) { bind(listener, $0, $1) } == 0)
    close(listener)
    let first = try server()
    first.stop()
    #expect(access(path, F_OK) != 0)
    let second = try server()
    first.stop()
    #expect(access(path, F_OK) == 0)
    second.stop()
  }
}
