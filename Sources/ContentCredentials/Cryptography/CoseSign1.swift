/// A `COSE_Sign1_Tagged` structure (RFC 9052, section 4.2) as C2PA uses it: the payload is the
/// claim and stands elsewhere.
struct CoseSign1: Sendable {
  /// The protected headers as they are signed.
  var protected: [UInt8]
  var protectedHeaders: CBORValue
  var unprotectedHeaders: CBORValue
  var signature: [UInt8]
  /// What is signed, where it is not left out as it is for claims.
  var payload: [UInt8]?

  private static let tag: UInt64 = 18
  private static let algorithmHeader = 1
  private static let chainHeader = 33

  /// - Throws: `malformed` for anything that is no such structure.
  init(_ bytes: ArraySlice<UInt8>, limits: CredentialLimits) throws(CredentialError) {
    guard case .tagged(Self.tag, .array(let parts)) = try CBORDecoder.decode(bytes, limits: limits),
      parts.count == 4, case .bytes(let protected) = parts[0], parts[1].entries != nil,
      case .bytes(let signature) = parts[3]
    else { throw .malformed("not a COSE_Sign1_Tagged structure", offset: 0) }
    self.protected = protected
    protectedHeaders =
      protected.isEmpty ? .map([]) : try CBORDecoder.decode(protected[...], limits: limits)
    unprotectedHeaders = parts[1]
    self.signature = signature
    if case .bytes(let payload) = parts[2] { self.payload = payload }
  }

  var scheme: SignatureScheme? {
    protectedHeaders[Self.algorithmHeader]?.integer.flatMap { SignatureScheme(cose: $0) }
  }

  /// The certificates, the signer's first: from the protected header or, as early editions
  /// allowed, from the unprotected one; `nil` without any, or with both.
  var chain: [[UInt8]]? {
    let kept = Self.chain(protectedHeaders)
    let loose = Self.chain(unprotectedHeaders)
    guard (kept == nil) != (loose == nil) else { return nil }
    return kept ?? loose
  }

  private static func chain(_ headers: CBORValue) -> [[UInt8]]? {
    guard let value = headers["x5chain"] ?? headers[chainHeader] else { return nil }
    if case .bytes(let single) = value { return [single] }
    let certificates = value.array?.compactMap { item -> [UInt8]? in
      if case .bytes(let bytes) = item { bytes } else { nil }
    }
    return certificates.flatMap { $0.isEmpty ? nil : $0 }
  }

  /// `Sig_structure` for a claim: what the signature is over.
  func signedBytes(claim: ArraySlice<UInt8>) -> [UInt8] {
    CBOREncoder.signatureStructure(context: "Signature1", [protected, [], Array(claim)])
  }

  /// A time stamp inside the signature, with what it has to be about (C2PA, "Choosing the
  /// Payload").
  struct Stamp: Sendable {
    var token: [UInt8]
    var message: [UInt8]
  }

  /// The tokens of `sigTst2`, or else of `sigTst`; `nil` without the header.
  func stamps(claim: ArraySlice<UInt8>) -> [Stamp]? {
    let second = unprotectedHeaders["sigTst2"] ?? protectedHeaders["sigTst2"]
    guard let header = second ?? unprotectedHeaders["sigTst"] ?? protectedHeaders["sigTst"] else {
      return nil
    }
    let message = second == nil ? stamped(Array(claim)) : stampedSignature
    return (header["tstTokens"]?.array ?? []).compactMap { item in
      item["val"]?.bytes.map { Stamp(token: $0, message: message) }
    }
  }

  /// What `sigTst2` stamps: the signature as a CBOR byte string, in a countersignature structure.
  var stampedSignature: [UInt8] { stamped(CBOREncoder.byteString(signature)) }

  private func stamped(_ payload: [UInt8]) -> [UInt8] {
    CBOREncoder.signatureStructure(context: "CounterSignature", [protected, [], payload])
  }

  /// The time the signer claims (`iat`, RFC 8392), in seconds since 1970.
  var claimedTime: Int64? {
    guard let value = protectedHeaders["iat"] ?? protectedHeaders[15]?[6] else { return nil }
    return value.untagged.integer.map(Int64.init)
  }
}
