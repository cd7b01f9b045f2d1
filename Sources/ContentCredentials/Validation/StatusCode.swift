import ForensicCore

/// The status codes of the C2PA standard (2.2, "Standard Status Codes") that this reader gives,
/// and `signingCredential.expired` for a certificate that was not valid when it signed: the name that
/// editions 1.0 to 2.1 had for it and that the reference library gives; since 2.1 the standard has
/// `claimSignature.outsideValidity`.
enum StatusCode: String, Hashable, Sendable, CaseIterable {
  case claimSignatureValidated = "claimSignature.validated"
  case claimSignatureInsideValidity = "claimSignature.insideValidity"
  case signingCredentialTrusted = "signingCredential.trusted"
  case timeStampValidated = "timeStamp.validated"
  case timeStampTrusted = "timeStamp.trusted"
  case hashedURIMatch = "assertion.hashedURI.match"
  case dataHashMatch = "assertion.dataHash.match"
  case boxesHashMatch = "assertion.boxesHash.match"
  case ingredientManifestValidated = "ingredient.manifest.validated"
  case ingredientSignatureValidated = "ingredient.claimSignature.validated"
  case ocspNotRevoked = "signingCredential.ocsp.notRevoked"

  case ocspSkipped = "signingCredential.ocsp.skipped"
  case ocspUnknown = "signingCredential.ocsp.unknown"
  case timeStampMalformed = "timeStamp.malformed"
  case timeStampMismatch = "timeStamp.mismatch"
  case timeStampOutsideValidity = "timeStamp.outsideValidity"
  case timeStampUntrusted = "timeStamp.untrusted"
  case timeOfSigningInside = "timeOfSigning.insideValidity"
  case timeOfSigningOutside = "timeOfSigning.outsideValidity"
  case unknownProvenance = "ingredient.unknownProvenance"
  case additionalExclusions = "assertion.dataHash.additionalExclusionsPresent"

  case algorithmUnsupported = "algorithm.unsupported"
  case actionMalformed = "assertion.action.malformed"
  case actionIngredientMismatch = "assertion.action.ingredientMismatch"
  case actionRedacted = "assertion.action.redacted"
  case actionRedactionMismatch = "assertion.action.redactionMismatch"
  case actionSoftBindingMissing = "assertion.action.softBindingMissing"
  case boxesHashMalformed = "assertion.boxesHash.malformed"
  case boxesHashMismatch = "assertion.boxesHash.mismatch"
  case boxesHashUnknownBox = "assertion.boxesHash.unknownBox"
  case cborInvalid = "assertion.cbor.invalid"
  case jsonInvalid = "assertion.json.invalid"
  case dataHashMalformed = "assertion.dataHash.malformed"
  case dataHashMismatch = "assertion.dataHash.mismatch"
  case dataHashRedacted = "assertion.dataHash.redacted"
  case hashedURIMismatch = "assertion.hashedURI.mismatch"
  case ingredientMalformed = "assertion.ingredient.malformed"
  case assertionMissing = "assertion.missing"
  case multipleHardBindings = "assertion.multipleHardBindings"
  case notRedacted = "assertion.notRedacted"
  case outsideManifest = "assertion.outsideManifest"
  case selfRedacted = "assertion.selfRedacted"
  case timeStampAssertionMalformed = "assertion.timestamp.malformed"
  case assertionUndeclared = "assertion.undeclared"
  case claimCBORInvalid = "claim.cbor.invalid"
  case hardBindingsMissing = "claim.hardBindings.missing"
  case claimMalformed = "claim.malformed"
  case claimMissing = "claim.missing"
  case claimMultiple = "claim.multiple"
  case claimSignatureMissing = "claimSignature.missing"
  case claimSignatureMismatch = "claimSignature.mismatch"
  case generalError = "general.error"
  case referenceMissing = "hashedURI.missing"
  case referenceMismatch = "hashedURI.mismatch"
  case ingredientSignatureMissing = "ingredient.claimSignature.missing"
  case ingredientSignatureMismatch = "ingredient.claimSignature.mismatch"
  case ingredientManifestMissing = "ingredient.manifest.missing"
  case ingredientManifestMismatch = "ingredient.manifest.mismatch"
  case manifestInaccessible = "manifest.inaccessible"
  case multipleParents = "manifest.multipleParents"
  case updateInvalid = "manifest.update.invalid"
  case updateWrongParents = "manifest.update.wrongParents"
  case signingCredentialExpired = "signingCredential.expired"
  case signingCredentialInvalid = "signingCredential.invalid"
  case ocspRevoked = "signingCredential.ocsp.revoked"
  case signingCredentialUntrusted = "signingCredential.untrusted"

