import ContentCredentials
import Crypto
import SwiftASN1

/// Writes RFC 3161 time stamps for the tests: anybody can be an authority of their own.
struct TimeStampWriting {
  let signer: Signer
  /// As `GeneralizedTime` writes it.
  var time = "20250101000000Z"

  init(by signer: Signer) { self.signer = signer }

  private static let signedData: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 7, 2]
  private static let tstInfo: [UInt8] = [0x2A, 0x86, 0x48, 0x86, 0xF7, 0x0D, 1, 9, 0x10, 1, 4]
  private static let sha256: [UInt8] = [0x60, 0x86, 0x48, 1, 0x65, 3, 4, 2, 1]
  private static let ecdsaWithSHA256: [UInt8] = [0x2A, 0x86, 0x48, 0xCE, 0x3D, 4, 3, 2]
  private static let policy: [UInt8] = [0x2A, 3]

  private enum Problem: Error { case noCertificate, noP256Key }

  private static func node(_ tag: UInt8, _ parts: [UInt8]...) -> [UInt8] {
    let content = parts.flatMap { $0 }
    let length: [UInt8] =
      switch content.count {
      case ..<128: [UInt8(content.count)]
      case ..<256: [0x81, UInt8(content.count)]
      default: [0x82, UInt8(content.count >> 8), UInt8(content.count & 255)]
      }
    return [tag] + length + content
  }

  private static func children(_ node: ASN1Node) -> [ASN1Node] {
    if case .constructed(let children) = node.content { Array(children) } else { [] }
  }

  /// A token over the message, without signed attributes.
  func token(_ message: [UInt8]) throws -> [UInt8] {
    guard case .p256(let key) = signer.key else { throw Problem.noP256Key }
    let digest = Self.node(0x30, Self.node(0x06, Self.sha256))
    let info = Self.node(
      0x30, [0x02, 1, 1], Self.node(0x06, Self.policy),
      Self.node(0x30, digest, Self.node(0x04, Array(SHA256.hash(data: message)))), [0x02, 1, 7],
      Self.node(0x18, Array(time.utf8)))
    let certificate = Self.children(try DER.parse(signer.chain[0]))
    guard let fields = certificate.first.map(Self.children), fields.count > 3 else {
      throw Problem.noCertificate
    }
    // After the version: the serial number, the algorithm, the issuer.
    let identifier = Self.node(0x30, Array(fields[3].encodedBytes), Array(fields[1].encodedBytes))
    // Of one length, so that a file can be built around its own hash.
    var signature = [UInt8]()
    while signature.count != 71 {
      signature = Array(try key.signature(for: info).derRepresentation)
    }
    let signerInfo = Self.node(
      0x30, [0x02, 1, 1], identifier, digest,
      Self.node(0x30, Self.node(0x06, Self.ecdsaWithSHA256)), Self.node(0x04, signature))
    return Self.node(
      0x30, Self.node(0x06, Self.signedData),
      Self.node(
        0xA0,
        Self.node(
          0x30, [0x02, 1, 3], Self.node(0x31, digest),
          Self.node(
            0x30, Self.node(0x06, Self.tstInfo), Self.node(0xA0, Self.node(0x04, info))),
          Self.node(0xA0, signer.chain.flatMap { $0 }), Self.node(0x31, signerInfo))))
  }
}
