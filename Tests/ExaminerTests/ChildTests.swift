import ExaminerPool
import ForensicCore
import Glibc
import Testing

/// Real examiner processes.
@Suite("Examiner processes", .enabled(if: Place.hasExaminer), .serialized, .timeLimit(.minutes(2)))
struct ChildTests {
  @Test("a picture is examined, and the outcome says how the child was confined")
  func examines() async throws {
    let file = NamelessFile(try TestPicture.jpeg(quality: 75))
    let outcome = try await ExaminerPool.with { await $0.examine(file) }
    let examination = try outcome.result.get()
    #expect(examination.jpeg?.quality.estimate == 75)
    let confinement = try #require(outcome.confinement)
    #expect(confinement.noNewPrivileges)
    #expect(confinement.memoryLimit == 512 << 20)
    #expect(confinement.timeLimit == 20)
  }

  @Test("a child gives the same examination as the pipeline in this process, twice")
  func same() async throws {
    let bytes = try TestPicture.jpeg()
    let file = NamelessFile(bytes)
    let outcomes = try await ExaminerPool.with { pool in
      [try await pool.examine(file).result.get(), try await pool.examine(file).result.get()]
    }
    #expect(outcomes[0] == outcomes[1])
  }

  @Test("the descriptor's offset does not matter and stays where it was")
  func offset() async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    lseek(file.descriptor, 17, Int32(SEEK_SET))
    let outcome = try await ExaminerPool.with { await $0.examine(file) }
    #expect(throws: Never.self) { try outcome.result.get() }
    #expect(lseek(file.descriptor, 0, Int32(SEEK_CUR)) == 17)
  }

  @Test("a file of another length than announced is a change", arguments: [-1, 1])
  func changed(by difference: Int) async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    let outcome = try await ExaminerPool.with {
      await $0.examine(
        descriptor: file.descriptor, name: FileName("a"), size: file.size + difference)
    }
    #expect(outcome.failure?.code == "file.changed")
    #expect(outcome.failure?.transient == true)
  }

  @Test("a descriptor that cannot be read is a failure of that exhibit alone")
  func unreadable() async throws {
    let good = NamelessFile(try TestPicture.jpeg())
    let null = open("/dev/null", O_WRONLY | O_CLOEXEC)
    defer { close(null) }
    try await ExaminerPool.with { pool in
      let outcome = await pool.examine(descriptor: null, name: FileName("a"), size: 10)
      #expect(outcome.failure?.code == "file.unreadable")
      #expect(await pool.examines(good))
      #expect(pool.statistics.started == 1)
    }
  }

  @Test("a file longer than the limit is refused")
  func tooLong() async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    let outcome = try await ExaminerPool.with({ $0.maximumFileSize = 1000 }) {
      await $0.examine(file)
    }
    #expect(outcome.failure?.code == "limit.size")
    #expect(outcome.failure?.transient == false)
  }

  @Test("fifty at once over two children, each with its own answer")
  func many() async throws {
    let sizes = (0..<50).map { 200 + 8 * $0 }
    let files = try sizes.map { NamelessFile(try TestPicture.jpeg(width: $0, height: 160)) }
    try await ExaminerPool.with({ $0.count = 2 }) { pool in
      await withTaskGroup(of: (Int, ExaminationOutcome).self) { group in
        for index in files.indices {
          group.addTask { (index, await pool.examine(files[index])) }
        }
        for await (index, outcome) in group {
          #expect((try? outcome.result.get())?.image.width == sizes[index])
        }
      }
      #expect(pool.statistics.examined == 50)
      #expect(pool.statistics.started == 2)
    }
  }

  /// Other tests open sockets meanwhile, so a leak has to show in numbers.
  @Test("no descriptor is left open by pools that come and go")
  func leaks() async throws {
    let file = NamelessFile(try TestPicture.jpeg(width: 64, height: 64))
    let before = openDescriptors()
    for _ in 0..<15 {
      try await ExaminerPool.with({ $0.exhibitsPerExaminer = 1 }) { pool in
        for _ in 0..<2 { #expect(await pool.examines(file)) }
      }
    }
    #expect(openDescriptors() < before + 15)
  }

  /// Sockets and pipes of this process: what the pool opens.
  private func openDescriptors() -> Int {
    (0..<Int32(256)).count { descriptor in
      var status = stat()
      return fstat(descriptor, &status) == 0
        && (status.st_mode & S_IFMT == S_IFSOCK || status.st_mode & S_IFMT == S_IFIFO)
    }
  }

  @Test("an examiner is replaced after its share of exhibits, and nobody notices")
  func recycled() async throws {
    let file = NamelessFile(try TestPicture.jpeg())
    try await ExaminerPool.with({ $0.exhibitsPerExaminer = 2 }) { pool in
      for _ in 0..<5 {
        #expect(await pool.examines(file))
      }
      #expect(pool.statistics.retired == 2)
      #expect(pool.statistics.lost == 0)
    }
  }
}
