// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.List;
import java.util.Map;
import software.constructs.Construct;

/// Fleet work: the function that makes jobs of AWS IoT, and follows and ends them. An account has
/// one list of jobs, of which this stage's begin with its name.
final class Jobs {
  private final LiveFunction function;
  private final Updates updates;

  Jobs(Construct scope, Deployment deployment, Data data) {
    var prefix = deployment.names().of("");
    var job = Deployment.arn(scope, "iot", "job/" + prefix + "*");
    var thing = Deployment.arn(scope, "iot", "thing/*");
    this.updates = new Updates(scope, "Updates", deployment, job);
    this.function =
        new LiveFunction(
            scope,
            PipelineFunction.JOBS,
            deployment,
            FunctionProps.of(
                Map.of(
                    "FLEET_TABLE",
                    data.fleet().getRef(),
                    "AUDIT_RETENTION_DAYS",
                    String.valueOf(deployment.config().commandRetentionDays()),
                    "JOB_PREFIX",
                    prefix,
                    "IOT_ARN_PREFIX",
                    Deployment.arn(scope, "iot", ""),
                    "ROTATION_TEMPLATE",
                    deployment.names().of(DevicePolicies.ROTATION),
                    "PRESIGNING_ROLE_ARN",
                    updates.roleArn()),
                List.of(
                    Allow.on(
                        data.fleet().getAttrArn(),
                        "dynamodb:GetItem",
                        "dynamodb:Query",
                        "dynamodb:PutItem",
                        "dynamodb:UpdateItem",
                        "dynamodb:DeleteItem"),
                    Allow.on(
                        job,
                        "iot:CreateJob",
                        "iot:DescribeJob",
                        "iot:GetJobDocument",
                        "iot:CancelJob",
                        "iot:DeleteJob",
                        "iot:ListJobExecutionsForJob"),
                    // Whatever the job is for, and whoever does it.
                    Allow.on(
                        List.of(thing, Deployment.arn(scope, "iot", "thinggroup/" + prefix + "*")),
                        "iot:CreateJob"),
                    Allow.on(
                        List.of(job, thing), "iot:DescribeJobExecution", "iot:CancelJobExecution"),
                    Allow.on(thing, "iot:ListJobExecutionsForThing"),
                    updates.passing())));
  }

  LiveFunction function() {
    return function;
  }

  /// Where what jobs bring lies.
  String bucketName() {
    return updates.bucketName();
  }
}
