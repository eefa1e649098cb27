// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.doctor.Findings.Advice;
import io.fieldline.agent.identity.DeviceCertificate;
import io.fieldline.agent.identity.PrivateKeys;
import io.fieldline.agent.pkcs11.Token;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.attribute.PosixFilePermission;
import java.nio.file.attribute.PosixFilePermissions;
import java.security.PrivateKey;
import java.time.Instant;
import java.util.Optional;
import java.util.Set;

/// Certificate and key: readable, secret, belonging together, valid now.
final class IdentityChecks {
  private static final long EXPIRES_SOON_DAYS = 30;
  private static final Set<PosixFilePermission> FOREIGN =
      Set.of(
          PosixFilePermission.GROUP_WRITE,
          PosixFilePermission.OTHERS_READ,
          PosixFilePermission.OTHERS_WRITE);

  private final AgentConfig.Cloud cloud;
  private final Findings findings;

  IdentityChecks(AgentConfig.Cloud cloud, Findings findings) {
    this.cloud = cloud;
    this.findings = findings;
  }

  /// A certificate with its key.
  ///
  /// @param token where the key is, if it is in one
  record Identity(DeviceCertificate certificate, PrivateKey key, Optional<Token> token) {
    /// The key is used no more.
    void close() {
      token.ifPresent(Token::close);
    }
  }

  /// The identity to connect with, if it is good for that.
  Optional<Identity> check(Instant now) {
    Optional<Identity> identity =
        switch (cloud.key()) {
          case KeyPlace.InFile(var key) -> {
            isSecret("key file", key);
            yield inFiles(key);
          }
          case KeyPlace.InToken place -> {
            isSecret("pin file", place.pinFile());
            yield new TokenChecks(cloud, place, findings).check();
          }
        };
    identity.ifPresent(found -> valid(found.certificate(), now));
    return identity;
  }

  private void isSecret(String step, Path key) {
    String tried = "look at the mode of " + key;
    try {
      Set<PosixFilePermission> mode = Files.getPosixFilePermissions(key);
      String shown = PosixFilePermissions.toString(mode);
      if (mode.stream().anyMatch(FOREIGN::contains)) {
        findings.warning(
            step,
            tried,
            shown,
            new Advice(
                "others on this machine can take the device's identity",
                "chmod 600 " + key + ", owned by the agent's user"));
      } else {
        findings.ok(step, tried, shown);
      }
    } catch (IOException | UnsupportedOperationException e) {
      findings.warning(
          step,
          tried,
          e.toString(),
          new Advice("the mode cannot be seen", "make sure that only the agent's user reads it"));
    }
  }

  private Optional<Identity> inFiles(Path file) {
    String tried = "read " + cloud.certificate() + " and " + file + ", sign and verify";
    try {
      DeviceCertificate certificate = DeviceCertificate.read(cloud.certificate());
      PrivateKey key = PrivateKeys.read(file, certificate.x509().getPublicKey());
      if (!PrivateKeys.belongTogether(key, certificate.x509().getPublicKey())) {
        findings.failed(
            "key pair",
            tried,
            "what the key signs the certificate does not verify",
            new Advice(
                "the files are of two different certificates",
                "put the key there that was made with certificate " + certificate.id()));
        return Optional.empty();
      }
      findings.ok("key pair", tried, "they belong together; certificateId " + certificate.id());
      return Optional.of(new Identity(certificate, key, Optional.empty()));
    } catch (IOException e) {
      findings.failed(
          "key pair",
          tried,
          String.valueOf(e.getMessage()),
          new Advice(
              "the agent cannot show who it is",
              "put the certificate and the key there as AWS IoT gave them out, in PEM"));
      return Optional.empty();
    }
  }

  private void valid(DeviceCertificate certificate, Instant now) {
    String tried = "compare the certificate's validity with this machine's clock, " + now;
    String validity = certificate.notBefore() + " to " + certificate.notAfter();
    if (now.isBefore(certificate.notBefore())) {
      findings.failed(
          "validity",
          tried,
          "not valid yet: " + validity,
          new Advice(
              "the clock is most likely wrong: a certificate is made before it is used",
              "set the clock (timedatectl), see that a time service runs"));
    } else if (now.isAfter(certificate.notAfter())) {
      findings.failed(
          "validity",
          tried,
          "expired: " + validity,
          new Advice(
              "the certificate is over, or the clock is ahead",
              "if date shows the right time, make a new certificate for the thing in AWS IoT"));
    } else if (certificate.daysLeft(now) < EXPIRES_SOON_DAYS) {
      findings.warning(
          "validity",
          tried,
          certificate.daysLeft(now) + " days left: " + validity,
          new Advice("it will be refused then", "replace it before " + certificate.notAfter()));
    } else {
      findings.ok("validity", tried, certificate.daysLeft(now) + " days left");
    }
  }
}
