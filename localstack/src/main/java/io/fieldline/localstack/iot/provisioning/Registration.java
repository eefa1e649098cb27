// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.iot.OnBehalf;
import io.fieldline.localstack.iot.provisioning.Plan.CertificatePart;
import io.fieldline.localstack.iot.provisioning.Plan.Override;
import io.fieldline.localstack.iot.provisioning.Plan.PolicyPart;
import io.fieldline.localstack.iot.provisioning.Plan.ThingPart;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.ArrayList;
import java.util.HexFormat;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.TreeMap;
import java.util.function.Supplier;
import software.amazon.awssdk.services.iot.model.*;

/// Carries out a plan by ordinary calls of the registry: the thing, the policies, and the
/// certificate last, so that what fails half way leaves no certificate in force.
final class Registration {
  private final OnBehalf calls;
  private final Map<String, String> arns = new TreeMap<>();

  Registration(OnBehalf calls) {
    this.calls = calls;
  }

  /// What was made or found, by its logical name.
  Map<String, String> arns() {
    return arns;
  }

  /// The description of the device's certificate, if the plan has one.
  Optional<CertificateDescription> carryOut(Plan plan) {
    Optional<CertificateDescription> certificate = plan.certificate().map(this::certificate);
    plan.thing().ifPresent(this::thing);
    for (PolicyPart policy : plan.policies()) {
      String name = policy(policy);
      certificate.ifPresent(c ->
          calls.call(
              AttachPolicyRequest.builder().policyName(name).target(c.certificateArn()).build(),
              AttachPolicyResponse.class));
    }
    certificate.ifPresent(c -> {
      CertificatePart part = plan.certificate().orElseThrow();
      plan.thing()
          .ifPresent(t ->
              calls.call(
                  AttachThingPrincipalRequest.builder()
                      .thingName(t.name())
                      .principal(c.certificateArn())
                      .thingPrincipalType(part.thingPrincipalType())
                      .build(),
                  AttachThingPrincipalResponse.class));
      putInForce(part, c);
    });
    return certificate;
  }

  private CertificateDescription certificate(CertificatePart part) {
    String id = part.id();
    if (id == null) {
      if (part.signingRequest() == null) {
        throw new TemplateProblem(
            "AWS::IoT::Certificate: expected CertificateId or CertificateSigningRequest");
      }
      id =
          calls
              .call(
                  CreateCertificateFromCsrRequest.builder()
                      .certificateSigningRequest(part.signingRequest())
                      .setAsActive(false)
                      .build(),
                  CreateCertificateFromCsrResponse.class)
              .certificateId();
    }
    CertificateDescription found =
        calls
            .call(
                DescribeCertificateRequest.builder().certificateId(id).build(),
                DescribeCertificateResponse.class)
            .certificateDescription();
    arns.put(part.logicalName(), found.certificateArn());
    return found;
  }

  /// A certificate that was in no force before becomes what the template says, whatever its
  /// override settings; another only as they allow.
  private void putInForce(CertificatePart part, CertificateDescription certificate) {
    boolean isNew =
        certificate.status() == CertificateStatus.PENDING_ACTIVATION || part.id() == null;
    boolean same = certificate.statusAsString().equals(part.status());
    if (!same && (isNew || replaces(part.onStatus(), "certificate status"))) {
      calls.call(
          UpdateCertificateRequest.builder()
              .certificateId(certificate.certificateId())
              .newStatus(part.status())
              .build(),
          UpdateCertificateResponse.class);
    }
  }

  private static boolean replaces(Override override, String what) {
    if (override == Override.FAIL) {
      throw new AwsFailure(
          "ResourceConflictsException", 409, "The " + what + " is there already and differs");
    }
    return override != Override.DO_NOTHING;
  }

