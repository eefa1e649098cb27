// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.iam.Roles;
import io.fieldline.localstack.s3.S3;
import io.fieldline.localstack.ssm.Parameters;
import java.util.List;

/// What {@code cdk bootstrap} makes in an account, there from the start.
///
/// Source: aws-cdk-cli, bootstrap-template.yaml, version 33.
final class Bootstrap {
  private static final String PREFIX = "cdk-hnb659fds-";
  private static final String ADMINISTRATOR = "arn:aws:iam::aws:policy/AdministratorAccess";

  private Bootstrap() {}

  static void ensure(StackInfo stack, Parameters parameters, S3 s3, Roles roles) {
    String place = stack.accountId() + "-" + stack.region();
    parameters.ensure("/cdk-bootstrap/hnb659fds/version", "33");
    s3.ensureBucket(PREFIX + "assets-" + place);
    String account = "\"AWS\":\"arn:aws:iam::" + stack.accountId() + ":root\"";
    for (String role : List.of("deploy", "file-publishing", "image-publishing", "lookup")) {
      roles.ensure(PREFIX + role + "-role-" + place, trust(account), ADMINISTRATOR);
    }
    roles.ensure(
        PREFIX + "cfn-exec-role-" + place,
        trust("\"Service\":\"cloudformation.amazonaws.com\""),
        ADMINISTRATOR);
  }

  private static String trust(String principal) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"sts:AssumeRole",\
    "Principal":{%s}}]}\
    """
        .formatted(principal);
  }
}
