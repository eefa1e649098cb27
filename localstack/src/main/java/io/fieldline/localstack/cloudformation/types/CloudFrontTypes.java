// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.cloudfront.model.*;

/// AWS::CloudFront::Distribution and OriginAccessControl.
final class CloudFrontTypes {
  private static final JsonNodeFactory NODES = JsonNodeFactory.instance;
  private static final Set<String> LISTS =
      Set.of("Origins", "CustomErrorResponses", "Aliases", "CacheBehaviors", "OriginCustomHeaders");

  private final Api api;

  CloudFrontTypes(Api api) {
    this.api = api;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::CloudFront::Distribution",
        CallType.of(this::createDistribution, this::updateDistribution, this::deleteDistribution));
    types.add(
        "AWS::CloudFront::OriginAccessControl",
        CallType.of(this::createControl, this::updateControl, this::deleteControl));
  }

  private Made createDistribution(Wanted w) {
    var made =
        api.call(
                CreateDistributionRequest.builder()
                    .distributionConfig(config(w, w.uniqueName()))
                    .build(),
                CreateDistributionResponse.class)
            .distribution();
    return new Made(made.id(), Map.of("Id", made.id(), "DomainName", made.domainName()));
  }

  private Made updateDistribution(Wanted w, String id, JsonNode old) {
    var current =
        api.call(GetDistributionRequest.builder().id(id).build(), GetDistributionResponse.class);
    String reference = current.distribution().distributionConfig().callerReference();
    var updated =
        api.call(
                UpdateDistributionRequest.builder()
                    .id(id)
                    .ifMatch(current.eTag())
                    .distributionConfig(config(w, reference))
                    .build(),
                UpdateDistributionResponse.class)
            .distribution();
    return new Made(id, Map.of("Id", id, "DomainName", updated.domainName()));
  }

  /// AWS deletes only a disabled distribution.
  private void deleteDistribution(Wanted w, String id) {
    var current =
        api.call(GetDistributionRequest.builder().id(id).build(), GetDistributionResponse.class);
    var disabled =
        api.call(
            UpdateDistributionRequest.builder()
                .id(id)
                .ifMatch(current.eTag())
                .distributionConfig(
                    current.distribution().distributionConfig().toBuilder().enabled(false).build())
                .build(),
            UpdateDistributionResponse.class);
    api.call(
        DeleteDistributionRequest.builder().id(id).ifMatch(disabled.eTag()).build(),
        DeleteDistributionResponse.class);
  }

  private static DistributionConfig config(Wanted w, String callerReference) {
    JsonNode given = w.properties().path("DistributionConfig");
    return PropertyMapper.fill(DistributionConfig.builder(), withQuantities(given))
        .callerReference(callerReference)
        .comment(given.path("Comment").asText(""))
        .build();
  }

  /// A template writes lists; CloudFront's API wraps each as a quantity and its items.
  private static JsonNode withQuantities(JsonNode node) {
    if (!node.isObject()) {
      return node;
    }
    ObjectNode result = NODES.objectNode();
    for (var entry : node.properties()) {
      String name = entry.getKey();
      JsonNode value = entry.getValue();
      if (value.isArray() && (LISTS.contains(name) || name.endsWith("Methods"))) {
        ObjectNode wrapped = NODES.objectNode().put("Quantity", value.size());
        var items = NODES.arrayNode();
        value.forEach(item -> items.add(withQuantities(item)));
        wrapped.set("Items", items);
        result.set(name, wrapped);
      } else {
        result.set(name, withQuantities(value));
      }
    }
    nestCachedMethods(result);
    renameIpv6(result);
    return result;
  }

  private static void nestCachedMethods(ObjectNode behavior) {
    JsonNode cached = behavior.remove("CachedMethods");
    if (cached != null && behavior.get("AllowedMethods") instanceof ObjectNode allowed) {
      allowed.set("CachedMethods", cached);
    }
  }

  private static void renameIpv6(ObjectNode config) {
    JsonNode ipv6 = config.remove("IPV6Enabled");
    if (ipv6 != null) {
      config.set("IsIPV6Enabled", ipv6);
    }
  }

  private Made createControl(Wanted w) {
    var made =
        api.call(
                CreateOriginAccessControlRequest.builder()
                    .originAccessControlConfig(control(w))
                    .build(),
                CreateOriginAccessControlResponse.class)
            .originAccessControl();
    return new Made(made.id(), Map.of("Id", made.id()));
  }

  private Made updateControl(Wanted w, String id, JsonNode old) {
    api.call(
        UpdateOriginAccessControlRequest.builder()
            .id(id)
            .ifMatch(eTag(id))
            .originAccessControlConfig(control(w))
            .build(),
        UpdateOriginAccessControlResponse.class);
    return new Made(id, Map.of("Id", id));
  }

  private void deleteControl(Wanted w, String id) {
    api.call(
        DeleteOriginAccessControlRequest.builder().id(id).ifMatch(eTag(id)).build(),
        DeleteOriginAccessControlResponse.class);
  }

  private String eTag(String id) {
    return api.call(
            GetOriginAccessControlRequest.builder().id(id).build(),
            GetOriginAccessControlResponse.class)
        .eTag();
  }

  private static OriginAccessControlConfig control(Wanted w) {
    return PropertyMapper.fill(
            OriginAccessControlConfig.builder(), w.properties().path("OriginAccessControlConfig"))
        .build();
  }
}
