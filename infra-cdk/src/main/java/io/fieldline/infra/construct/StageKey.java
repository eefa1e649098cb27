// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.RemovalPolicy;
import software.amazon.awscdk.Stack;
import software.amazon.awscdk.services.dynamodb.CfnTable;
import software.amazon.awscdk.services.kinesis.CfnStream;
import software.amazon.awscdk.services.kinesisfirehose.CfnDeliveryStream;
import software.amazon.awscdk.services.kms.CfnKey;
import software.amazon.awscdk.services.logs.CfnLogGroup;
import software.amazon.awscdk.services.s3.CfnBucket;
import software.amazon.awscdk.services.sns.CfnTopic;
import software.amazon.awscdk.services.sqs.CfnQueue;
import software.constructs.Construct;

/// Encrypts what a stage keeps (tables, queues, streams, the archive, topics and logs) by a key of
/// the account's, which then decides who may read it, and costs by use; without it AWS's own keys
/// do.
///
/// Who may use a table, a queue or a topic may use the key through it, and not otherwise: the same
/// rule as that of the keys which AWS manages, and so no role here names the key.
///
/// Source: AWS KMS Developer Guide, kms:ViaService and AWS managed keys; Amazon SQS Developer
/// Guide, key management; Amazon CloudWatch Logs User Guide, encrypting log data.
public final class StageKey extends Construct {
  private final String arn;

  /// The key of one stage.
  public StageKey(Construct scope, String id, Deployment deployment) {
    super(scope, id);
    this.arn = made(deployment).getAttrArn();
  }

  /// Everything in a stack that a key can be given to, whichever construct made it.
  public void encrypt(Stack stack) {
    for (var construct : stack.getNode().findAll()) {
      switch (construct) {
        case CfnTable table -> encrypt(table);
        case CfnQueue queue -> encrypt(queue);
        case CfnTopic topic -> topic.setKmsMasterKeyId(arn);
        case CfnLogGroup group -> group.setKmsKeyId(arn);
        case CfnStream stream ->
            stream.setStreamEncryption(
                CfnStream.StreamEncryptionProperty.builder()
                    .encryptionType("KMS")
                    .keyId(arn)
                    .build());
        case CfnDeliveryStream stream ->
            stream.setDeliveryStreamEncryptionConfigurationInput(
                CfnDeliveryStream.DeliveryStreamEncryptionConfigurationInputProperty.builder()
                    .keyType("CUSTOMER_MANAGED_CMK")
                    .keyArn(arn)
                    .build());
        // The app's files are public.
        case CfnBucket bucket when !(bucket.getNode().getScope() instanceof Distribution) ->
            encrypt(bucket);
        default -> {}
      }
    }
  }

  private void encrypt(CfnTable table) {
    table.setSseSpecification(
        CfnTable.SSESpecificationProperty.builder()
            .sseEnabled(true)
            .sseType("KMS")
            .kmsMasterKeyId(arn)
            .build());
  }

  private void encrypt(CfnBucket bucket) {
    bucket.setBucketEncryption(
        CfnBucket.BucketEncryptionProperty.builder()
            .serverSideEncryptionConfiguration(
                List.of(
                    CfnBucket.ServerSideEncryptionRuleProperty.builder()
                        .bucketKeyEnabled(true)
                        .serverSideEncryptionByDefault(
                            CfnBucket.ServerSideEncryptionByDefaultProperty.builder()
                                .sseAlgorithm("aws:kms")
                                .kmsMasterKeyId(arn)
                                .build())
                        .build()))
            .build());
  }

  private void encrypt(CfnQueue queue) {
    queue.setKmsMasterKeyId(arn);
    queue.addPropertyDeletionOverride("SqsManagedSseEnabled");
  }

  private CfnKey made(Deployment deployment) {
    var document = new LinkedHashMap<String, Object>();
    document.put("Version", "2012-10-17");
    document.put("Statement", List.of(owner(), throughServices(), logs(deployment), alarms()));
    var made =
        CfnKey.Builder.create(this, "Key")
            .description("Fieldline, stage " + deployment.config().stage())
            .enableKeyRotation(true)
            .keyPolicy(document)
            .build();
    // Without it nothing that outlives the stack could be read.
    made.applyRemovalPolicy(
        deployment.config().retainData() ? RemovalPolicy.RETAIN : RemovalPolicy.DESTROY);
    return made;
  }

  private Map<String, Object> owner() {
    var stack = Stack.of(this);
    return statement(
        Map.of("AWS", "arn:%s:iam::%s:root".formatted(stack.getPartition(), stack.getAccount())),
        List.of("kms:*"),
        Map.of());
  }

  private Map<String, Object> throughServices() {
    var stack = Stack.of(this);
    var equal = new LinkedHashMap<String, Object>();
    equal.put("kms:CallerAccount", stack.getAccount());
    equal.put(
        "kms:ViaService",
        Stream.of("dynamodb", "firehose", "kinesis", "s3", "sns", "sqs")
            .map(service -> service + "." + stack.getRegion() + ".amazonaws.com")
            .toList());
    return statement(
        Map.of("AWS", "*"),
        List.of("kms:Decrypt", "kms:GenerateDataKey", "kms:CreateGrant", "kms:DescribeKey"),
        Map.of("StringEquals", equal));
  }

  private Map<String, Object> logs(Deployment deployment) {
    var groups =
        Deployment.arn(this, "logs", "log-group:/fieldline/" + deployment.config().stage() + "/*");
    return statement(
        Map.of("Service", "logs." + Stack.of(this).getRegion() + ".amazonaws.com"),
        List.of("kms:Decrypt", "kms:Encrypt", "kms:GenerateDataKey", "kms:DescribeKey"),
        Map.of("ArnLike", Map.of("kms:EncryptionContext:aws:logs:arn", groups)));
  }

  private Map<String, Object> alarms() {
    return statement(
        Map.of("Service", "cloudwatch.amazonaws.com"),
        List.of("kms:Decrypt", "kms:GenerateDataKey"),
        Map.of("StringEquals", Map.of("aws:SourceAccount", Stack.of(this).getAccount())));
  }

  private static Map<String, Object> statement(
      Map<String, String> principal, List<String> actions, Map<String, Object> condition) {
    var statement = new LinkedHashMap<String, Object>();
    statement.put("Effect", "Allow");
    statement.put("Principal", principal);
    statement.put("Action", actions);
    statement.put("Resource", "*");
    if (!condition.isEmpty()) {
      statement.put("Condition", condition);
    }
    return statement;
  }
}
