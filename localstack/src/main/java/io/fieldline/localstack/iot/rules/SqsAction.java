// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;
import software.amazon.awssdk.services.sqs.model.SendMessageRequest;
import software.amazon.awssdk.services.sqs.model.SendMessageResponse;

/// Sends the result to a queue.
///
/// Source: AWS IoT developer guide, "SQS".
record SqsAction(SubstitutionTemplate queueUrl, Encoding encoding, String role)
    implements RuleAction {
  enum Encoding {
    TEXT,
    BASE64
  }

  @Override
  public String name() {
    return "SqsAction";
  }

  @Override
  public Class<?> requestType() {
    return SendMessageRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(queueUrl);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var body =
        switch (encoding) {
          case TEXT -> new String(firing.payload(), StandardCharsets.UTF_8);
          case BASE64 -> Base64.getEncoder().encodeToString(firing.payload());
        };
    calls.asRole(
        role,
        firing.rule(),
        SendMessageRequest.builder().queueUrl(firing.render(queueUrl)).messageBody(body).build(),
        SendMessageResponse.class);
  }
}
