import ArgumentParser
import ForensicCore
import Service

struct KeyCommand: ParsableCommand {
  static let configuration = CommandConfiguration(
    commandName: "key", abstract: "Make and show the key that signs reports.",
    subcommands: [Generate.self, Show.self])

  struct Generate: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Make an Ed25519 key for signing reports.",
      discussion: """
        Writes the key, readable by its owner only, and its public half beside it as FILE.pub. \
        Nothing is replaced. The service signs when its configuration has [signing] key = "FILE". \
        Give the public half to whoever shall verify reports.
        """)

    @Argument(help: "The file to write.", completion: .file())
    var file: String

    func run() throws {
      let key = SigningKey()
      do {
        try key.write(path: file)
      } catch {
        Terminal.error(error.description)
        throw ExitCode.of(error)
      }
      Terminal.out("\(file.madeVisible): \(key.verifier.fingerprint)")
    }
  }

  struct Show: ParsableCommand {
    static let configuration = CommandConfiguration(
      abstract: "Print the fingerprint (SHA-256) of a public key.")

    @Argument(help: "The public key, FILE.pub.", completion: .file())
    var file: String

    func run() throws {
      do {
        Terminal.out(try VerifyingKey(path: file).fingerprint)
      } catch {
        Terminal.error(error.description)
        throw ExitCode.badConfiguration
      }
    }
  }
}
