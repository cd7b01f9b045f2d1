import Crypto
import SwiftASN1
import X509

/// The certificates that the user trusts. None is assumed: with an empty list every signer is
/// untrusted, and the report says that no list is installed.
public struct TrustList: Sendable {
  /// Anchors that others' chains may end at, and end-entity certificates that are accepted as
  /// they are (the standard's private credential store).
  let certificates: [SigningCertificate]
  /// SHA-256 over the certificates in order, hexadecimal: two lists that give the same results
  /// have the same.
  public let digest: String
  /// PEM blocks that were no certificate, or not readable.
  public let refused: Int

  public var count: Int { certificates.count }

  public static let empty = TrustList(certificates: [], refused: 0)

  /// More certificates are not read.
  private static let most = 4096

  private init(certificates: [SigningCertificate], refused: Int) {
    self.certificates = certificates
    self.refused = refused
    var hash = SHA256()
    for certificate in certificates { hash.update(data: certificate.der) }
    digest = hash.finalize().map { ($0 < 16 ? "0" : "") + String($0, radix: 16) }.joined()
  }

  /// Reads a PEM file: any number of `CERTIFICATE` blocks, text between them passed over.
  /// - Throws: `malformed` when there is no certificate in it.
  public init(pem text: String) throws(CredentialError) {
    var certificates = [SigningCertificate]()
    var refused = 0
    for block in Self.blocks(text) {
      guard certificates.count < Self.most else {
        throw .limit("the trust list has more than \(Self.most) certificates")
      }
      guard let document = try? PEMDocument(pemString: block),
        document.discriminator == "CERTIFICATE",
        let certificate = try? SigningCertificate(der: document.derBytes)
      else {
        refused += 1
        continue
      }
      certificates.append(certificate)
    }
    guard !certificates.isEmpty else {
      throw .malformed("the trust list holds no readable CERTIFICATE block", offset: 0)
    }
    self.init(certificates: certificates, refused: refused)
  }

  private static func blocks(_ text: String) -> [String] {
    var blocks = [String]()
    var lines: [Substring]?
    for line in text.split(whereSeparator: \.isNewline) {
      let line = line.drop { $0.isWhitespace }
      if line.hasPrefix("-----BEGIN ") { lines = [] }
      lines?.append(line)
      if line.hasPrefix("-----END "), let block = lines {
        blocks.append(block.joined(separator: "\n") + "\n")
        lines = nil
      }
    }
    return blocks
  }
}