  private void thing(ThingPart part) {
    Optional<DescribeThingResponse> old =
        ifExists(() ->
            calls.call(
                DescribeThingRequest.builder().thingName(part.name()).build(),
                DescribeThingResponse.class));
    if (old.isEmpty()) {
      var made =
          calls.call(
              CreateThingRequest.builder()
                  .thingName(part.name())
                  .thingTypeName(part.type())
                  .attributePayload(a -> a.attributes(part.attributes()))
                  .build(),
              CreateThingResponse.class);
      arns.put(part.logicalName(), made.thingArn());
      part.groups().forEach(group -> join(part.name(), group));
      return;
    }
    arns.put(part.logicalName(), old.get().thingArn());
    update(part, old.get());
    if (!part.groups().isEmpty()) {
      regroup(part);
    }
  }

  private void update(ThingPart part, DescribeThingResponse old) {
    var change = UpdateThingRequest.builder().thingName(part.name());
    boolean changes = false;
    boolean attributes = !part.attributes().isEmpty();
    boolean differ = attributes && !old.attributes().equals(part.attributes());
    if (differ && replaces(part.onAttributes(), "attribute payload of thing " + part.name())) {
      boolean merge = part.onAttributes() == Override.MERGE;
      change.attributePayload(a -> a.attributes(part.attributes()).merge(merge));
      changes = true;
    }
    boolean typed = part.type() != null && !Objects.equals(part.type(), old.thingTypeName());
    if (typed && replaces(part.onType(), "type of thing " + part.name())) {
      change.thingTypeName(part.type());
      changes = true;
    }
    if (changes) {
      calls.call(change.build(), UpdateThingResponse.class);
    }
  }

  private void regroup(ThingPart part) {
    List<String> now =
        calls
            .call(
                ListThingGroupsForThingRequest.builder()
                    .thingName(part.name())
                    .maxResults(50)
                    .build(),
                ListThingGroupsForThingResponse.class)
            .thingGroups()
            .stream()
            .map(GroupNameAndArn::groupName)
            .toList();
    var missing = new ArrayList<>(part.groups());
    missing.removeAll(now);
    boolean differ = !missing.isEmpty() || !part.groups().containsAll(now);
    if (differ && replaces(part.onGroups(), "group memberships of thing " + part.name())) {
      missing.forEach(group -> join(part.name(), group));
      if (part.onGroups() == Override.REPLACE) {
        now.stream().filter(g -> !part.groups().contains(g)).forEach(g -> leave(part.name(), g));
      }
    }
  }

  private void join(String thing, String group) {
    calls.call(
        AddThingToThingGroupRequest.builder().thingName(thing).thingGroupName(group).build(),
        AddThingToThingGroupResponse.class);
  }

  private void leave(String thing, String group) {
    calls.call(
        RemoveThingFromThingGroupRequest.builder().thingName(thing).thingGroupName(group).build(),
        RemoveThingFromThingGroupResponse.class);
  }

  /// Source: "Policy resources": without a name, a policy is named by a hash of its document.
  private String policy(PolicyPart part) {
    String document = part.document();
    String name = document == null ? String.valueOf(part.name()) : hash(document);
    Optional<String> found =
        ifExists(() ->
            calls
                .call(GetPolicyRequest.builder().policyName(name).build(), GetPolicyResponse.class)
                .policyArn());
    if (found.isEmpty() && document == null) {
      throw AwsFailure.notFound("Policy " + name + " not found");
    }
    String arn =
        found.orElseGet(() ->
            calls
                .call(
                    CreatePolicyRequest.builder().policyName(name).policyDocument(document).build(),
                    CreatePolicyResponse.class)
                .policyArn());
    arns.put(part.logicalName(), arn);
    return name;
  }

  private static String hash(String document) {
    try {
      byte[] digest =
          MessageDigest.getInstance("SHA-256").digest(document.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(digest);
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("no SHA-256", e);
    }
  }

  private static <T> Optional<T> ifExists(Supplier<T> look) {
    try {
      return Optional.of(look.get());
    } catch (AwsFailure e) {
      if (e.code().equals("ResourceNotFoundException")) {
        return Optional.empty();
      }
      throw e;
    }
  }
}
