// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import java.io.IOException;
import java.io.StringReader;
import java.io.StringWriter;
import java.security.GeneralSecurityException;
import java.security.PrivateKey;
import java.security.cert.X509Certificate;
import org.bouncycastle.asn1.pkcs.PrivateKeyInfo;
import org.bouncycastle.cert.X509CertificateHolder;
import org.bouncycastle.cert.jcajce.JcaX509CertificateConverter;
import org.bouncycastle.openssl.PEMKeyPair;
import org.bouncycastle.openssl.PEMParser;
import org.bouncycastle.openssl.jcajce.JcaPEMKeyConverter;
import org.bouncycastle.openssl.jcajce.JcaPEMWriter;
import org.bouncycastle.openssl.jcajce.JcaPKCS8Generator;

/// PEM texts and what they hold.
final class Pem {
  private Pem() {}

  static String of(Object keyOrCertificate) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(keyOrCertificate);
    } catch (IOException e) {
      throw new IllegalStateException("no PEM", e);
    }
    return text.toString();
  }

  static String pkcs8(PrivateKey key) {
    var text = new StringWriter();
    try (var writer = new JcaPEMWriter(text)) {
      writer.writeObject(new JcaPKCS8Generator(key, null));
    } catch (IOException e) {
      throw new IllegalStateException("no PEM", e);
    }
    return text.toString();
  }

  /// @throws IllegalArgumentException where the text is no certificate
  static X509Certificate certificate(String pem) {
    try (var parser = new PEMParser(new StringReader(pem))) {
      if (parser.readObject() instanceof X509CertificateHolder holder) {
        return new JcaX509CertificateConverter().getCertificate(holder);
      }
    } catch (IOException | GeneralSecurityException e) {
      throw new IllegalArgumentException("not a certificate in PEM form", e);
    }
    throw new IllegalArgumentException("not a certificate in PEM form");
  }

  static PrivateKey privateKey(String pem) {
    try (var parser = new PEMParser(new StringReader(pem))) {
      Object read = parser.readObject();
      var converter = new JcaPEMKeyConverter();
      return read instanceof PEMKeyPair pair
          ? converter.getKeyPair(pair).getPrivate()
          : converter.getPrivateKey((PrivateKeyInfo) read);
    } catch (IOException e) {
      throw new IllegalArgumentException("not a private key in PEM form", e);
    }
  }
}
