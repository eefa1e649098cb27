// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.cloudformation.types;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.cloudformation.ResourceType;
import java.time.Duration;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Set;
import java.util.UUID;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// A resource that a function of the template's author makes: it is invoked with the request, and
/// answers with a PUT to the URL in it.
///
/// Source: CloudFormation User Guide, "Custom resource request objects" and "response objects".
final class CustomResource implements ResourceType {
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofHours(1);

  private final Api api;
  private final CustomResourceAnswers answers;

  CustomResource(Api api, CustomResourceAnswers answers) {
    this.api = api;
    this.answers = answers;
  }

  @Override
  public Made create(Wanted wanted) {
    return made(ask("Create", wanted, null, null), wanted.uniqueName());
  }

  @Override
  public Made update(Wanted wanted, String physicalId, JsonNode oldProperties) {
    return made(ask("Update", wanted, physicalId, oldProperties), physicalId);
  }

  @Override
  public void delete(Wanted wanted, String physicalId) {
    ask("Delete", wanted, physicalId, null);
  }

  @Override
  public boolean replacedBy(Set<String> changedProperties) {
    return changedProperties.contains("ServiceToken");
  }

  private JsonNode ask(
      String requestType, Wanted wanted, @Nullable String physicalId, @Nullable JsonNode old) {
    String token = UUID.randomUUID().toString();
    CompletableFuture<String> answer = answers.expect(token);
    ObjectNode event =
        JSON.createObjectNode()
            .put("RequestType", requestType)
            .put("ResponseURL", answers.url(token))
            .put("StackId", wanted.stackId())
            .put("RequestId", token)
            .put("ResourceType", wanted.type())
            .put("LogicalResourceId", wanted.logicalId());
    if (physicalId != null) {
      event.put("PhysicalResourceId", physicalId);
    }
    event.set("ResourceProperties", wanted.properties());
    if (old != null) {
      event.set("OldResourceProperties", old);
    }
    String function = wanted.properties().path("ServiceToken").asText();
    api.call(
        InvokeRequest.builder()
            .functionName(function)
            .invocationType(InvocationType.EVENT)
            .payload(SdkBytes.fromUtf8String(event.toString()))
            .build(),
        InvokeResponse.class);
    return checked(await(answer, token, timeout(wanted)), function);
  }

  private static Duration timeout(Wanted wanted) {
    JsonNode seconds = wanted.properties().path("ServiceTimeout");
    return seconds.isMissingNode() ? LONGEST : Duration.ofSeconds(seconds.asLong());
  }

  private String await(CompletableFuture<String> answer, String token, Duration timeout) {
    try {
      return answer.get(timeout.toSeconds(), TimeUnit.SECONDS);
    } catch (TimeoutException e) {
      throw AwsFailure.validationError(
          "CloudFormation did not receive a response from your Custom Resource. Please check your"
              + " logs for requestId ["
              + token
              + "].");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw AwsFailure.validationError("The deployment was interrupted");
    } catch (ExecutionException e) {
      throw new IllegalStateException(e);
    } finally {
      answers.forget(token);
    }
  }

  private static JsonNode checked(String text, String function) {
    try {
      JsonNode answer = JSON.readTree(text);
      if (answer.path("Status").asText().equals("SUCCESS")) {
        return answer;
      }
      throw AwsFailure.validationError(
          "Received response status [FAILED] from custom resource. Message returned: "
              + answer.path("Reason").asText("none"));
    } catch (com.fasterxml.jackson.core.JsonProcessingException e) {
      throw AwsFailure.validationError("Invalid Json response from " + function + ": " + text);
    }
  }

  private static Made made(JsonNode answer, String fallbackId) {
    Map<String, String> attributes = new LinkedHashMap<>();
    answer
        .path("Data")
        .properties()
        .forEach(e -> attributes.put(e.getKey(), PropertyMapper.text(e.getValue())));
    return new Made(answer.path("PhysicalResourceId").asText(fallbackId), attributes);
  }
}
