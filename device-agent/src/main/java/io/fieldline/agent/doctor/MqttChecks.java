// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.doctor;

import io.fieldline.agent.cloud.CloudSide;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.doctor.Findings.Advice;
import io.fieldline.messages.MessageCodec;
import io.fieldline.messages.Reading;
import io.fieldline.messages.TelemetryBatch;
import java.io.IOException;
import java.net.Socket;
import java.net.SocketTimeoutException;
import java.time.Instant;
import java.util.ArrayList;
import java.util.List;

/// What the broker lets this thing do: connect, publish, subscribe.
final class MqttChecks {
  /// Sensor of the one reading that is published.
  static final String SENSOR = "doctor";

  private static final int REFUSED = 0x80;
  private static final int NOT_AUTHORIZED = 0x87;
  private static final int SESSION_TAKEN_OVER = 0x8e;

  private final AgentConfig config;
  private final String certificateId;
  private final Findings findings;

  MqttChecks(AgentConfig config, String certificateId, Findings findings) {
    this.config = config;
    this.certificateId = certificateId;
    this.findings = findings;
  }

  void check(Socket tls, Instant now) {
    if (tls.isClosed()) {
      endedBefore();
      return;
    }
    try (var probe = new MqttProbe(tls)) {
      if (connects(probe)) {
        // A refused publish can cost the connection, so subscriptions come first.
        boolean alive = subscribes(probe);
        if (alive) {
          publishes(probe, now);
        } else {
          findings.skipped("publish", "the connection had ended");
        }
      } else {
        skipTheRest();
      }
    } catch (IOException e) {
      findings.warning(
          "disconnect",
          "ended the session",
          e.toString(),
          new Advice("the connection broke", "run doctor again"));
    }
  }

  private void endedBefore() {
    findings.failed(
        "mqtt",
        "MQTT CONNECT as client id " + config.thing(),
        "the connection was ended before",
        connectAdvice(NOT_AUTHORIZED));
    skipTheRest();
  }

  private void skipTheRest() {
    findings.skipped("subscribe", "there is no session");
    findings.skipped("publish", "there is no session");
  }

  // --- connect ---------------------------------------------------------------------------------

  private boolean connects(MqttProbe probe) {
    String tried = "MQTT CONNECT as client id " + config.thing();
    try {
      int reason = probe.connect(config.thing());
      if (reason == 0) {
        findings.ok("mqtt", tried, "accepted");
        return true;
      }
      findings.failed("mqtt", tried, "CONNACK " + name(reason), connectAdvice(reason));
    } catch (SocketTimeoutException e) {
      findings.failed(
          "mqtt",
          tried,
          "no answer in time",
          new Advice(
              "whoever answers speaks TLS and no MQTT, or the way stands still",
              "make sure that cloud.endpoint is AWS IoT Core's data endpoint"));
    } catch (IOException e) {
      findings.failed(
          "mqtt", tried, "closed without an answer: " + e, connectAdvice(NOT_AUTHORIZED));
    }
    return false;
  }

  /// Source: AWS IoT Core Developer Guide, "MQTT reason codes" and "Diagnosing connectivity
  /// issues": all of these look the same from the device.
  private Advice connectAdvice(int reason) {
    if (reason == NOT_AUTHORIZED) {
      return new Advice(
          "one of: the certificate is not ACTIVE in this account and region; no policy attached to"
              + " it allows iot:Connect on client/"
              + config.thing()
              + "; the thing "
              + config.thing()
              + " is not attached to it",
          "aws iot describe-certificate --certificate-id "
              + certificateId
              + " shows status and ARN; aws iot list-attached-policies --target ARN; aws iot"
              + " list-principal-things --principal ARN");
    }
    return new Advice(
        "the broker is there and does not take this client now",
        "try again in a minute; then look up the reason in the AWS IoT Core Developer Guide");
  }

  // --- subscribe -------------------------------------------------------------------------------

