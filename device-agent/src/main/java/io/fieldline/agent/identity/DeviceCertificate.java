// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import java.io.IOException;
import java.io.InputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.security.cert.Certificate;
import java.security.cert.CertificateEncodingException;
import java.security.cert.CertificateException;
import java.security.cert.CertificateFactory;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Collection;
import java.util.HexFormat;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// The certificate with which a thing shows who it is.
///
/// @param x509 the first certificate of the file
/// @param chain all of them
public record DeviceCertificate(X509Certificate x509, List<X509Certificate> chain) {
  /// The certificate of a PEM file.
  ///
  /// @throws IOException if the file holds no certificate, saying what it holds
  public static DeviceCertificate read(Path file) throws IOException {
    List<X509Certificate> all = readAll(file);
    return new DeviceCertificate(all.getFirst(), all);
  }

  /// Every certificate of a PEM file, at least one.
  public static List<X509Certificate> readAll(Path file) throws IOException {
    try (InputStream in = Files.newInputStream(file)) {
      Collection<? extends Certificate> found =
          CertificateFactory.getInstance("X.509").generateCertificates(in);
      if (found.isEmpty()) {
        throw new IOException(file + ": a certificate in PEM expected, the file holds none");
      }
      return found.stream().map(X509Certificate.class::cast).toList();
    } catch (CertificateException e) {
      throw new IOException(file + ": a certificate in PEM expected: " + e.getMessage(), e);
    }
  }

  /// The certificate's id in AWS IoT: the SHA-256 of its DER form, in hexadecimal digits.
  ///
  /// Source: AWS IoT API Reference, Certificate; seen with `aws iot describe-certificate`.
  public String id() {
    try {
      byte[] digest = MessageDigest.getInstance("SHA-256").digest(x509.getEncoded());
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException | CertificateEncodingException e) {
      throw new IllegalStateException(e);
    }
  }

  /// From when it is valid.
  public Instant notBefore() {
    return x509.getNotBefore().toInstant();
  }

  /// Until when it is valid.
  public Instant notAfter() {
    return x509.getNotAfter().toInstant();
  }

  /// Whole days until it expires, negative if it has.
  public long daysLeft(Instant now) {
    return Math.floorDiv(Duration.between(now, notAfter()).toSeconds(), 86_400);
  }

  /// What it says, as JSON values.
  public Map<String, Object> document(Instant now) {
    Map<String, Object> document = new LinkedHashMap<>();
    document.put("certificateId", id());
    document.put("subject", x509.getSubjectX500Principal().getName());
    document.put("issuer", x509.getIssuerX500Principal().getName());
    document.put("notBefore", notBefore().toString());
    document.put("notAfter", notAfter().toString());
    document.put("daysLeft", daysLeft(now));
    return document;
  }
}
