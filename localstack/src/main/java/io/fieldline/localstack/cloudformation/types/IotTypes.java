// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.cloudformation.ResourceType.Made;
import io.fieldline.localstack.cloudformation.ResourceType.Wanted;
import io.fieldline.localstack.cloudformation.ResourceTypes;
import java.util.Comparator;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import software.amazon.awssdk.services.iot.model.*;

/// AWS::IoT::TopicRule, TopicRuleDestination, Policy, ThingType, Thing, Authorizer.
final class IotTypes {
  private static final int VERSIONS_KEPT = 5;

  private final Api api;
  private final String arnPrefix;

  /// @param arnPrefix {@code arn:aws:iot:REGION:ACCOUNT:}
  IotTypes(Api api, String arnPrefix) {
    this.api = api;
    this.arnPrefix = arnPrefix;
  }

  void addTo(ResourceTypes types) {
    types.add(
        "AWS::IoT::TopicRule",
        CallType.of(this::createRule, this::replaceRule, this::deleteRule, "RuleName"));
    types.add(
        "AWS::IoT::TopicRuleDestination",
        CallType.of(
            this::createDestination,
            this::updateDestination,
            this::deleteDestination,
            "HttpUrlProperties",
            "VpcProperties"));
    types.add(
        "AWS::IoT::Policy",
        CallType.of(this::createPolicy, this::updatePolicy, this::deletePolicy, "PolicyName"));
    types.add(
        "AWS::IoT::ThingType",
        CallType.of(
            this::createThingType,
            this::keepThingType,
            this::deleteThingType,
            "ThingTypeName",
            "ThingTypeProperties"));
    types.add(
        "AWS::IoT::Thing",
        CallType.of(this::createThing, this::updateThing, this::deleteThing, "ThingName"));
    types.add(
        "AWS::IoT::Authorizer",
        CallType.of(
            this::createAuthorizer,
            this::updateAuthorizer,
            this::deleteAuthorizer,
            "AuthorizerName",
            "SigningDisabled"));
    types.add(
        "AWS::IoT::Logging",
        CallType.of(
            this::setLogging, (w, _, _) -> setLogging(w), this::disableLogging, "AccountId"));
  }

  /// There is one for an account, and its id is the account's.
  private Made setLogging(Wanted w) {
    api.call(
        PropertyMapper.fill(
                SetV2LoggingOptionsRequest.builder(), w.properties(), Set.of("AccountId"))
            .disableAllLogs(false)
            .build(),
        SetV2LoggingOptionsResponse.class);
    return new Made(w.properties().path("AccountId").asText(), Map.of());
  }

  private void disableLogging(Wanted w, String account) {
    api.call(
        SetV2LoggingOptionsRequest.builder().disableAllLogs(true).build(),
        SetV2LoggingOptionsResponse.class);
  }

  /// A new destination is in progress until its server confirms it, whatever the template says.
  private Made createDestination(Wanted w) {
    String status = w.properties().path("Status").asText("IN_PROGRESS");
    if (!status.equals("IN_PROGRESS")) {
      throw AwsFailure.validationError(
          "Status: expected IN_PROGRESS for a new destination, got " + status);
    }
    var configuration = new LinkedHashMap<String, JsonNode>();
    for (var property : w.properties().properties()) {
      switch (property.getKey()) {
        case "Status" -> {}
        case "HttpUrlProperties" -> configuration.put("httpUrlConfiguration", property.getValue());
        case "VpcProperties" -> configuration.put("vpcConfiguration", property.getValue());
        default ->
            throw AwsFailure.validationError(
                "Encountered unsupported property " + property.getKey());
      }
    }
    var wanted = JsonNodeFactory.instance.objectNode();
    wanted.putObject("destinationConfiguration").setAll(configuration);
    return destination(
        api.call(
                PropertyMapper.fill(CreateTopicRuleDestinationRequest.builder(), wanted).build(),
                CreateTopicRuleDestinationResponse.class)
            .topicRuleDestination());
  }

