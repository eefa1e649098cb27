// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Value;
import java.util.Optional;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.services.lambda.model.InvocationType;
import software.amazon.awssdk.services.lambda.model.InvokeRequest;
import software.amazon.awssdk.services.lambda.model.InvokeResponse;

/// Invokes a function without waiting for it, as the IoT service, which the function's own policy
/// must allow for this rule.
///
/// Source: AWS IoT developer guide, "Lambda".
record LambdaAction(SubstitutionTemplate functionArn) implements RuleAction {
  @Override
  public String name() {
    return "LambdaAction";
  }

  @Override
  public Class<?> requestType() {
    return InvokeRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(functionArn);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.empty();
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    if (firing.value() instanceof Value.Raw) {
      throw new ActionFailure(
          "a Lambda action takes JSON, and the message is none; use encode(*, 'base64')");
    }
    calls.asService(
        firing.rule(),
        InvokeRequest.builder()
            .functionName(firing.render(functionArn))
            .invocationType(InvocationType.EVENT)
            .payload(SdkBytes.fromByteArrayUnsafe(firing.payload()))
            .build(),
        InvokeResponse.class);
  }
}