  /// Whether the session still lasts.
  private boolean subscribes(MqttProbe probe) {
    List<String> filters = CloudSide.filters(config.thing());
    String tried = "MQTT SUBSCRIBE to " + filters.size() + " shadow topics";
    try {
      List<Integer> reasons = probe.subscribe(filters);
      List<String> refused = new ArrayList<>();
      for (int i = 0; i < reasons.size(); i++) {
        if (reasons.get(i) >= REFUSED) {
          refused.add(filters.get(i) + " (" + name(reasons.get(i)) + ")");
        }
      }
      if (refused.isEmpty()) {
        findings.ok("subscribe", tried, "all taken");
      } else {
        findings.failed(
            "subscribe",
            tried,
            "refused: " + String.join(", ", refused),
            policy("iot:Subscribe and iot:Receive", "those topics"));
      }
      return true;
    } catch (IOException e) {
      findings.failed("subscribe", tried, ended(e), advice(e, "iot:Subscribe", "those topics"));
      return false;
    }
  }

  // --- publish ---------------------------------------------------------------------------------

  private void publishes(MqttProbe probe, Instant now) {
    String topic = CloudSide.telemetryTopic(config);
    String tried = "MQTT PUBLISH of one reading of sensor " + SENSOR + " to " + topic;
    var reading = new Reading(config.thing(), SENSOR, "", now.toEpochMilli(), 1);
    var identity = new TelemetryBatch.Identity(now.toEpochMilli(), 0, 0);
    byte[] payload = MessageCodec.encode(TelemetryBatch.of(identity, List.of(reading)));
    try {
      int reason = probe.publish(topic, payload);
      if (reason < REFUSED) {
        findings.ok("publish", tried, "acknowledged; look for it in the web app");
      } else {
        findings.failed("publish", tried, "PUBACK " + name(reason), policy("iot:Publish", topic));
      }
    } catch (IOException e) {
      findings.failed("publish", tried, ended(e), advice(e, "iot:Publish", topic));
    }
  }

  private static String ended(IOException failure) {
    return switch (failure) {
      case MqttProbe.Ended end -> "the broker ended the session: " + name(end.reason());
      case SocketTimeoutException _ -> "no answer in time";
      default -> "the broker closed the connection: " + failure;
    };
  }

  private Advice advice(IOException failure, String action, String resource) {
    if (failure instanceof MqttProbe.Ended end && end.reason() == SESSION_TAKEN_OVER) {
      return new Advice(
          "another program connected with this client id meanwhile",
          "stop the other agent of this thing: one agent a thing");
    }
    return failure instanceof SocketTimeoutException
        ? new Advice("the way stands still", "run doctor again")
        : policy(action, resource);
  }

  private Advice policy(String action, String resource) {
    return new Advice(
        "no policy of the certificate allows " + action + " on " + resource,
        "attach the stage's policies (fieldline-"
            + config.stage()
            + "-device-data, -device-shadow and -device-jobs) to certificate "
            + certificateId
            + "; is stage '"
            + config.stage()
            + "' right?");
  }

  /// Source: MQTT 5.0, 2.4.
  private static String name(int reason) {
    String hex = "0x" + Integer.toHexString(reason);
    return switch (reason) {
      case 0x80 -> hex + " (unspecified error)";
      case 0x83 -> hex + " (implementation specific error)";
      case 0x85 -> hex + " (client identifier not valid)";
      case 0x86 -> hex + " (bad user name or password)";
      case NOT_AUTHORIZED -> hex + " (not authorized)";
      case 0x88 -> hex + " (server unavailable)";
      case 0x89 -> hex + " (server busy)";
      case SESSION_TAKEN_OVER -> hex + " (session taken over)";
      case 0x90 -> hex + " (topic name invalid)";
      case 0x97 -> hex + " (quota exceeded)";
      default -> hex;
    };
  }
}
