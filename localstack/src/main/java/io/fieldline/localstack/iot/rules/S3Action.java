// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.template.SubstitutionTemplate;
import java.io.ByteArrayInputStream;
import java.util.Optional;
import software.amazon.awssdk.services.s3.model.PutObjectRequest;

/// Writes the result as one object.
///
/// Source: AWS IoT developer guide, "S3".
record S3Action(SubstitutionTemplate bucketName, SubstitutionTemplate key, String role)
    implements RuleAction {
  @Override
  public String name() {
    return "S3Action";
  }

  @Override
  public Class<?> requestType() {
    return PutObjectRequest.class;
  }

  @Override
  public String resource(Firing firing) {
    return firing.render(bucketName);
  }

  @Override
  public Optional<String> roleArn() {
    return Optional.of(role);
  }

  @Override
  public void run(Firing firing, ActionCalls calls) {
    var request =
        PutObjectRequest.builder()
            .bucket(firing.render(bucketName))
            .key(firing.render(key))
            .contentLength((long) firing.payload().length)
            .build();
    calls.uploadAsRole(
        role, firing.rule(), request, () -> new ByteArrayInputStream(firing.payload()));
  }
}
