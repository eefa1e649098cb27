// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.scheduler;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.localstack.LocalStack;
import java.net.URI;
import java.time.Duration;
import java.time.LocalDateTime;
import java.time.ZoneId;
import java.time.format.DateTimeFormatter;
import java.util.List;
import java.util.function.Consumer;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.ConflictException;
import software.amazon.awssdk.services.scheduler.model.CreateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;
import software.amazon.awssdk.services.scheduler.model.ResourceNotFoundException;
import software.amazon.awssdk.services.scheduler.model.ScheduleState;
import software.amazon.awssdk.services.scheduler.model.ScheduleSummary;
import software.amazon.awssdk.services.scheduler.model.UpdateScheduleRequest;
import software.amazon.awssdk.services.scheduler.model.ValidationException;
import software.amazon.awssdk.services.sqs.SqsClient;
import software.amazon.awssdk.services.sqs.model.Message;

/// Schedules at the stack's clock, which the test moves.
class SchedulerTest {
  private static final String FUNCTION =
      "arn:aws:lambda:us-east-1:000000000000:function:nobody-made-it";
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Principal":{"Service":"scheduler.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      """;

  private static final ZoneId BERLIN = ZoneId.of("Europe/Berlin");
  private static final DateTimeFormatter SECONDS =
      DateTimeFormatter.ofPattern("uuuu-MM-dd'T'HH:mm:ss");

  private final LocalStack stack = LocalStack.start();
  private final SchedulerClient scheduler = with(SchedulerClient.builder());
  private final SqsClient sqs = with(SqsClient.builder());
  private final IamClient iam = with(IamClient.builder());

  private <C, B extends AwsClientBuilder<B, C>> C with(B builder) {
    URI endpoint = stack.endpoint();
    return builder
        .endpointOverride(endpoint)
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .build();
  }

  @AfterEach
  void close() {
    scheduler.close();
    sqs.close();
    iam.close();
    stack.close();
  }

  @Test
  void whatMayNotBeInvokedIsADeadLetterAtOnce() {
    String queue = sqs.createQueue(create -> create.queueName("dead")).queueUrl();
    String role = role("sqs:SendMessage");

    schedule("rate(1 minute)", role);
    stack.clock().advance(Duration.ofSeconds(61));

    Message letter =
        sqs.receiveMessage(
                receive -> receive.queueUrl(queue).waitTimeSeconds(10).messageAttributeNames("All"))
            .messages()
            .getFirst();
    assertThat(letter.body()).isEqualTo("{\"due\":true}");
    assertThat(attribute(letter, "ERROR_CODE")).isEqualTo("AccessDeniedException");
    assertThat(attribute(letter, "ERROR_MESSAGE")).contains("lambda:InvokeFunction", "nobody-made");
    assertThat(attribute(letter, "RETRY_ATTEMPTS")).isEqualTo("0");
    assertThat(attribute(letter, "TARGET_ARN")).isEqualTo(FUNCTION);
  }

  @Test
  void aTargetThatIsNotThereIsNamedInTheDeadLetter() {
    String queue = sqs.createQueue(create -> create.queueName("dead")).queueUrl();

    schedule("rate(1 hour)", role("sqs:SendMessage\",\"lambda:InvokeFunction"));
    stack.clock().advance(Duration.ofMinutes(61));

    Message letter =
        sqs.receiveMessage(
                receive -> receive.queueUrl(queue).waitTimeSeconds(10).messageAttributeNames("All"))
            .messages()
            .getFirst();
    assertThat(attribute(letter, "ERROR_CODE")).isEqualTo("ResourceNotFoundException");
  }

  /// Its context attributes are filled in, and when it is over it is gone.
  @Test
  void oneThatIsDueOnceTellsItsQueueAndIsDeleted() {
    String queue = sqs.createQueue(create -> create.queueName("work")).queueUrl();
    String arn = role("sqs:SendMessage");
    var due = LocalDateTime.ofInstant(stack.clock().instant(), BERLIN).plusDays(2).withNano(0);
    scheduler.createScheduleGroup(create -> create.name("house"));
    scheduler.createSchedule(create ->
        create
            .name("once")
            .groupName("house")
            .clientToken("t1")
            .scheduleExpression("at(" + SECONDS.format(due) + ")")
            .scheduleExpressionTimezone("Europe/Berlin")
            .actionAfterCompletion(ActionAfterCompletion.DELETE)
            .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
            .target(target ->
                target
                    .arn("arn:aws:sqs:us-east-1:000000000000:work")
                    .roleArn(arn)
                    .input(
                        "{\"at\":\"<aws.scheduler.scheduled-time>\",\"of\":\"<aws.scheduler.schedule-arn>\","
                            + "\"try\":<aws.scheduler.attempt-number>}")));
    stack.clock().advance(Duration.ofDays(1));
    assertThat(received(queue, 0)).isEmpty();
    assertThat(scheduler.getSchedule(get -> get.name("once").groupName("house")).stateAsString())
        .isEqualTo("ENABLED");

    stack.clock().advance(Duration.ofDays(1));

    assertThat(received(queue, 10))
        .extracting(Message::body)
        .containsExactly(
            "{\"at\":\"%s\",\"of\":\"arn:aws:scheduler:us-east-1:000000000000:schedule/house/once\",\"try\":1}"
                .formatted(due.atZone(BERLIN).toInstant()));
    assertThatThrownBy(() -> scheduler.getSchedule(get -> get.name("once").groupName("house")))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  @Test
  void byTheCalendarItIsDueAgainAndAgainUntilItIsPausedAndGoesWithItsGroup() {
    String queue = sqs.createQueue(create -> create.queueName("work")).queueUrl();
    String arn = role("sqs:SendMessage");
    scheduler.createScheduleGroup(create -> create.name("house"));
    Consumer<UpdateScheduleRequest.Builder> daily =
        update ->
            update
                .name("daily")
                .groupName("house")
                .scheduleExpression("cron(30 6 * * ? *)")
                .scheduleExpressionTimezone("Asia/Tokyo")
                .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
                .target(target ->
                    target
                        .arn("arn:aws:sqs:us-east-1:000000000000:work")
                        .roleArn(arn)
                        .input("<aws.scheduler.scheduled-time>"));
    var made = UpdateScheduleRequest.builder().applyMutation(daily).build();
    scheduler.createSchedule(create ->
        create
            .name("daily")
            .groupName("house")
            .scheduleExpression(made.scheduleExpression())
            .scheduleExpressionTimezone(made.scheduleExpressionTimezone())
            .flexibleTimeWindow(made.flexibleTimeWindow())
            .target(made.target()));
    for (int day = 0; day < 2; day++) {
      stack.clock().advance(Duration.ofDays(1));
      assertThat(received(queue, 10))
          .singleElement()
          .satisfies(message -> assertThat(message.body()).endsWith("T21:30:00Z"));
    }

    scheduler.updateSchedule(daily.andThen(update -> update.state(ScheduleState.DISABLED)));
    stack.clock().advance(Duration.ofDays(1));
    assertThat(received(queue, 1)).isEmpty();
    assertThat(
            scheduler.listSchedules(list -> list.groupName("house").state("DISABLED")).schedules())
        .extracting(ScheduleSummary::name)
        .containsExactly("daily");
    assertThat(scheduler.listSchedules(list -> list.groupName("default")).schedules()).isEmpty();

    scheduler.deleteScheduleGroup(delete -> delete.name("house"));
    assertThatThrownBy(() -> scheduler.updateSchedule(daily))
        .isInstanceOf(ResourceNotFoundException.class);
  }

  /// The same request sent again, by its token; and what is wrong.
  @Test
  void whatIsMadeTwiceOrMakesNoSenseIsRefused() {
    String role = role("sqs:SendMessage");
    Consumer<CreateScheduleRequest.Builder> good =
        create ->
            create
                .name("tick")
                .clientToken("t1")
                .scheduleExpression("rate(1 hour)")
                .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
                .target(target -> target.arn(FUNCTION).roleArn(role));
    scheduler.createSchedule(good);
    scheduler.createSchedule(good);
    assertThatThrownBy(() -> scheduler.createSchedule(good.andThen(c -> c.clientToken("t2"))))
        .isInstanceOf(ConflictException.class);
    refused(
        good.andThen(c -> c.name("a").scheduleExpression("at(2020-01-01T00:00:00)")),
        "a time that comes");
    refused(good.andThen(c -> c.name("a").scheduleExpressionTimezone("Mars/Base")), "Mars/Base");
    refused(
        good.andThen(c -> c.name("a").kmsKeyArn("arn:aws:kms:us-east-1:000000000000:key/k")),
        "KmsKeyArn");
    refused(
        good.andThen(c ->
            c.name("a").target(t -> t.roleArn(role).arn("arn:aws:sns:us-east-1:000000000000:t"))),
        "Only Lambda functions and SQS queues");
    refused(
        good.andThen(
            c -> c.name("a").flexibleTimeWindow(w -> w.mode("FLEXIBLE").maximumWindowInMinutes(5))),
        "FlexibleTimeWindow");
    assertThatThrownBy(() -> scheduler.createSchedule(good.andThen(c -> c.groupName("none"))))
        .isInstanceOf(ResourceNotFoundException.class);
    assertThatThrownBy(() -> scheduler.deleteScheduleGroup(d -> d.name("default")))
        .isInstanceOf(ValidationException.class);
  }

  private void refused(Consumer<CreateScheduleRequest.Builder> request, String told) {
    assertThatThrownBy(() -> scheduler.createSchedule(request))
        .isInstanceOf(ValidationException.class)
        .hasMessageContaining(told);
  }

  private List<Message> received(String queue, int seconds) {
    var messages =
        sqs.receiveMessage(receive -> receive.queueUrl(queue).waitTimeSeconds(seconds)).messages();
    messages.forEach(message ->
        sqs.deleteMessage(gone -> gone.queueUrl(queue).receiptHandle(message.receiptHandle())));
    return messages;
  }

  private String role(String actions) {
    iam.createRole(role -> role.roleName("clock").assumeRolePolicyDocument(TRUST));
    iam.putRolePolicy(put ->
        put.roleName("clock")
            .policyName("p")
            .policyDocument(
                "{\"Version\":\"2012-10-17\",\"Statement\":[{\"Effect\":\"Allow\",\"Action\":[\""
                    + actions
                    + "\"],\"Resource\":\"*\"}]}"));
    return "arn:aws:iam::000000000000:role/clock";
  }

  private void schedule(String expression, String role) {
    scheduler.createSchedule(create ->
        create
            .name("tick")
            .scheduleExpression(expression)
            .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
            .target(target ->
                target
                    .arn(FUNCTION)
                    .roleArn(role)
                    .input("{\"due\":true}")
                    .deadLetterConfig(
                        dead -> dead.arn("arn:aws:sqs:us-east-1:000000000000:dead"))));
  }

  private static String attribute(Message message, String name) {
    return message.messageAttributes().get(name).stringValue();
  }
}