  // Identity assertions (CAWG, "Identity Assertion").
  case identityWellFormed = "cawg.identity.well-formed"
  case x509Validated = "cawg.x509.signature.validated"
  case x509CredentialTrusted = "cawg.x509.credential.trusted"
  case aggregateTimeStampValidated = "cawg.ica.time_stamp.validated"
  case aggregateIssuerUntrusted = "cawg.ica.untrusted_issuer"
  case identityMalformed = "cawg.identity.cbor.invalid"
  case identityAssertionMismatch = "cawg.identity.assertion.mismatch"
  case identityAssertionDuplicate = "cawg.identity.assertion.duplicate"
  case identityHardBindingMissing = "cawg.identity.hard_binding_missing"
  case identityTypeUnknown = "cawg.identity.sig_type.unknown"
  case identityPadInvalid = "cawg.identity.pad.invalid"
  case x509AlgorithmUnsupported = "cawg.x509.algorithm.unsupported"
  case x509CredentialUntrusted = "cawg.x509.credential.untrusted"
  case x509CredentialInvalid = "cawg.x509.credential.invalid"
  case x509OutsideValidity = "cawg.x509.signature.outside_validity"
  case x509Mismatch = "cawg.x509.signature.mismatch"
  case aggregateCOSEInvalid = "cawg.ica.invalid_cose_sign1"
  case aggregateAlgorithmInvalid = "cawg.ica.invalid_alg"
  case aggregateContentTypeInvalid = "cawg.ica.invalid_content_type"
  case aggregateCredentialInvalid = "cawg.ica.invalid_verifiable_credential"
  case aggregateIssuerInvalid = "cawg.ica.invalid_issuer"
  case aggregateIssuerUnavailable = "cawg.ica.did_unavailable"
  case aggregateIssuerKeyInvalid = "cawg.ica.invalid_did_document"
  case aggregateMismatch = "cawg.ica.signature_mismatch"
  case aggregateTimeStampInvalid = "cawg.ica.time_stamp.invalid"
  case aggregateValidFromMissing = "cawg.ica.valid_from.missing"
  case aggregateValidFromInvalid = "cawg.ica.valid_from.invalid"
  case aggregateValidUntilInvalid = "cawg.ica.valid_until.invalid"
  case aggregatePayloadMismatch = "cawg.ica.signer_payload.mismatch"

  var kind: CredentialStatus.Kind {
    switch self {
    case .claimSignatureValidated, .claimSignatureInsideValidity, .signingCredentialTrusted,
      .timeStampValidated, .timeStampTrusted, .hashedURIMatch, .dataHashMatch, .boxesHashMatch,
      .ingredientManifestValidated, .ingredientSignatureValidated, .ocspNotRevoked,
      .identityWellFormed, .x509Validated, .x509CredentialTrusted, .aggregateTimeStampValidated:
      .success
    case .ocspSkipped, .ocspUnknown, .timeStampMalformed, .timeStampMismatch,
      .timeStampOutsideValidity, .timeStampUntrusted, .timeOfSigningInside,
      .timeOfSigningOutside, .unknownProvenance, .additionalExclusions, .aggregateIssuerUntrusted:
      .informational
    default: .failure
    }
  }

  /// Whether it is about an identity assertion: a statement of somebody besides the signer, which
  /// C2PA's states do not speak of.
  var isOnIdentity: Bool { rawValue.hasPrefix("cawg.") }

  /// Whether a manifest that shows this failure can still be well-formed: its contents keep the
  /// rules, and what fails is a signature, a hash or a validity ("Well-Formed Manifest").
  var leavesWellFormed: Bool {
    switch self {
    case .claimSignatureMismatch, .signingCredentialExpired, .signingCredentialInvalid,
      .signingCredentialUntrusted, .dataHashMismatch,
      .boxesHashMismatch, .boxesHashUnknownBox:
      true
    default: kind != .failure
    }
  }
}
