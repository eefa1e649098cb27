// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.aws;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.localstack.LocalStack;
import java.io.IOException;
import java.net.DatagramPacket;
import java.net.DatagramSocket;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.SocketTimeoutException;
import java.nio.charset.StandardCharsets;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.parallel.ResourceLock;
import org.junit.jupiter.api.parallel.Resources;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.ResourceNotFoundException;

/// What X-Ray's daemon is told of calls to a real local stack, by real datagrams.
@ResourceLock(Resources.SYSTEM_PROPERTIES)
class TracedCallsTest {
  private static final String HEADER = "com.amazonaws.xray.traceHeader";
  private static final String TRACE = "1-5759e988-bd862e3fe1be46a994272793";

  @AfterEach
  void forget() {
    System.clearProperty(HEADER);
  }

  @Test
  void aCallOfASampledInvocationIsAPartOfItsTrace() throws Exception {
    System.setProperty(HEADER, "Root=" + TRACE + ";Parent=53995c3f42cd8ad8;Sampled=1");
    try (var stack = LocalStack.start();
        var daemon = daemon();
        var tables = tables(stack, daemon)) {
      tables.listTables();
      var told = next(daemon);

      assertThat(told.text("name")).isEqualTo("DynamoDb");
      assertThat(told.text("trace_id")).isEqualTo(TRACE);
      assertThat(told.text("parent_id")).isEqualTo("53995c3f42cd8ad8");
      assertThat(told.text("type")).isEqualTo("subsegment");
      assertThat(told.text("namespace")).isEqualTo("aws");
      assertThat(told.text("id")).matches("[0-9a-f]{16}");
      assertThat(told.object("aws").text("operation")).isEqualTo("ListTables");
      assertThat(told.object("aws").text("request_id")).isNotEmpty();
      assertThat(told.object("http").object("response").whole("status")).isEqualTo(200);
    }
  }

  @Test
  void aCallThatIsRefusedSaysOfWhichTableAndWhy() throws Exception {
    System.setProperty(HEADER, "Root=" + TRACE + ";Parent=53995c3f42cd8ad8;Sampled=1;Lineage=a:0");
    try (var stack = LocalStack.start();
        var daemon = daemon();
        var tables = tables(stack, daemon)) {
      assertThatThrownBy(() -> read(tables)).isInstanceOf(ResourceNotFoundException.class);
      var told = next(daemon);

      assertThat(told.object("aws").text("table_name")).isEqualTo("nowhere");
      assertThat(told.object("aws").text("request_id")).isNotEmpty();
      assertThat(told.flag("error")).isTrue();
      assertThat(told.flag("fault")).isFalse();
      assertThat(told.object("cause").objects("exceptions").getFirst().text("type"))
          .endsWith("ResourceNotFoundException");
    }
  }

  @Test
  void whatIsNotSampledIsToldToNobody() throws Exception {
    try (var stack = LocalStack.start();
        var daemon = daemon();
        var tables = tables(stack, daemon)) {
      tables.listTables();
      System.setProperty(HEADER, "Root=" + TRACE + ";Parent=53995c3f42cd8ad8;Sampled=0");
      tables.listTables();
      System.setProperty(HEADER, "Root=" + TRACE + ";Parent=53995c3f42cd8ad8;Sampled=1");
      assertThatThrownBy(() -> read(tables)).isInstanceOf(ResourceNotFoundException.class);

      assertThat(next(daemon).object("aws").text("operation")).isEqualTo("GetItem");
    }
  }

  @Test
  void aDaemonThatIsNotThereStopsNothing() {
    System.setProperty(HEADER, "Root=" + TRACE + ";Parent=53995c3f42cd8ad8;Sampled=1");
    try (var stack = LocalStack.start();
        var tables = tables(stack, new TraceDaemon(Optional.of("no-such-host.invalid:x")));
        var silent = tables(stack, new TraceDaemon(Optional.empty()))) {
      assertThat(tables.listTables().tableNames()).isEmpty();
      assertThat(silent.listTables().tableNames()).isEmpty();
    }
  }

  private static void read(DynamoDbClient tables) {
    tables.getItem(get -> get.tableName("nowhere").key(Map.of("pk", AttributeValue.fromS("a"))));
  }

  private static DatagramSocket daemon() throws IOException {
    var socket = new DatagramSocket(new InetSocketAddress(InetAddress.getLoopbackAddress(), 0));
    socket.setSoTimeout(10_000);
    return socket;
  }

  private static DynamoDbClient tables(LocalStack stack, DatagramSocket daemon) {
    return tables(stack, new TraceDaemon(Optional.of("127.0.0.1:" + daemon.getLocalPort())));
  }

  private static DynamoDbClient tables(LocalStack stack, TraceDaemon daemon) {
    return DynamoDbClient.builder()
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .httpClient(UrlConnectionHttpClient.create())
        .overrideConfiguration(
            c -> c.addExecutionInterceptor(new TracedCalls(daemon, Clock.systemUTC())))
        .build();
  }

  private static JsonObject next(DatagramSocket daemon) throws Exception {
    var packet = new DatagramPacket(new byte[65536], 65536);
    try {
      daemon.receive(packet);
    } catch (SocketTimeoutException e) {
      throw new AssertionError("no datagram came", e);
    }
    var text = new String(packet.getData(), 0, packet.getLength(), StandardCharsets.UTF_8);
    assertThat(text).startsWith("{\"format\": \"json\", \"version\": 1}\n");
    return JsonObject.parse(text.substring(text.indexOf('\n') + 1));
  }
}
