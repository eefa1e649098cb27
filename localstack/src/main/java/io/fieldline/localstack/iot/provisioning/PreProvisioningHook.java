// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.iot.OnBehalf;
import io.fieldline.localstack.ways.Step;
import java.io.IOException;
import java.time.Duration;
import java.util.HashMap;
import java.util.Map;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.ExecutionException;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.TimeoutException;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// Asks a template's function whether a device may be provisioned, as the IoT service, which the
/// function's own policy must allow for the template.
///
/// Source: AWS IoT Core Developer Guide, "Pre-provisioning hooks".
final class PreProvisioningHook {
  private static final System.Logger LOG = System.getLogger(PreProvisioningHook.class.getName());
  private static final ObjectMapper JSON = new ObjectMapper();
  private static final Duration LONGEST = Duration.ofSeconds(5);

  private final OnBehalf service;
  private final String functionArn;

  PreProvisioningHook(OnBehalf service, String functionArn) {
    this.service = service;
    this.functionArn = functionArn;
  }

  /// The parameters that the function adds or changes.
  ///
  /// @throws ProvisioningFailure where it does not allow the device
  Map<String, String> ask(ObjectNode event) {
    JsonNode answer;
    try {
      answer = JSON.readTree(invoke(JSON.writeValueAsBytes(event)));
    } catch (IOException e) {
      throw denied("its answer is not JSON: " + e.getMessage());
    }
    JsonNode allowed = answer.path("allowProvisioning");
    if (!(allowed.isBoolean() && allowed.asBoolean())) {
      throw denied("allowProvisioning: expected true, got " + allowed);
    }
    var overrides = new HashMap<String, String>();
    answer
        .path("parameterOverrides")
        .properties()
        .forEach(e -> overrides.put(e.getKey(), e.getValue().asText()));
    return overrides;
  }

  private ProvisioningFailure denied(String why) {
    LOG.log(
        System.Logger.Level.WARNING,
        "pre-provisioning hook denies function={0} reason={1}",
        functionArn,
        why);
    return ProvisioningFailure.accessDenied();
  }

  private byte[] invoke(byte[] event) {
    var request =
        InvokeRequest.builder()
            .functionName(functionArn)
            .invocationType(InvocationType.REQUEST_RESPONSE)
            .payload(SdkBytes.fromByteArrayUnsafe(event))
            .build();
    InvokeResponse response = within(request);
    if (response.functionError() != null) {
      throw denied("the function failed: " + response.payload().asUtf8String());
    }
    return response.payload() == null ? new byte[0] : response.payload().asByteArrayUnsafe();
  }

  private InvokeResponse within(InvokeRequest request) {
    var answer = new CompletableFuture<InvokeResponse>();
    Thread.ofVirtual()
        .name("pre-provisioning-hook")
        .start(
            Step.current()
                .carry(() -> {
                  try {
                    answer.complete(service.call(request, InvokeResponse.class));
                  } catch (RuntimeException | Error e) {
                    answer.completeExceptionally(e);
                  }
                }));
    try {
      return answer.get(LONGEST.toMillis(), TimeUnit.MILLISECONDS);
    } catch (TimeoutException e) {
      throw denied("no answer within " + LONGEST.toSeconds() + " s");
    } catch (InterruptedException e) {
      Thread.currentThread().interrupt();
      throw denied("interrupted");
    } catch (ExecutionException e) {
      throw denied(
          e.getCause() instanceof AwsFailure f
              ? f.code() + ": " + f.message()
              : String.valueOf(e.getCause()));
    }
  }
}
