import CLinux
import ExaminerPool
import ForensicCore
import Glibc
import Testing

@Suite("Confinement", .enabled(if: Place.hasExaminer), .serialized, .timeLimit(.minutes(1)))
struct ConfinementTests {
  @Test("the child found every door shut")
  func trials() async throws {
    let greeting = try await ExaminerPool.with { try await $0.greeting().get() }
    #expect(greeting.confinement.noNewPrivileges)
    #if arch(x86_64)
      #expect(greeting.confinement.seccomp)
      #expect(greeting.trials.count >= 5)
      #expect(greeting.trials.allSatisfy { $0.contains("refused") })
    #endif
    let abi = Int(clinux_landlock_abi())
    #expect(greeting.confinement.landlock == (abi > 0 ? abi : nil))
  }

  @Test("the kernel says the same of it")
  func kernel() async throws {
    try await ExaminerPool.with { pool in
      _ = try await pool.greeting().get()
      let pid = try #require(pool.processIDs.first)
      let status = try text("/proc/\(pid)/status")
      #expect(status.contains("NoNewPrivs:\t1"))
      #if arch(x86_64)
        #expect(status.contains("Seccomp:\t2"))
      #endif
      #expect(status.contains("Threads:\t1\n"))
      let limits = try text("/proc/\(pid)/limits")
      #expect(limits.contains("Max file size             0 "))
      #expect(limits.contains("Max core file size        0 "))
      #expect(limits.contains("Max processes             0 "))
    }
  }

  @Test("it holds the socket, its standard streams and its two memory gauges, and nothing else")
  func descriptors() async throws {
    let extra = open("/dev/zero", O_RDONLY)
    defer { close(extra) }
    try await ExaminerPool.with { pool in
      _ = try await pool.greeting().get()
      let pid = try #require(pool.processIDs.first)
      guard let directory = opendir("/proc/\(pid)/fd") else { return }
      defer { closedir(directory) }
      var count = 0
      while readdir(directory) != nil { count += 1 }
      #expect(count - 2 == 6)
    }
  }

  @Test("confinement can be switched off, and then the report says so")
  func off() async throws {
    let greeting = try await ExaminerPool.with({ $0.confined = false }) {
      try await $0.greeting().get()
    }
    #expect(!greeting.confinement.seccomp)
    #expect(greeting.confinement.landlock == nil)
  }

  private func text(_ path: String) throws -> String {
    let descriptor = open(path, O_RDONLY | O_CLOEXEC)
    try #require(descriptor >= 0)
    defer { close(descriptor) }
    var buffer = [UInt8](repeating: 0, count: 8192)
    let count = read(descriptor, &buffer, buffer.count)
    return String(decoding: buffer[..<max(0, count)], as: UTF8.self)
  }
}
