// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.nio.file.Path;
import java.time.Duration;
import java.util.List;
import java.util.Optional;
import software.amazon.awssdk.services.iam.IamClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.Action;

final class RepublishRate implements Question {
  private static final int MESSAGES = 20_000;
  private static final int WARM_UP_ROUNDS = 8;
  private static final String TRUST =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
       "Principal":{"Service":"iot.amazonaws.com"},"Action":"sts:AssumeRole"}]}
      """;
  private static final String MAY_PUBLISH =
      """
      {"Version":"2012-10-17","Statement":[{"Effect":"Allow","Action":"iot:Publish",
       "Resource":"arn:aws:iot:us-east-1:000000000000:topic/bench/out/*"}]}
      """;
  private static final String DEVICE_POLICY =
      """
      {"Version":"2012-10-17","Statement":[
       {"Effect":"Allow","Action":"iot:Connect","Resource":[
         "arn:aws:iot:us-east-1:000000000000:client/publisher-*",
         "arn:aws:iot:us-east-1:000000000000:client/subscriber-*"]},
       {"Effect":"Allow","Action":"iot:Publish",
        "Resource":"arn:aws:iot:us-east-1:000000000000:topic/bench/in/*"},
       {"Effect":"Allow","Action":"iot:Subscribe",
        "Resource":"arn:aws:iot:us-east-1:000000000000:topicfilter/bench/out/*"},
       {"Effect":"Allow","Action":"iot:Receive",
        "Resource":"arn:aws:iot:us-east-1:000000000000:topic/bench/out/*"}]}
      """;

  @Override
  public String name() {
    return "republish";
  }

  @Override
  public String text() {
    return "How many messages a second go through TLS, policy, rule and republish to a subscriber?";
  }

  @Override
  public String how() {
    return """
    Four publishers and four subscribers with mutual TLS and QoS 1 on both sides; each pair has at most
    100 messages between publish and receipt. A rule `SELECT * FROM 'bench/in/+' WHERE value >= 0`
    republishes to `bench/out/${topic(3)}`; publish, subscribe and receive are each decided by the
    device's policy, the republish by the rule's role. The bare broker (the same MQTT core, TLS and
    flags in a process of its own, nothing decided, no rule) carries the same messages straight to
    the subscribers; rounds of 20,000 messages alternate, eight of each before do not count. A message that does not arrive ends the
    run. The clients run on the same machine.
    """;
  }

  @Override
  public void measure(Workplace at, Report report) throws Exception {
    int rounds = at.rounds(7);
    var bare = new Samples();
    var ruled = new Samples();
    var bareCpu = new Samples();
    var ruledCpu = new Samples();
    try (var stack = new Stack(at, Optional.of(at.folder().resolve("data")))) {
      Device device = device(at, stack);
      rule(stack);
      try (Program broker = bareBroker(at, device.folder());
          var straight =
              new MessageFlow(device.tls(), port(broker), "bench/out/%d", "bench/out/%d");
          var through =
              new MessageFlow(device.tls(), stack.mqttPort(), "bench/in/%d", "bench/out/%d")) {
        for (int i = 0; i < WARM_UP_ROUNDS; i++) {
          straight.rate(MESSAGES);
          through.rate(MESSAGES);
        }
        for (int i = 0; i < rounds; i++) {
          report.yardstick().lay();
          round(broker, straight, bare, bareCpu);
          round(stack.program(), through, ruled, ruledCpu);
        }
      }
    }
    report.atLeast("messages through the rule", ruled.median(), 3_000, "a second");
    report.atMost("bare broker / through the rule", bare.median() / ruled.median(), 3, "times");
    report.ratio("bare broker / through the rule", bare.median() / ruled.median());
    report.ratio("processor time, through / bare", ruledCpu.median() / bareCpu.median());
    report.figure("through the rule", "messages/s", ruled);
    report.figure("bare broker", "messages/s", bare);
    report.figure("server's processor time, through the rule", "µs a message", ruledCpu);
    report.figure("server's processor time, bare broker", "µs a message", bareCpu);
  }

  private static void round(Program server, MessageFlow flow, Samples rate, Samples cpu)
      throws Exception {
    double before = server.cpuSeconds();
    rate.add(flow.rate(MESSAGES));
    cpu.add((server.cpuSeconds() - before) * 1e6 / MESSAGES);
  }

  private static Device device(Workplace at, Stack stack) throws Exception {
    String policy = Device.policy(stack, "bench", DEVICE_POLICY);
    return Device.registered(stack, "bench", at.folder().resolve("device"), List.of(policy));
  }

  private static void rule(Stack stack) {
    IamClient iam = stack.client(IamClient.builder());
    iam.createRole(role -> role.roleName("bench").assumeRolePolicyDocument(TRUST));
    iam.putRolePolicy(
        policy -> policy.roleName("bench").policyName("publish").policyDocument(MAY_PUBLISH));
    Action republish =
        Action.builder()
            .republish(action ->
                action
                    .topic("bench/out/${topic(3)}")
                    .qos(1)
                    .roleArn("arn:aws:iam::000000000000:role/bench"))
            .build();
    stack
        .client(IotClient.builder())
        .createTopicRule(rule ->
            rule.ruleName("bench")
                .topicRulePayload(payload ->
                    payload
                        .sql("SELECT * FROM 'bench/in/+' WHERE value >= 0")
                        .awsIotSqlVersion("2016-03-23")
                        .actions(republish)));
  }

  /// The device's own certificate serves as the broker's too.
  private static Program bareBroker(Workplace at, Path certificates) throws Exception {
    Program broker =
        at.java(
            "benchmarks",
            Workplace.stackFlags(),
            BareBroker.class.getName(),
            certificates.resolve("device.pem.crt").toString(),
            certificates.resolve("private.pem.key").toString(),
            certificates.resolve("ca.pem").toString());
    broker.line("ready ", Duration.ofSeconds(30));
    return broker;
  }

  private static int port(Program broker) throws InterruptedException {
    return Integer.parseInt(broker.line("ready ", Duration.ZERO).substring("ready ".length()));
  }
}
