// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.store.Store;
import java.io.IOException;
import java.math.BigInteger;
import java.security.GeneralSecurityException;
import java.security.KeyPair;
import java.security.KeyPairGenerator;
import java.security.PrivateKey;
import java.security.PublicKey;
import java.security.SecureRandom;
import java.security.cert.X509Certificate;
import java.security.spec.ECGenParameterSpec;
import java.time.Clock;
import java.time.Duration;
import java.time.Instant;
import java.util.Date;
import java.util.List;
import org.bouncycastle.asn1.x500.X500Name;
import org.bouncycastle.asn1.x509.BasicConstraints;
import org.bouncycastle.asn1.x509.ExtendedKeyUsage;
import org.bouncycastle.asn1.x509.Extension;
import org.bouncycastle.asn1.x509.GeneralName;
import org.bouncycastle.asn1.x509.GeneralNames;
import org.bouncycastle.asn1.x509.KeyPurposeId;
import org.bouncycastle.asn1.x509.KeyUsage;
import org.bouncycastle.cert.X509v3CertificateBuilder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.cert.jcajce.JcaX509v3CertificateBuilder;
import org.bouncycastle.operator.OperatorCreationException;
import org.bouncycastle.operator.jcajce.JcaContentSignerBuilder;

/// The stack's own certificate authority: signs device certificates, and the certificates with
/// which the stack's listeners show who they are. Its key is kept in the store, so that devices
/// still trust the stack after a restart.
public final class CertificateAuthority {
  private static final Duration CA_LIFE = Duration.ofDays(20 * 365);
  private static final Duration SERVER_LIFE = Duration.ofDays(397);
  private static final String SIGNATURE = "SHA256withECDSA";

  private final X509Certificate certificate;
  private final PrivateKey key;
  private final SecureRandom random;

  /// Wall time: a moved stack clock must not make TLS fail.
  private final Clock clock;

  private CertificateAuthority(
      X509Certificate certificate, PrivateKey key, SecureRandom random, Clock clock) {
    this.certificate = certificate;
    this.key = key;
    this.random = random;
    this.clock = clock;
  }

  /// What is kept: PEM texts.
  record KeyMaterial(String certificate, String key) {}

  /// A certificate and its key, for a TLS listener.
  public record ServerIdentity(PrivateKey key, X509Certificate certificate) {}

  public static CertificateAuthority open(Store store, SecureRandom random, Clock clock) {
    var kept = store.map("iot/certificate-authority", KeyMaterial.class);
    KeyMaterial material = kept.get("ca");
    if (material != null) {
      return new CertificateAuthority(
          Pem.certificate(material.certificate()), Pem.privateKey(material.key()), random, clock);
    }
    KeyPair pair = ecKeyPair(random);
    var name = new X500Name("CN=Fieldline Local CA,O=Fieldline");
    try {
      Instant now = clock.instant();
      var builder =
          new JcaX509v3CertificateBuilder(
              name,
              serial(random),
              Date.from(now.minusSeconds(3600)),
              Date.from(now.plus(CA_LIFE)),
              name,
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(true));
      builder.addExtension(
          Extension.keyUsage, true, new KeyUsage(KeyUsage.keyCertSign | KeyUsage.cRLSign));
      X509Certificate own = sign(builder, pair.getPrivate());
      kept.put("ca", new KeyMaterial(Pem.of(own), Pem.pkcs8(pair.getPrivate())));
      return new CertificateAuthority(own, pair.getPrivate(), random, clock);
    } catch (IOException e) {
      throw new IllegalStateException("the CA certificate cannot be made", e);
    }
  }

  private static BigInteger serial(SecureRandom random) {
    return new BigInteger(127, random).add(BigInteger.ONE);
  }

  private static KeyPair ecKeyPair(SecureRandom random) {
    try {
      var generator = KeyPairGenerator.getInstance("EC");
      generator.initialize(new ECGenParameterSpec("secp256r1"), random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no elliptic curve keys", e);
    }
  }

  /// The certificate that clients must trust.
  public X509Certificate certificate() {
    return certificate;
  }

  public String certificatePem() {
    return Pem.of(certificate);
  }

  /// As AWS makes them for CreateKeysAndCertificate: 2,048-bit RSA.
  KeyPair deviceKeyPair() {
    try {
      var generator = KeyPairGenerator.getInstance("RSA");
      generator.initialize(2048, random);
      return generator.generateKeyPair();
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException("no RSA keys", e);
    }
  }

  /// A device's certificate. Source: those that AWS IoT issues: subject CN=AWS IoT Certificate,
  /// valid to the end of 2049.
  X509Certificate issueDevice(X500Name subject, PublicKey publicKey) {
    Instant now = clock.instant();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              issuer(),
              serial(random),
              Date.from(now.minusSeconds(120)),
              Date.from(Instant.parse("2049-12-31T23:59:59Z")),
              subject,
              publicKey);
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(Extension.keyUsage, true, new KeyUsage(KeyUsage.digitalSignature));
      return sign(builder, key);
    } catch (IOException e) {
      throw new IllegalStateException("a device certificate cannot be made", e);
    }
  }

  /// A new key and certificate for a listener under these host names and IP addresses.
  public ServerIdentity issueServer(List<String> names) {
    KeyPair pair = ecKeyPair(random);
    Instant now = clock.instant();
    try {
      var builder =
          new JcaX509v3CertificateBuilder(
              issuer(),
              serial(random),
              Date.from(now.minusSeconds(3600)),
              Date.from(now.plus(SERVER_LIFE)),
              new X500Name("CN=localhost"),
              pair.getPublic());
      builder.addExtension(Extension.basicConstraints, true, new BasicConstraints(false));
      builder.addExtension(
          Extension.extendedKeyUsage, false, new ExtendedKeyUsage(KeyPurposeId.id_kp_serverAuth));
      GeneralName[] san =
          names.stream()
              .map(n ->
                  new GeneralName(isAddress(n) ? GeneralName.iPAddress : GeneralName.dNSName, n))
              .toArray(GeneralName[]::new);
      builder.addExtension(Extension.subjectAlternativeName, false, new GeneralNames(san));
      return new ServerIdentity(pair.getPrivate(), sign(builder, key));
    } catch (IOException e) {
      throw new IllegalStateException("a server certificate cannot be made for " + names, e);
    }
  }

  private static boolean isAddress(String name) {
    return name.contains(":") || name.matches("\\d+\\.\\d+\\.\\d+\\.\\d+");
  }

  private X500Name issuer() {
    return X500Name.getInstance(certificate.getSubjectX500Principal().getEncoded());
  }

  private static X509Certificate sign(X509v3CertificateBuilder builder, PrivateKey with) {
    try {
      var signer = new JcaContentSignerBuilder(SIGNATURE).build(with);
      return new JcaX509CertificateConverter().getCertificate(builder.build(signer));
    } catch (OperatorCreationException | GeneralSecurityException e) {
      throw new IllegalStateException("a certificate cannot be signed", e);
    }
  }
}
