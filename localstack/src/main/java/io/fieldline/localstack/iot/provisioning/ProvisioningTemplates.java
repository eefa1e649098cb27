// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iot.OnBehalf;
import io.fieldline.localstack.iot.ProvisioningClaims;
import io.fieldline.localstack.iot.Tags;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.*;

/// Provisioning templates and their versions, claims for them, and a registration without one.
///
/// Source: AWS IoT API reference, the operations of these names. Assumed: texts of errors; that a
/// role which the service cannot become is refused at once.
public final class ProvisioningTemplates {
  private static final int MOST_TEMPLATES = 256;
  private static final int MOST_VERSIONS = 5;
  private static final int PAGE = 25;

  private final MVMap<String, ProvisioningTemplate> templates;
  private final Api api;
  private final StackInfo info;
  private final StackClock clock;
  private final Tags tags;
  private final ProvisioningClaims claims;

  public ProvisioningTemplates(
      Api api,
      Store store,
      StackInfo info,
      StackClock clock,
      Tags tags,
      ProvisioningClaims claims) {
    this.templates = store.map("iot/provisioning-templates", ProvisioningTemplate.class);
    this.api = api;
    this.info = info;
    this.clock = clock;
    this.tags = tags;
    this.claims = claims;
  }

  public void register(Api to) {
    to.on(CreateProvisioningTemplateRequest.class, this::create)
        .access(r -> handing("Create", r.templateName(), r.provisioningRoleArn()));
    to.on(UpdateProvisioningTemplateRequest.class, this::update)
        .access(r -> handing("Update", r.templateName(), r.provisioningRoleArn()));
    to.on(DescribeProvisioningTemplateRequest.class, this::describe)
        .resource(r -> arn(r.templateName()));
    to.on(DeleteProvisioningTemplateRequest.class, this::delete)
        .resource(r -> arn(r.templateName()));
    to.on(ListProvisioningTemplatesRequest.class, this::list);
    to.on(CreateProvisioningTemplateVersionRequest.class, this::createVersion)
        .resource(r -> arn(r.templateName()));
    to.on(DescribeProvisioningTemplateVersionRequest.class, this::describeVersion)
        .resource(r -> arn(r.templateName()));
    to.on(DeleteProvisioningTemplateVersionRequest.class, this::deleteVersion)
        .resource(r -> arn(r.templateName()));
    to.on(ListProvisioningTemplateVersionsRequest.class, this::listVersions)
        .resource(r -> arn(r.templateName()));
    to.on(CreateProvisioningClaimRequest.class, r -> claims.issue(get(r.templateName()).name()))
        .resource(r -> arn(r.templateName()));
    to.on(RegisterThingRequest.class, this::registerThing);
  }

  private List<Access> handing(String verb, String name, @Nullable String roleArn) {
    var needed = new ArrayList<Access>();
    needed.add(new Access("iot:" + verb + "ProvisioningTemplate", arn(name)));
    if (roleArn != null) {
      needed.add(
          new Access("iam:PassRole", roleArn, Map.of("iam:PassedToService", "iot.amazonaws.com")));
    }
    return needed;
  }

  String arn(String name) {
    return info.arn("iot", "provisioningtemplate/" + name);
  }

  Optional<ProvisioningTemplate> find(String name) {
    return Optional.ofNullable(templates.get(name));
  }

  private ProvisioningTemplate get(String name) {
    return find(name)
        .orElseThrow(
            () -> AwsFailure.notFound("The provisioning template " + name + " does not exist."));
  }

  private static String valid(String body) {
    try {
      if (!TemplateBody.parse(body).takesOnlyCertificateIds()) {
        throw AwsFailure.invalidRequest(
            "A fleet provisioning template takes a certificate by CertificateId only");
      }
      return body;
    } catch (TemplateProblem e) {
      throw AwsFailure.invalidRequest("Invalid template body: " + e.text());
    }
  }

  private void checkRole(String name, String roleArn) {
    try {
      OnBehalf.role(api, info, roleArn, "IoTProvisioning", arn(name));
    } catch (AwsFailure e) {
      throw AwsFailure.invalidRequest(
          "AWS IoT cannot assume the provisioning role " + roleArn + ": " + e.message());
    }
  }

