// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.Topics;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.stream.Stream;
import software.amazon.awscdk.services.iot.CfnPolicy;
import software.constructs.Construct;

/// What a device's certificate may do. The client identifier must be the name of the thing that the
/// certificate is attached to, and every topic holds that name, so one set of policies serves the
/// whole fleet. Three policies, because AWS limits each to 2,048 characters; attach all of them.
///
/// Source: AWS IoT Core Developer Guide, Thing policy variables; AWS IoT Core quotas.
final class DevicePolicies extends Construct {
  /// The template of a thing's next certificate.
  static final String ROTATION = "rotation";

  private static final String THING = "${iot:Connection.Thing.ThingName}";

  DevicePolicies(Construct scope, String id, Names names) {
    super(scope, id);
    policy(
        "Data",
        names.of("device-data"),
        List.of(
            connect(),
            allow(
                "iot:Publish",
                topics(
                    Topics.ingest(names.stage(), THING),
                    Topics.deflatedIngest(names.stage(), THING),
                    Topics.telemetry(THING),
                    Topics.deflatedTelemetry(THING),
                    Topics.live(THING)))));
    shadows(names);
    jobs(names);
  }

  /// The state of actuators and of the configuration is reported and compared with what is there;
  /// commands are obeyed and answered; of alarm rules a device says which it knows; of the live
  /// path it only has to know until when. It hears all shadows of its own thing, because naming
  /// each would not fit into one policy.
  private void shadows(Names names) {
    var classic = Topics.shadow(THING);
    var commands = Topics.shadow(THING, Topics.COMMANDS_SHADOW);
    var configuration = Topics.shadow(THING, Topics.CONFIG_SHADOW);
    var live = Topics.shadow(THING, Topics.LIVE_SHADOW);
    var alarms = Topics.shadow(THING, Topics.ALARMS_SHADOW);
    var asked =
        topics(
            classic.get(),
            classic.update(),
            commands.get(),
            commands.update(),
            configuration.get(),
            configuration.update(),
            live.get(),
            alarms.get(),
            alarms.update());
    var heard = List.of(classic.prefix() + "/*");
    policy("Shadow", names.of("device-shadow"), asksAndHears(asked, heard));
  }

  /// Its jobs, one after the other, and what the job `rotate-certificate` asks for: a certificate,
  /// and its registration by the stage's own template and no other, because what a template takes
  /// for the thing's name is the template's to decide.
  private void jobs(Names names) {
    var jobs = Topics.jobs(THING);
    var certificate = Topics.createCertificateFromCsr();
    var registration = Topics.registerThing(names.of(ROTATION));
    var asked = topics(jobs.get("*"), jobs.update("*"), certificate, registration);
    var heard = List.of(jobs.prefix() + "/*", certificate + "/*", registration + "/*");
    policy("Jobs", names.of("device-jobs"), asksAndHears(asked, heard));
  }

  private List<Map<String, Object>> asksAndHears(List<String> asked, List<String> heard) {
    return List.of(
        allow("iot:Publish", asked),
        allow("iot:Subscribe", heard.stream().map(one -> iot("topicfilter/" + one)).toList()),
        allow("iot:Receive", heard.stream().map(one -> iot("topic/" + one)).toList()));
  }

  private Map<String, Object> connect() {
    var connect = allow("iot:Connect", List.of(iot("client/" + THING)));
    connect.put(
        "Condition", Map.of("Bool", Map.of("iot:Connection.Thing.IsAttached", List.of("true"))));
    return connect;
  }

  private void policy(String id, String name, List<Map<String, Object>> statements) {
    var document = new LinkedHashMap<String, Object>();
    document.put("Version", "2012-10-17");
    document.put("Statement", statements);
    CfnPolicy.Builder.create(this, id).policyName(name).policyDocument(document).build();
  }

  private static Map<String, Object> allow(String action, List<String> resources) {
    // A linked map: the template must come out the same at every synthesis.
    var statement = new LinkedHashMap<String, Object>();
    statement.put("Effect", "Allow");
    statement.put("Action", action);
    statement.put("Resource", resources);
    return statement;
  }

  private List<String> topics(String... names) {
    return Stream.of(names).map(name -> iot("topic/" + name)).toList();
  }

  private String iot(String resource) {
    return Deployment.arn(this, "iot", resource);
  }
}