  private static Made destination(TopicRuleDestination made) {
    String reason = made.statusReason() == null ? "" : made.statusReason();
    return new Made(made.arn(), Map.of("Arn", made.arn(), "StatusReason", reason));
  }

  private Made updateDestination(Wanted w, String arn, JsonNode old) {
    JsonNode status = w.properties().path("Status");
    if (!status.isMissingNode() && !status.equals(old.path("Status"))) {
      api.call(
          UpdateTopicRuleDestinationRequest.builder().arn(arn).status(status.asText()).build(),
          UpdateTopicRuleDestinationResponse.class);
    }
    return destination(
        api.call(
                GetTopicRuleDestinationRequest.builder().arn(arn).build(),
                GetTopicRuleDestinationResponse.class)
            .topicRuleDestination());
  }

  private void deleteDestination(Wanted w, String arn) {
    api.call(
        DeleteTopicRuleDestinationRequest.builder().arn(arn).build(),
        DeleteTopicRuleDestinationResponse.class);
  }

  private String ruleName(Wanted w) {
    return w.properties().path("RuleName").asText(w.uniqueName().replace('-', '_'));
  }

  private Made createRule(Wanted w) {
    String name = ruleName(w);
    api.call(
        PropertyMapper.fill(
                CreateTopicRuleRequest.builder(), w.properties(), Set.of("RuleName", "Tags"))
            .ruleName(name)
            .build(),
        CreateTopicRuleResponse.class);
    return rule(name);
  }

  private Made replaceRule(Wanted w, String name, JsonNode old) {
    api.call(
        PropertyMapper.fill(
                ReplaceTopicRuleRequest.builder(), w.properties(), Set.of("RuleName", "Tags"))
            .ruleName(name)
            .build(),
        ReplaceTopicRuleResponse.class);
    return rule(name);
  }

  private Made rule(String name) {
    return new Made(name, Map.of("Arn", arnPrefix + "rule/" + name));
  }

  private void deleteRule(Wanted w, String name) {
    api.call(
        DeleteTopicRuleRequest.builder().ruleName(name).build(), DeleteTopicRuleResponse.class);
  }

  private Made createPolicy(Wanted w) {
    String name = w.properties().path("PolicyName").asText(w.uniqueName());
    api.call(
        CreatePolicyRequest.builder()
            .policyName(name)
            .policyDocument(w.properties().path("PolicyDocument").toString())
            .build(),
        CreatePolicyResponse.class);
    return policy(name);
  }

  private Made updatePolicy(Wanted w, String name, JsonNode old) {
    var versions =
        api.call(
                ListPolicyVersionsRequest.builder().policyName(name).build(),
                ListPolicyVersionsResponse.class)
            .policyVersions();
    if (versions.size() >= VERSIONS_KEPT) {
      versions.stream()
          .filter(v -> !Boolean.TRUE.equals(v.isDefaultVersion()))
          .min(Comparator.comparing(PolicyVersion::createDate))
          .ifPresent(oldest ->
              api.call(
                  DeletePolicyVersionRequest.builder()
                      .policyName(name)
                      .policyVersionId(oldest.versionId())
                      .build(),
                  DeletePolicyVersionResponse.class));
    }
    api.call(
        CreatePolicyVersionRequest.builder()
            .policyName(name)
            .policyDocument(w.properties().path("PolicyDocument").toString())
            .setAsDefault(true)
            .build(),
        CreatePolicyVersionResponse.class);
    return policy(name);
  }

  private Made policy(String name) {
    return new Made(name, Map.of("Arn", arnPrefix + "policy/" + name, "Id", name));
  }

