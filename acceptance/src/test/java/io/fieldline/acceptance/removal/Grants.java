// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import com.fasterxml.jackson.databind.JsonNode;
import io.fieldline.acceptance.pipeline.AwsClients;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import software.amazon.awssdk.services.cloudformation.CloudFormationClient;
import software.amazon.awssdk.services.cloudformation.model.StackResourceSummary;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.lambda.LambdaClient;
import software.amazon.awssdk.services.s3.S3Client;

/// The permissions of what is deployed, as the deployed resources have them: a new statement of the
/// template is here by itself.
final class Grants {
  private static final String STACK = "Fieldline-dev";
  private static final String ALIAS = "live";
  private static final String NOBODY =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Deny","Principal":"*","Action":"sts:AssumeRole"}]}
      """;

  private final AwsClients aws;
  private final IamClient iam;
  private final LambdaClient lambda;
  private final S3Client s3;
  private final List<StackResourceSummary> resources;

  Grants(AwsClients aws) {
    this.aws = aws;
    this.iam = aws.client(IamClient.builder());
    this.lambda = aws.client(LambdaClient.builder());
    this.s3 = aws.client(S3Client.builder().forcePathStyle(true));
    this.resources =
        aws
            .client(CloudFormationClient.builder())
            .listStackResourcesPaginator(list -> list.stackName(STACK))
            .stackResourceSummaries()
            .stream()
            .toList();
  }

  /// Those of a type, by logical name.
  List<StackResourceSummary> resources(String type) {
    return resources.stream().filter(resource -> resource.resourceType().equals(type)).toList();
  }

  /// Every one.
  List<Grant> all() {
    var all = new ArrayList<Grant>();
    resources("AWS::IAM::Role").forEach(role -> ofRole(role, all));
    resources("AWS::IAM::Role").forEach(role -> all.add(trust(role)));
    resources("AWS::Lambda::Function").forEach(function -> ofFunction(function, all));
    resources("AWS::IoT::Policy").forEach(policy -> ofDevices(policy, all));
    resources("AWS::S3::BucketPolicy").forEach(policy -> ofBucket(policy, all));
    return all.stream().map(grant -> missable(grant, all)).toList();
  }

  /// The quarantine of a rule that only calls a function is missed while it may not call it.
  private static Grant missable(Grant grant, List<Grant> all) {
    var function =
        Stream.of("Outcome", "Presence")
            .filter(name -> grant.holder().contains(name + "Rule"))
            .findFirst();
    return all.stream()
        .filter(other ->
            function.isPresent()
                && other.holder().contains(function.get() + "Function")
                && other.action().equals("lambda:InvokeFunction"))
        .findFirst()
        .map(grant::besides)
        .orElse(grant);
  }

  /// What takes over when something fails is missed only while that fails: dead letters, and the
  /// quarantine that is a rule's error action.
  private static boolean takesOver(String role, PolicyText.Line line) {
    return line.resource().contains("dead")
        || (role.contains("RuleRole") && line.resource().contains("quarantine"));
  }

  private void ofRole(StackResourceSummary role, List<Grant> all) {
    String name = role.physicalResourceId();
    for (String policy : iam.listRolePolicies(list -> list.roleName(name)).policyNames()) {
      String json =
          URLDecoder.decode(
              iam.getRolePolicy(get -> get.roleName(name).policyName(policy)).policyDocument(),
              StandardCharsets.UTF_8);
      PolicyText text = PolicyText.of(json);
      for (PolicyText.Line line : text.lines()) {
        List<PolicyText.Line> gone =
            takesOver(role.logicalResourceId(), line) ? text.lines() : List.of(line);
        all.add(
            new Grant(
                role.logicalResourceId(),
                line.action(),
                line.resource(),
                Pattern.compile(
                    Pattern.quote(name)
                        + "/.* is not authorized to perform: "
                        + Pattern.quote(line.action())
                        + " on resource: "
                        + Grant.glob(line.resource())),
                () -> put(name, policy, text.without(gone)),
                () -> put(name, policy, text)));
      }
    }
  }

  private Grant trust(StackResourceSummary role) {
    String name = role.physicalResourceId();
    String json =
        URLDecoder.decode(
            iam.getRole(get -> get.roleName(name)).role().assumeRolePolicyDocument(),
            StandardCharsets.UTF_8);
    String service = PolicyText.of(json).document().findPath("Principal").path("Service").asText();
    return new Grant(
        role.logicalResourceId(),
        Grant.TRUST,
        service,
        Pattern.compile(
            Pattern.quote(service)
                + " is not authorized to perform: sts:AssumeRole on resource: [^ ]*"
                + Pattern.quote(name)),
        () -> trusted(name, NOBODY),
        () -> trusted(name, json));
  }

  private void trusted(String role, String json) {
    iam.updateAssumeRolePolicy(update -> update.roleName(role).policyDocument(json));
  }

  private void put(String role, String policy, PolicyText text) {
    if (text.isEmpty()) {
      iam.deleteRolePolicy(delete -> delete.roleName(role).policyName(policy));
    } else {
      iam.putRolePolicy(
          put -> put.roleName(role).policyName(policy).policyDocument(text.toString()));
    }
  }

  private void ofFunction(StackResourceSummary resource, List<Grant> all) {
    String function = resource.physicalResourceId();
    String json;
    try {
      json = lambda.getPolicy(get -> get.functionName(function).qualifier(ALIAS)).policy();
    } catch (software.amazon.awssdk.services.lambda.model.ResourceNotFoundException none) {
      return;
    }
    for (JsonNode statement : PolicyText.of(json).document().path("Statement")) {
      String sid = statement.path("Sid").asText();
      String service = statement.path("Principal").path("Service").asText();
      JsonNode condition = statement.path("Condition");
      String source = value(condition, "SourceArn");
      String account = value(condition, "SourceAccount");
      all.add(
          new Grant(
              resource.logicalResourceId(),
              statement.path("Action").asText(),
              service,
              Pattern.compile(
                  Pattern.quote(service)
                      + " is not authorized to perform: lambda:InvokeFunction on resource: [^ ]*"
                      + Pattern.quote(function)),
              () ->
                  lambda.removePermission(
                      remove -> remove.functionName(function).qualifier(ALIAS).statementId(sid)),
              () ->
                  lambda.addPermission(add -> {
                    add.functionName(function)
                        .qualifier(ALIAS)
                        .statementId(sid)
                        .action(statement.path("Action").asText())
                        .principal(service);
                    if (!source.isEmpty()) {
                      add.sourceArn(source);
                    }
                    if (!account.isEmpty()) {
                      add.sourceAccount(account);
                    }
                  })));
    }
  }

  private static String value(JsonNode condition, String key) {
    for (JsonNode test : condition) {
      for (var entry : test.properties()) {
        if (entry.getKey().equalsIgnoreCase("aws:" + key)) {
          return entry.getValue().asText();
        }
      }
    }
    return "";
  }

  private void ofDevices(StackResourceSummary resource, List<Grant> all) {
    String policy = resource.physicalResourceId();
    var iot = aws.iot();
    var current = iot.getPolicy(get -> get.policyName(policy));
    PolicyText text = PolicyText.of(current.policyDocument());
    for (PolicyText.Line line : text.lines()) {
      all.add(
          new Grant(
              resource.logicalResourceId(),
              line.action(),
              line.resource(),
              Pattern.compile(
                  "denied client=.* action="
                      + Pattern.quote(line.action())
                      + " resource="
                      + Grant.glob(line.resource())),
              () ->
                  iot.createPolicyVersion(create ->
                      create
                          .policyName(policy)
                          .policyDocument(text.without(List.of(line)).toString())
                          .setAsDefault(true)),
              () -> {
                iot.createPolicyVersion(create ->
                    create
                        .policyName(policy)
                        .policyDocument(current.policyDocument())
                        .setAsDefault(true));
                iot.listPolicyVersions(list -> list.policyName(policy)).policyVersions().stream()
                    .filter(version -> !version.isDefaultVersion())
                    .forEach(version ->
                        iot.deletePolicyVersion(delete ->
                            delete.policyName(policy).policyVersionId(version.versionId())));
              }));
    }
  }

  /// Whose policy it is: the names that CDK gives them begin alike, and end with a digest.
  private String bucket(String policy) {
    return resources("AWS::S3::Bucket").stream()
        .filter(one -> policy.startsWith(one.logicalResourceId().replaceFirst(".{8}$", "")))
        .findFirst()
        .orElseThrow()
        .physicalResourceId();
  }

  private void ofBucket(StackResourceSummary resource, List<Grant> all) {
    String bucket = bucket(resource.logicalResourceId());
    String json = s3.getBucketPolicy(get -> get.bucket(bucket)).policy();
    PolicyText policy = PolicyText.of(json);
    for (PolicyText.Line line : policy.lines().stream().filter(policy::allows).toList()) {
      all.add(
          new Grant(
              resource.logicalResourceId(),
              line.action(),
              line.resource(),
              Pattern.compile(
                  "cloudfront.* is not authorized to perform: " + Pattern.quote(line.action())),
              () -> s3.deleteBucketPolicy(delete -> delete.bucket(bucket)),
              () -> s3.putBucketPolicy(put -> put.bucket(bucket).policy(json))));
    }
  }
}
