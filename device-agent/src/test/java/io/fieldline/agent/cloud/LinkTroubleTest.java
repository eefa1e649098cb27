// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import static org.assertj.core.api.Assertions.assertThat;

import java.time.Instant;
import java.util.Set;
import java.util.TreeSet;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.CsvSource;
import software.amazon.awssdk.crt.CRT;
import software.amazon.awssdk.crt.mqtt5.packets.ConnAckPacket.ConnectReasonCode;

class LinkTroubleTest {
  /// More than the client library has.
  private static final int CODES = 8192;

  /// One that is misspelled there is none of the client's.
  private static final int NAMES_IN_THE_CODE = 25;

  private static final String UNEXPLAINED = "fieldline agent doctor";

  @Test
  void errorsThatAreExplainedAreTheClientsOwn() {
    Set<String> explained = new TreeSet<>();
    for (int code = 0; code < CODES; code++) {
      String name = CRT.awsErrorName(code);
      if (!meaning(name, "").startsWith(UNEXPLAINED)) {
        explained.add(name);
      }
    }

    explained.removeIf(name -> name.matches("AWS_ERROR_(HTTP_PROXY|PKCS11)_.*"));
    assertThat(explained).contains("AWS_IO_DNS_INVALID_NAME").hasSize(NAMES_IN_THE_CODE);
  }

  @ParameterizedTest
  @CsvSource(
      delimiter = '|',
      value = {
        "AWS_IO_SOCKET_TIMEOUT                | a firewall drops the port",
        "AWS_IO_TLS_ERROR_NEGOTIATION_FAILURE | a wrong cloud.ca",
        "AWS_ERROR_MQTT_UNEXPECTED_HANGUP     | the certificate is not active",
        "AWS_ERROR_HTTP_PROXY_CONNECT_FAILED  | made no tunnel",
        "AWS_ERROR_SOMETHING_NEW              | fieldline agent doctor",
      })
  void errorIsPutInPlainWords(String error, String expected) {
    assertThat(meaning(error, "")).contains(expected);
  }

  @Test
  void brokersReasonSaysMoreThanTheErrorAndStandsBesideIt() {
    String reason = ConnectReasonCode.NOT_AUTHORIZED.name();

    LinkTrouble trouble =
        LinkTrouble.of(Instant.EPOCH, "AWS_ERROR_MQTT5_CONNACK_CONNECTION_REFUSED", reason);

    assertThat(trouble.cause())
        .isEqualTo("AWS_ERROR_MQTT5_CONNACK_CONNECTION_REFUSED NOT_AUTHORIZED");
    assertThat(trouble.meaning()).contains("iot:Connect");
  }

  /// The client says so half a minute after it was refused, though the name is as good as before.
  @Test
  void whatAnAttemptCameToIsNotForgottenForAnAddressThatIsMissingAfterIt() {
    var state = new LinkState(Instant.EPOCH);
    LinkTrouble refused = trouble("AWS_IO_SOCKET_CONNECTION_REFUSED");
    LinkTrouble noAddress = trouble("AWS_IO_DNS_QUERY_FAILED");

    state.failed(refused);
    state.failed(noAddress);
    state.failed(noAddress);
    assertThat(state.lastTrouble().orElseThrow().meaning()).isEqualTo(refused.meaning());
    assertThat(state.lastTrouble().orElseThrow().cause())
        .isEqualTo("AWS_IO_SOCKET_CONNECTION_REFUSED, then AWS_IO_DNS_QUERY_FAILED");

    state.connected(Instant.EPOCH);
    state.disconnected(false, trouble("AWS_ERROR_MQTT_UNEXPECTED_HANGUP"));
    state.failed(noAddress);
    assertThat(state.lastTrouble()).contains(noAddress);
  }

  private static LinkTrouble trouble(String error) {
    return LinkTrouble.of(Instant.EPOCH, error, "");
  }

  private static String meaning(String error, String reason) {
    return LinkTrouble.of(Instant.EPOCH, error, reason).meaning();
  }
}