  private static ProvisioningTemplate.@Nullable Hook hook(@Nullable ProvisioningHook given) {
    if (given == null) {
      return null;
    }
    if (!given.targetArn().matches("arn:aws[a-z-]*:lambda:[^:]+:\\d{12}:function:.+")) {
      throw AwsFailure.invalidRequest(
          "preProvisioningHook.targetArn: expected the ARN of a Lambda function, got "
              + given.targetArn());
    }
    return new ProvisioningTemplate.Hook(given.targetArn(), given.payloadVersion());
  }

  private synchronized CreateProvisioningTemplateResponse create(
      CreateProvisioningTemplateRequest request) {
    String name = request.templateName();
    if (request.type() == TemplateType.JITP) {
      throw AwsFailure.invalidRequest(
          "Just-in-time provisioning needs a registered CA certificate, which this local stack"
              + " does not support; type: expected FLEET_PROVISIONING");
    }
    if (templates.containsKey(name)) {
      throw new AwsFailure(
          "ResourceAlreadyExistsException",
          409,
          "The provisioning template " + name + " already exists.",
          Map.of("resourceId", name, "resourceArn", arn(name)));
    }
    if (templates.size() >= MOST_TEMPLATES) {
      throw new AwsFailure(
          "LimitExceededException",
          410,
          "An account has at most " + MOST_TEMPLATES + " provisioning templates");
    }
    String body = valid(request.templateBody());
    checkRole(name, request.provisioningRoleArn());
    Instant now = clock.instant();
    templates.put(
        name,
        new ProvisioningTemplate(
                name,
                request.description(),
                Boolean.TRUE.equals(request.enabled()),
                request.provisioningRoleArn(),
                hook(request.preProvisioningHook()),
                1,
                List.of(),
                0,
                now,
                now)
            .with(body, true, now));
    tags.put(arn(name), request.tags());
    return CreateProvisioningTemplateResponse.builder()
        .templateArn(arn(name))
        .templateName(name)
        .defaultVersionId(1)
        .build();
  }

  private synchronized UpdateProvisioningTemplateResponse update(
      UpdateProvisioningTemplateRequest request) {
    ProvisioningTemplate old = get(request.templateName());
    int version =
        request.defaultVersionId() == null ? old.defaultVersion() : request.defaultVersionId();
    version(old, version);
    String role =
        request.provisioningRoleArn() == null ? old.roleArn() : request.provisioningRoleArn();
    checkRole(old.name(), role);
    boolean removes = Boolean.TRUE.equals(request.removePreProvisioningHook());
    if (removes && request.preProvisioningHook() != null) {
      throw AwsFailure.invalidRequest(
          "Either preProvisioningHook or removePreProvisioningHook can be given, not both");
    }
    var given = hook(request.preProvisioningHook());
    templates.put(
        old.name(),
        new ProvisioningTemplate(
            old.name(),
            request.description() == null ? old.description() : request.description(),
            request.enabled() == null ? old.enabled() : request.enabled(),
            role,
            removes ? null : (given == null ? old.hook() : given),
            version,
            old.versions(),
            old.created(),
            old.createdAt(),
            clock.instant()));
    return UpdateProvisioningTemplateResponse.builder().build();
  }

  private DescribeProvisioningTemplateResponse describe(
      DescribeProvisioningTemplateRequest request) {
    ProvisioningTemplate t = get(request.templateName());
    var response =
        DescribeProvisioningTemplateResponse.builder()
            .templateArn(arn(t.name()))
            .templateName(t.name())
            .description(t.description())
            .creationDate(t.createdAt())
            .lastModifiedDate(t.modifiedAt())
            .defaultVersionId(t.defaultVersion())
            .templateBody(t.body())
            .enabled(t.enabled())
            .provisioningRoleArn(t.roleArn())
            .type(TemplateType.FLEET_PROVISIONING);
    var hook = t.hook();
    if (hook != null) {
      response.preProvisioningHook(
          h -> h.targetArn(hook.targetArn()).payloadVersion(hook.payloadVersion()));
    }
    return response.build();
  }

  private synchronized DeleteProvisioningTemplateResponse delete(
      DeleteProvisioningTemplateRequest request) {
    String name = get(request.templateName()).name();
    templates.remove(name);
    tags.forget(arn(name));
    return DeleteProvisioningTemplateResponse.builder().build();
  }

