// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.policy.PolicyDocument;
import io.fieldline.localstack.store.Store;
import java.security.KeyPair;
import java.security.cert.X509Certificate;
import java.time.Duration;
import java.time.Instant;
import java.util.Optional;
import org.bouncycastle.asn1.x500.X500Name;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.iot.model.CreateProvisioningClaimResponse;

/// Certificates that a trusted user hands to a device: for five minutes their holder may provision
/// it by one template, and do nothing else. They are in no list of certificates.
///
/// Source: AWS IoT Core Developer Guide, "Provisioning by trusted user". Assumed: the permissions,
/// which are those of the claim policy in "Provisioning by claim" for the one template.
public final class ProvisioningClaims {
  private static final Duration LIFE = Duration.ofMinutes(5);

  private final MVMap<String, Claim> claims;
  private final CertificateAuthority authority;
  private final StackInfo info;
  private final StackClock clock;

  ProvisioningClaims(
      Store store, CertificateAuthority authority, StackInfo info, StackClock clock) {
    this.claims = store.map("iot/provisioning-claims", Claim.class);
    this.authority = authority;
    this.info = info;
    this.clock = clock;
  }

  /// A claim as it is kept, by the id of its certificate.
  record Claim(String template, Instant expiresAt) {}

  /// A new claim for a template that exists.
  public CreateProvisioningClaimResponse issue(String template) {
    forgetExpired();
    KeyPair pair = authority.deviceKeyPair();
    X509Certificate x509 =
        authority.issueDevice(new X500Name("CN=AWS IoT Provisioning Claim"), pair.getPublic());
    String id = Certificates.fingerprint(x509);
    Instant expiresAt = clock.instant().plus(LIFE);
    claims.put(id, new Claim(template, expiresAt));
    return CreateProvisioningClaimResponse.builder()
        .certificateId(id)
        .certificatePem(Pem.of(x509))
        .keyPair(k -> k.publicKey(Pem.of(pair.getPublic())).privateKey(Pem.of(pair.getPrivate())))
        .expiration(expiresAt)
        .build();
  }

  private void forgetExpired() {
    claims.keySet().stream().filter(id -> !isLive(id)).toList().forEach(claims::remove);
  }

  boolean isLive(String certificateId) {
    Claim claim = claims.get(certificateId);
    return claim != null && clock.instant().isBefore(claim.expiresAt());
  }

  /// What the holder of a claim may do.
  Optional<PolicyDocument> policy(String certificateArn) {
    Claim claim = claims.get(certificateArn.substring(certificateArn.lastIndexOf('/') + 1));
    return Optional.ofNullable(claim)
        .map(c -> PolicyDocument.parse("of the claim for " + c.template(), document(c.template())));
  }

  private String document(String template) {
    String topics =
        """
        ["%1$s/$aws/certificates/create*","%1$s/$aws/provisioning-templates/%2$s/provision/*"]\
        """;
    return """
    {"Version":"2012-10-17","Statement":[
    {"Effect":"Allow","Action":"iot:Connect","Resource":"*"},
    {"Effect":"Allow","Action":["iot:Publish","iot:Receive"],"Resource":%s},
    {"Effect":"Allow","Action":"iot:Subscribe","Resource":%s}]}
    """
        .formatted(
            topics.formatted(info.arn("iot", "topic"), template),
            topics.formatted(info.arn("iot", "topicfilter"), template));
  }
}