  private void deletePolicy(Wanted w, String name) {
    api
        .call(
            ListPolicyVersionsRequest.builder().policyName(name).build(),
            ListPolicyVersionsResponse.class)
        .policyVersions()
        .stream()
        .filter(v -> !Boolean.TRUE.equals(v.isDefaultVersion()))
        .forEach(v ->
            api.call(
                DeletePolicyVersionRequest.builder()
                    .policyName(name)
                    .policyVersionId(v.versionId())
                    .build(),
                DeletePolicyVersionResponse.class));
    api.call(DeletePolicyRequest.builder().policyName(name).build(), DeletePolicyResponse.class);
  }

  private Made createThingType(Wanted w) {
    String name = w.properties().path("ThingTypeName").asText(w.uniqueName());
    var made =
        api.call(
            PropertyMapper.fill(
                    CreateThingTypeRequest.builder(),
                    w.properties(),
                    Set.of("ThingTypeName", "DeprecateThingType"))
                .thingTypeName(name)
                .build(),
            CreateThingTypeResponse.class);
    return new Made(
        name, Map.of("Arn", made.thingTypeArn(), "Id", String.valueOf(made.thingTypeId())));
  }

  private Made keepThingType(Wanted w, String name, JsonNode old) {
    var type =
        api.call(
            DescribeThingTypeRequest.builder().thingTypeName(name).build(),
            DescribeThingTypeResponse.class);
    return new Made(
        name, Map.of("Arn", type.thingTypeArn(), "Id", String.valueOf(type.thingTypeId())));
  }

  private void deleteThingType(Wanted w, String name) {
    api.call(
        DeprecateThingTypeRequest.builder().thingTypeName(name).build(),
        DeprecateThingTypeResponse.class);
    api.call(
        DeleteThingTypeRequest.builder().thingTypeName(name).build(),
        DeleteThingTypeResponse.class);
  }

  private Made createThing(Wanted w) {
    String name = w.properties().path("ThingName").asText(w.uniqueName());
    var made =
        api.call(
            PropertyMapper.fill(CreateThingRequest.builder(), w.properties(), Set.of("ThingName"))
                .thingName(name)
                .build(),
            CreateThingResponse.class);
    return new Made(name, Map.of("Arn", made.thingArn(), "Id", String.valueOf(made.thingId())));
  }

  private Made updateThing(Wanted w, String name, JsonNode old) {
    api.call(
        PropertyMapper.fill(UpdateThingRequest.builder(), w.properties(), Set.of("ThingName"))
            .thingName(name)
            .build(),
        UpdateThingResponse.class);
    return new Made(name, Map.of("Arn", arnPrefix + "thing/" + name));
  }

  private void deleteThing(Wanted w, String name) {
    api.call(DeleteThingRequest.builder().thingName(name).build(), DeleteThingResponse.class);
  }

  private Made createAuthorizer(Wanted w) {
    String name = w.properties().path("AuthorizerName").asText(w.uniqueName());
    var made =
        api.call(
            PropertyMapper.fill(
                    CreateAuthorizerRequest.builder(), w.properties(), Set.of("AuthorizerName"))
                .authorizerName(name)
                .build(),
            CreateAuthorizerResponse.class);
    return new Made(name, Map.of("Arn", made.authorizerArn()));
  }

  private Made updateAuthorizer(Wanted w, String name, JsonNode old) {
    var updated =
        api.call(
            PropertyMapper.fill(
                    UpdateAuthorizerRequest.builder(),
                    w.properties(),
                    Set.of("AuthorizerName", "SigningDisabled", "Tags"))
                .authorizerName(name)
                .build(),
            UpdateAuthorizerResponse.class);
    return new Made(name, Map.of("Arn", updated.authorizerArn()));
  }

  /// AWS deletes only an inactive authorizer.
  private void deleteAuthorizer(Wanted w, String name) {
    api.call(
        UpdateAuthorizerRequest.builder()
            .authorizerName(name)
            .status(AuthorizerStatus.INACTIVE)
            .build(),
        UpdateAuthorizerResponse.class);
    api.call(
        DeleteAuthorizerRequest.builder().authorizerName(name).build(),
        DeleteAuthorizerResponse.class);
  }
}
