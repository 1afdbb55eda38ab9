package io.ethpeerflow.tls.certificate;

import io.ethpeerflow.wire.WireFormatException;
import java.time.DateTimeException;
import java.time.Instant;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.util.Arrays;
import java.util.HashSet;
import java.util.HexFormat;
import java.util.Set;
import org.jspecify.annotations.Nullable;

/**
 * The parts of an X.509 certificate that libp2p looks at, cut out of its DER.
 *
 * @param tbs what the self-signature covers
 * @param signatureAlgorithm the content of the object identifier, in hex
 * @param signature the self-signature
 * @param subjectPublicKeyInfo the certificate's key, as the host key signed it
 * @param notBefore first instant of validity
 * @param notAfter last instant of validity
 * @param signedKey the content of the libp2p extension, or null when there is none
 */
record ParsedCertificate(
    byte[] tbs,
    String signatureAlgorithm,
    byte[] signature,
    byte[] subjectPublicKeyInfo,
    Instant notBefore,
    Instant notAfter,
    byte @Nullable [] signedKey) {

  /** 1.3.6.1.4.1.53594.1.1 */
  static final String LIBP2P_EXTENSION = "2b0601040183a25a0101";

  private static final String KEY_USAGE = "551d0f";

  /**
   * What may be critical besides the libp2p extension: key usage (whose signature bit is checked),
   * key identifiers, alternative names, basic constraints, extended key usage. Nothing in them
   * matters to a certificate that stands for itself alone.
   */
  private static final Set<String> UNDERSTOOD =
      Set.of(
          LIBP2P_EXTENSION, KEY_USAGE, "551d0e", "551d11", "551d12", "551d13", "551d23", "551d25");

  private static final int MAX_EXTENSIONS = 32;
  private static final int EXPLICIT_VERSION = 0xa0;
  private static final int ISSUER_UNIQUE_ID = 0x81;
  private static final int SUBJECT_UNIQUE_ID = 0x82;
  private static final int EXPLICIT_EXTENSIONS = 0xa3;

  /**
   * Takes a certificate apart.
   *
   * @throws WireFormatException when it is not strict DER, not version 3, has a unique id, an
   *     extension twice, or a critical one that is not understood
   */
  static ParsedCertificate parse(byte[] der) throws WireFormatException {
    var outer = new DerReader(der);
    DerReader certificate = outer.enter(DerReader.SEQUENCE, "certificate");
    outer.expectEnd("certificate");
    byte[] tbs = certificate.whole(DerReader.SEQUENCE, "tbsCertificate");
    byte[] algorithm = certificate.whole(DerReader.SEQUENCE, "signatureAlgorithm");
    byte[] signature = certificate.bits("signatureValue");
    certificate.expectEnd("signatureValue");

    DerReader fields = new DerReader(tbs).enter(DerReader.SEQUENCE, "tbsCertificate");
    readVersion(fields.enter(EXPLICIT_VERSION, "version"));
    fields.enter(DerReader.INTEGER, "serialNumber");
    if (!Arrays.equals(fields.whole(DerReader.SEQUENCE, "signature"), algorithm)) {
      throw new WireFormatException("certificate names two different signature algorithms");
    }
    fields.enter(DerReader.SEQUENCE, "issuer");
    DerReader validity = fields.enter(DerReader.SEQUENCE, "validity");
    Instant notBefore = readTime(validity, "notBefore");
    Instant notAfter = readTime(validity, "notAfter");
    validity.expectEnd("validity");
    fields.enter(DerReader.SEQUENCE, "subject");
    byte[] keyInfo = fields.whole(DerReader.SEQUENCE, "subjectPublicKeyInfo");
    // [spec tls/unique-ids] the deprecated unique ids must be absent
    if (fields.peek() == ISSUER_UNIQUE_ID || fields.peek() == SUBJECT_UNIQUE_ID) {
      throw new WireFormatException("certificate has a unique id, which is not allowed");
    }
    byte[] signedKey = null;
    if (!fields.atEnd()) {
      DerReader explicit = fields.enter(EXPLICIT_EXTENSIONS, "extensions");
      signedKey = readExtensions(explicit.enter(DerReader.SEQUENCE, "extensions"));
      explicit.expectEnd("extensions");
      fields.expectEnd("extensions");
    }
    return new ParsedCertificate(
        tbs, algorithmOf(algorithm), signature, keyInfo, notBefore, notAfter, signedKey);
  }

  private static void readVersion(DerReader explicit) throws WireFormatException {
    byte[] version = explicit.content(DerReader.INTEGER, "version");
    explicit.expectEnd("version");
    if (version.length != 1 || version[0] != 2) {
      throw new WireFormatException(
          "certificate version is 0x" + HexFormat.of().formatHex(version) + ", allowed is 0x02");
    }
  }

  private static String algorithmOf(byte[] identifier) throws WireFormatException {
    DerReader fields = new DerReader(identifier).enter(DerReader.SEQUENCE, "signatureAlgorithm");
    return HexFormat.of().formatHex(fields.content(DerReader.OID, "signatureAlgorithm"));
  }

  private static byte @Nullable [] readExtensions(DerReader extensions) throws WireFormatException {
    byte[] signedKey = null;
    var seen = new HashSet<String>();
    while (!extensions.atEnd()) {
      DerReader extension = extensions.enter(DerReader.SEQUENCE, "extension");
      String id = HexFormat.of().formatHex(extension.content(DerReader.OID, "extension id"));
      boolean critical = extension.peek() == DerReader.BOOLEAN && readTrue(extension);
      byte[] value = extension.content(DerReader.OCTET_STRING, "extension value");
      extension.expectEnd("extension");
      if (!seen.add(id) || seen.size() > MAX_EXTENSIONS) {
        throw new WireFormatException(
            "certificate has extension " + id + " twice, or more than " + MAX_EXTENSIONS);
      }
      // [spec tls/critical-extensions] one that is critical and unknown ends the handshake
      if (critical && !UNDERSTOOD.contains(id)) {
        throw new WireFormatException(
            "certificate has the critical extension " + id + " (DER), which is unknown");
      }
      // [spec tls/other-extensions]
      if (id.equals(KEY_USAGE)) {
        checkKeyUsage(value);
      } else if (id.equals(LIBP2P_EXTENSION)) {
        signedKey = value;
      }
    }
    return signedKey;
  }

  private static boolean readTrue(DerReader extension) throws WireFormatException {
    byte[] flag = extension.content(DerReader.BOOLEAN, "critical");
    if (flag.length != 1 || flag[0] != (byte) 0xff) {
      throw new WireFormatException("critical is present but not TRUE, which is not DER");
    }
    return true;
  }

  /** RFC 8446 section 4.4.2.2: a key usage that is present must allow signatures. */
  private static void checkKeyUsage(byte[] value) throws WireFormatException {
    byte[] usage = new DerReader(value).content(DerReader.BIT_STRING, "keyUsage");
    if (usage.length < 2 || (usage[1] & 0x80) == 0) {
      throw new WireFormatException("keyUsage does not allow signatures");
    }
  }

  private static Instant readTime(DerReader in, String what) throws WireFormatException {
    boolean utc = in.peek() == DerReader.UTC_TIME;
    byte[] text = in.content(utc ? DerReader.UTC_TIME : DerReader.GENERALIZED_TIME, what);
    int digits = utc ? 12 : 14;
    if (text.length != digits + 1 || text[digits] != 'Z') {
      throw new WireFormatException(
          what + " has " + text.length + " characters, allowed are " + digits + " digits and a Z");
    }
    int year = utc ? number(text, 0, 2, what) : number(text, 0, 4, what);
    if (utc) {
      year += year < 50 ? 2000 : 1900;
    }
    int at = digits - 10;
    try {
      return LocalDateTime.of(
              year,
              number(text, at, 2, what),
              number(text, at + 2, 2, what),
              number(text, at + 4, 2, what),
              number(text, at + 6, 2, what),
              number(text, at + 8, 2, what))
          .toInstant(ZoneOffset.UTC);
    } catch (DateTimeException e) {
      throw new WireFormatException(what + " is no date: " + e.getMessage());
    }
  }

  private static int number(byte[] text, int from, int digits, String what)
      throws WireFormatException {
    int value = 0;
    for (int i = from; i < from + digits; i++) {
      if (text[i] < '0' || text[i] > '9') {
        throw new WireFormatException(what + " has a character that is no digit");
      }
      value = 10 * value + text[i] - '0';
    }
    return value;
  }
}