  private ListProvisioningTemplatesResponse list(ListProvisioningTemplatesRequest request) {
    int most = request.maxResults() == null ? PAGE : request.maxResults();
    String from = request.nextToken() == null ? "" : request.nextToken();
    var left = templates.values().stream().filter(t -> t.name().compareTo(from) >= 0).toList();
    return ListProvisioningTemplatesResponse.builder()
        .templates(
            left.stream()
                .limit(most)
                .map(t ->
                    ProvisioningTemplateSummary.builder()
                        .templateArn(arn(t.name()))
                        .templateName(t.name())
                        .description(t.description())
                        .creationDate(t.createdAt())
                        .lastModifiedDate(t.modifiedAt())
                        .enabled(t.enabled())
                        .type(TemplateType.FLEET_PROVISIONING)
                        .build())
                .toList())
        .nextToken(left.size() > most ? left.get(most).name() : null)
        .build();
  }

  private static ProvisioningTemplate.Version version(ProvisioningTemplate template, int id) {
    return template
        .version(id)
        .orElseThrow(() ->
            AwsFailure.notFound(
                "The version " + id + " of template " + template.name() + " does not exist."));
  }

  private synchronized CreateProvisioningTemplateVersionResponse createVersion(
      CreateProvisioningTemplateVersionRequest request) {
    ProvisioningTemplate old = get(request.templateName());
    String body = valid(request.templateBody());
    if (old.versions().size() >= MOST_VERSIONS) {
      throw new AwsFailure(
          "VersionsLimitExceededException",
          409,
          "The template "
              + old.name()
              + " already has the maximum number of versions ("
              + MOST_VERSIONS
              + ")");
    }
    boolean asDefault = Boolean.TRUE.equals(request.setAsDefault());
    ProvisioningTemplate next = old.with(body, asDefault, clock.instant());
    templates.put(old.name(), next);
    return CreateProvisioningTemplateVersionResponse.builder()
        .templateArn(arn(old.name()))
        .templateName(old.name())
        .versionId(next.created())
        .isDefaultVersion(asDefault)
        .build();
  }

  private DescribeProvisioningTemplateVersionResponse describeVersion(
      DescribeProvisioningTemplateVersionRequest request) {
    ProvisioningTemplate template = get(request.templateName());
    var version = version(template, request.versionId());
    return DescribeProvisioningTemplateVersionResponse.builder()
        .versionId(version.id())
        .creationDate(version.createdAt())
        .templateBody(version.body())
        .isDefaultVersion(version.id() == template.defaultVersion())
        .build();
  }

  private synchronized DeleteProvisioningTemplateVersionResponse deleteVersion(
      DeleteProvisioningTemplateVersionRequest request) {
    ProvisioningTemplate template = get(request.templateName());
    int id = version(template, request.versionId()).id();
    if (id == template.defaultVersion()) {
      throw new AwsFailure(
          "DeleteConflictException", 409, "Cannot delete the default version of a template");
    }
    templates.put(template.name(), template.without(id, clock.instant()));
    return DeleteProvisioningTemplateVersionResponse.builder().build();
  }

  private ListProvisioningTemplateVersionsResponse listVersions(
      ListProvisioningTemplateVersionsRequest request) {
    ProvisioningTemplate template = get(request.templateName());
    return ListProvisioningTemplateVersionsResponse.builder()
        .versions(
            template.versions().stream()
                .map(v ->
                    ProvisioningTemplateVersionSummary.builder()
                        .versionId(v.id())
                        .creationDate(v.createdAt())
                        .isDefaultVersion(v.id() == template.defaultVersion())
                        .build())
                .toList())
        .build();
  }

  /// Assumed: what it calls needs the caller's own permission too.
  private RegisterThingResponse registerThing(RegisterThingRequest request) {
    try {
      Plan plan = TemplateBody.parse(request.templateBody()).plan(request.parameters());
      var registration = new Registration(OnBehalf.current(api));
      var certificate = registration.carryOut(plan);
      return RegisterThingResponse.builder()
          .certificatePem(certificate.map(CertificateDescription::certificatePem).orElse(null))
          .resourceArns(registration.arns())
          .build();
    } catch (TemplateProblem e) {
      throw AwsFailure.invalidRequest("Invalid template body: " + e.text());
    } catch (AwsFailure e) {
      if (e.code().equals("ResourceConflictsException")) {
        throw new AwsFailure("ConflictingResourceUpdateException", 409, e.message());
      }
      if (e.status() == 403) {
        throw e;
      }
      throw new AwsFailure(
          "ResourceRegistrationFailureException", 400, e.code() + ": " + e.message());
    }
  }
}
