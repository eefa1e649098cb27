// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages;

/// Every topic name and topic filter of the product, each spelled once.
public final class Topics {
  /// Named shadow of commands: desired by the backend, reported by the device.
  public static final String COMMANDS_SHADOW = "commands";

  /// Named shadow in which live values are asked for.
  public static final String LIVE_SHADOW = "live";

  /// Named shadow of the agent's configuration.
  public static final String CONFIG_SHADOW = "config";

  /// Named shadow of the alarm rules that a device knows of.
  public static final String ALARMS_SHADOW = "alarms";

  /// Every thing's telemetry.
  public static final String TELEMETRY_FILTER = "fieldline/+/telemetry";

  /// Every thing's compressed telemetry.
  public static final String DEFLATED_TELEMETRY_FILTER = "fieldline/+/telemetry/deflate";

  /// Every accepted update of a `commands` shadow.
  public static final String OUTCOMES_FILTER = "$aws/things/+/shadow/name/commands/update/accepted";

  /// Every connection that came, went, or was refused.
  ///
  /// Source: AWS IoT Core Developer Guide, Lifecycle events.
  public static final String PRESENCE_FILTER = "$aws/events/presence/#";

  private Topics() {}

  /// Where a thing's batches go for whoever subscribes.
  public static String telemetry(String thing) {
    return "fieldline/" + thing + "/telemetry";
  }

  /// Where a thing's zlib-compressed batches go for whoever subscribes.
  public static String deflatedTelemetry(String thing) {
    return telemetry(thing) + "/deflate";
  }

  /// Where a thing's batches go for the stage's rule only, past the message broker.
  ///
  /// Source: AWS IoT Core Developer Guide, Basic Ingest.
  public static String ingest(String stage, String thing) {
    return basicIngest(telemetryRule(stage), telemetry(thing));
  }

  /// As {@link #ingest}, for zlib-compressed batches.
  public static String deflatedIngest(String stage, String thing) {
    return basicIngest(deflatedTelemetryRule(stage), deflatedTelemetry(thing));
  }

  /// The rule that takes batches.
  public static String telemetryRule(String stage) {
    return "fieldline_" + stage + "_telemetry";
  }

  /// The rule that takes compressed batches.
  public static String deflatedTelemetryRule(String stage) {
    return telemetryRule(stage) + "_deflate";
  }

  /// Where a thing's values go while someone looks.
  public static String live(String thing) {
    return "fieldline/" + thing + "/live";
  }

  /// The classic shadow of a thing.
  public static ShadowTopics shadow(String thing) {
    return new ShadowTopics("$aws/things/" + thing + "/shadow");
  }

  /// A named shadow of a thing.
  public static ShadowTopics shadow(String thing, String name) {
    return new ShadowTopics("$aws/things/" + thing + "/shadow/name/" + name);
  }

  /// The jobs of a thing.
  public static JobTopics jobs(String thing) {
    return new JobTopics("$aws/things/" + thing + "/jobs");
  }

  /// Asks for a certificate and its key.
  ///
  /// Source: AWS IoT Core Developer Guide, Device provisioning MQTT API.
  public static String createKeysAndCertificate() {
    return "$aws/certificates/create/json";
  }

  /// Asks for a certificate of a key that the device keeps.
  public static String createCertificateFromCsr() {
    return "$aws/certificates/create-from-csr/json";
  }

  /// Asks for a thing to be made by a provisioning template.
  public static String registerThing(String template) {
    return "$aws/provisioning-templates/" + template + "/provision/json";
  }

  /// Where a request of a service is answered if it was done.
  public static String accepted(String request) {
    return request + "/accepted";
  }

  /// Where a request of a service is answered if it was not.
  public static String rejected(String request) {
    return request + "/rejected";
  }

  /// Where a message on a topic goes for one rule only, past the message broker.
  ///
  /// Source: AWS IoT Core Developer Guide, Basic Ingest.
  public static String basicIngest(String rule, String topic) {
    return "$aws/rules/" + rule + "/" + topic;
  }
}
