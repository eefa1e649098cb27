// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.KeyPlace;
import io.fieldline.agent.doctor.Findings.Advice;
import io.fieldline.agent.doctor.IdentityChecks.Identity;
import io.fieldline.agent.identity.DeviceCertificate;
import io.fieldline.agent.identity.PrivateKeys;
import io.fieldline.agent.identity.TokenIdentity;
import io.fieldline.agent.pkcs11.Token;
import io.fieldline.agent.pkcs11.TokenException;
import io.fieldline.agent.pkcs11.TokenKey;
import java.io.IOException;
import java.util.Optional;

/// A key in a token: the library loads, the token is there and takes the PIN, the key signs what
/// the certificate verifies.
final class TokenChecks {
  private final AgentConfig.Cloud cloud;
  private final KeyPlace.InToken place;
  private final Findings findings;

  TokenChecks(AgentConfig.Cloud cloud, KeyPlace.InToken place, Findings findings) {
    this.cloud = cloud;
    this.place = place;
    this.findings = findings;
  }

  Optional<Identity> check() {
    String tried = "log in to token '" + place.token() + "' through " + place.library();
    Token token;
    try {
      token = TokenIdentity.open(place);
      findings.ok("token", tried, "it takes the PIN");
    } catch (TokenException e) {
      findings.failed("token", tried, String.valueOf(e.getMessage()), advice(e.reason()));
      return Optional.empty();
    } catch (IOException e) {
      findings.failed(
          "token", tried, e.toString(), new Advice("the PIN cannot be read", "chmod and chown it"));
      return Optional.empty();
    }
    Optional<Identity> identity = together(token);
    if (identity.isEmpty()) {
      token.close();
    }
    return identity;
  }

  private Optional<Identity> together(Token token) {
    String tried =
        "read " + cloud.certificate() + ", sign with key '" + place.key() + "' and verify";
    try {
      TokenIdentity.copyCertificate(cloud, place, token);
      TokenKey key = token.key(place.key());
      DeviceCertificate certificate = DeviceCertificate.read(cloud.certificate());
      if (PrivateKeys.belongTogether(key, certificate.x509().getPublicKey())) {
        findings.ok("key pair", tried, "they belong together; certificateId " + certificate.id());
        return Optional.of(new Identity(certificate, key, Optional.of(token)));
      }
      findings.failed(
          "key pair",
          tried,
          "what the key signs the certificate does not verify",
          new Advice(
              "the certificate is of another key",
              "have a certificate made for this key, or name the key of certificate "
                  + certificate.id()));
    } catch (TokenException e) {
      findings.failed("key pair", tried, String.valueOf(e.getMessage()), advice(e.reason()));
    } catch (IOException e) {
      findings.failed(
          "key pair",
          tried,
          String.valueOf(e.getMessage()),
          new Advice(
              "the agent cannot show who it is",
              "put the certificate there as AWS IoT gave it out, in PEM"));
    }
    return Optional.empty();
  }

  private Advice advice(TokenException.Reason reason) {
    return switch (reason) {
      case LIBRARY ->
          new Advice(
              "the maker's library is not there or not for this machine",
              "install it, and name it in cloud.pkcs11.library");
      case TOKEN ->
          new Advice(
              "the token is not plugged in, has another label, or this user may not see it",
              "pkcs11-tool --module " + place.library() + " --list-slots, as the agent's user");
      case PIN ->
          new Advice(
              "a token locks after some wrong PINs, so nothing tries again by itself",
              "put the right PIN into " + place.pinFile() + "; this doctor took one try, too");
      case OBJECT ->
          new Advice(
              "no such key or certificate is in the token, or this PIN does not show it",
              "pkcs11-tool --module " + place.library() + " --login --list-objects");
      case DEVICE ->
          new Advice(
              "the token or its library failed",
              "plug it in again, start the agent anew; look into the log of the library");
    };
  }
}
