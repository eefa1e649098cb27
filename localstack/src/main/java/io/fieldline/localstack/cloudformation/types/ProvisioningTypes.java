// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Comparator;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.iot.model.*;

/// AWS::IoT::ProvisioningTemplate.
final class ProvisioningTypes {
  private static final int VERSIONS_KEPT = 5;

  private final Api api;
  private final String arnPrefix;

  /// @param arnPrefix {@code arn:aws:iot:REGION:ACCOUNT:}
  ProvisioningTypes(Api api, String arnPrefix) {
    this.api = api;
    this.arnPrefix = arnPrefix;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::IoT::ProvisioningTemplate",
        CallType.of(this::create, this::update, this::delete, "TemplateName", "TemplateType"));
  }

  /// A template's name has at most 36 characters.
  private static String name(Wanted w) {
    String unique = w.uniqueName();
    return w.properties()
        .path("TemplateName")
        .asText(unique.substring(Math.max(0, unique.length() - 36)));
  }

  private Made create(Wanted w) {
    String name = name(w);
    var request =
        PropertyMapper.fill(
                CreateProvisioningTemplateRequest.builder(),
                w.properties(),
                Set.of("TemplateName", "TemplateType"))
            .templateName(name);
    if (w.properties().has("TemplateType")) {
      request.type(w.properties().path("TemplateType").asText());
    }
    api.call(request.build(), CreateProvisioningTemplateResponse.class);
    return made(name);
  }

  private Made made(String name) {
    return new Made(name, Map.of("TemplateArn", arnPrefix + "provisioningtemplate/" + name));
  }

  private Made update(Wanted w, String name, JsonNode old) {
    if (!w.properties().path("TemplateBody").equals(old.path("TemplateBody"))) {
      makeRoom(name);
      api.call(
          CreateProvisioningTemplateVersionRequest.builder()
              .templateName(name)
              .templateBody(w.properties().path("TemplateBody").asText())
              .setAsDefault(true)
              .build(),
          CreateProvisioningTemplateVersionResponse.class);
    }
    var request =
        PropertyMapper.fill(
                UpdateProvisioningTemplateRequest.builder(),
                w.properties(),
                Set.of("TemplateName", "TemplateType", "TemplateBody", "Tags"))
            .templateName(name);
    boolean had = old.has("PreProvisioningHook");
    if (had && !w.properties().has("PreProvisioningHook")) {
      request.removePreProvisioningHook(true);
    }
    api.call(request.build(), UpdateProvisioningTemplateResponse.class);
    return made(name);
  }

  private void makeRoom(String name) {
    var versions =
        api.call(
                ListProvisioningTemplateVersionsRequest.builder().templateName(name).build(),
                ListProvisioningTemplateVersionsResponse.class)
            .versions();
    if (versions.size() < VERSIONS_KEPT) {
      return;
    }
    versions.stream()
        .filter(v -> !Boolean.TRUE.equals(v.isDefaultVersion()))
        .min(Comparator.comparing(ProvisioningTemplateVersionSummary::versionId))
        .ifPresent(oldest ->
            api.call(
                DeleteProvisioningTemplateVersionRequest.builder()
                    .templateName(name)
                    .versionId(oldest.versionId())
                    .build(),
                DeleteProvisioningTemplateVersionResponse.class));
  }

  private void delete(Wanted w, String name) {
    api.call(
        DeleteProvisioningTemplateRequest.builder().templateName(name).build(),
        DeleteProvisioningTemplateResponse.class);
  }
}
