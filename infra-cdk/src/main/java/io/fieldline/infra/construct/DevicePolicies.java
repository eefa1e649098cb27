// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import software.amazon.awscdk.services.iot.CfnPolicy;
import software.constructs.Construct;

/// What a device's certificate may do. The client identifier must be the name of the thing that the
/// certificate is attached to, and every topic holds that name, so one set of policies serves the
/// whole fleet. Two policies, because AWS limits each to 2,048 characters; attach both.
///
/// Source: AWS IoT Core Developer Guide, Thing policy variables; AWS IoT Core quotas.
final class DevicePolicies extends Construct {
  private static final String THING = "${iot:Connection.Thing.ThingName}";
  // The state of actuators is reported in the classic shadow; commands are obeyed and answered; of
  // the live path a device only has to know until when.
  private static final List<String> ASKED =
      List.of(
          "shadow/update",
          "shadow/name/commands/get",
          "shadow/name/commands/update",
          "shadow/name/live/get");
  private static final List<String> HEARD = List.of("shadow/name/commands/*", "shadow/name/live/*");

  DevicePolicies(Construct scope, String id, Names names, List<String> ingestRules) {
    super(scope, id);
    var publish = new ArrayList<String>();
    for (var rule : ingestRules) {
      publish.add(topic("$aws/rules/" + rule + "/fieldline/" + THING + "/telemetry*"));
    }
    publish.add(topic("fieldline/" + THING + "/telemetry*"));
    publish.add(topic("fieldline/" + THING + "/live"));
    policy("Data", names.of("device-data"), List.of(connect(), allow("iot:Publish", publish)));
    policy(
        "Shadow",
        names.of("device-shadow"),
        List.of(
            allow("iot:Publish", shadows("topic/", ASKED)),
            allow("iot:Subscribe", shadows("topicfilter/", HEARD)),
            allow("iot:Receive", shadows("topic/", HEARD))));
  }

  private List<String> shadows(String kind, List<String> rest) {
    return rest.stream().map(one -> iot(kind + "$aws/things/" + THING + "/" + one)).toList();
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

  private String topic(String name) {
    return iot("topic/" + name);
  }

  private String iot(String resource) {
    return Deployment.arn(this, "iot", resource);
  }
}
