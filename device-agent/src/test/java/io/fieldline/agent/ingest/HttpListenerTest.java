// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.agent.config.ChildrenConfig;
import io.fieldline.agent.config.ChildrenConfig.Child;
import io.fieldline.agent.config.ChildrenConfig.Terms;
import io.fieldline.agent.config.ChildrenConfig.Unknown;
import io.fieldline.agent.json.JsonText;
import java.io.IOException;
import java.net.InetAddress;
import java.net.InetSocketAddress;
import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.nio.file.Path;
import java.time.Duration;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.BeforeEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.api.io.TempDir;

@Timeout(60)
class HttpListenerTest {
  private static final String TOKEN = "0123456789abcdef-pump";

  @TempDir Path folder;

  private final HttpClient client = HttpClient.newHttpClient();
  private TestIntake intake;
  private HttpListener listener;

  @BeforeEach
  void listen() throws IOException {
    var pump = new Child("gw:pump", Optional.of(TOKEN), Optional.empty(), new Terms(0.02, 3, ZERO));
    var known = new Child("gw:known", Optional.empty(), Optional.empty(), Terms.NONE);
    intake =
        new TestIntake(
            folder, new ChildrenConfig(Unknown.REFUSE, Terms.NONE, List.of(pump, known)));
    var config =
        new AgentConfig.Http(
            new InetSocketAddress(InetAddress.getLoopbackAddress(), 0), false, "gw", 1000, ZERO);
    listener = new HttpListener(config, intake.parser(), intake.intake(), Optional.empty());
  }

  private static final Duration ZERO = Duration.ZERO;

  @AfterEach
  void stop() throws IOException {
    client.close();
    listener.close();
    intake.close();
  }

  @Test
  void whatIsKeptIsAnsweredWith204AndNothingElse() throws Exception {
    HttpResponse<String> lines = post("t=1 Cel\nh=40\n", "Content-Type", "text/plain");
    HttpResponse<String> json =
        post("{\"t\":2}", "Content-Type", "application/json; charset=utf-8");
    HttpResponse<String> asCurlSends =
        post("t=3", "Content-Type", "application/x-www-form-urlencoded");

    assertThat(List.of(lines, json, asCurlSends))
        .allSatisfy(answer -> {
          assertThat(answer.statusCode()).isEqualTo(204);
          assertThat(answer.body()).isEmpty();
          assertThat(answer.headers().firstValue("Content-Length")).isEmpty();
        });
    assertThat(intake.rest()).containsExactly("gw/t=1.0 Cel", "gw/h=40.0", "gw/t=2.0", "gw/t=3.0");
  }

  @Test
  void senMlIsTakenInBothItsForms() throws Exception {
    // Source: RFC 8428 section 6, the example of two values, shortened to its first records.
    String json =
        "[{\"bn\":\"known:\",\"bt\":1767225600,\"bu\":\"A\",\"n\":\"current\",\"v\":1.2},"
            + "{\"n\":\"voltage\",\"u\":\"V\",\"v\":120.1}]";
    byte[] cbor = HexFormat.of().parseHex("81a300616e016143" + "02fb405e066666666666");

    assertThat(post(json, "Content-Type", "application/senml+json").statusCode()).isEqualTo(204);
    assertThat(post(cbor, "Content-Type", "application/senml+cbor").statusCode()).isEqualTo(204);

    assertThat(intake.rest())
        .containsExactly("gw:known/current=1.2 A", "gw:known/voltage=120.1 V", "gw/n=120.1 C");
  }

  @Test
  void wrongBodyIsRefusedWithWhatWasExpectedAndWhere() throws Exception {
    assertThat(error(post("t=1\nnonsense\n"), 400)).startsWith("line 2: expected name=value");
    assertThat(error(post("{\"t\":1,\n\"h\":}"), 400)).contains("JSON expected").contains("line 2");
    assertThat(error(post("[{\"n\":\"a\",\"v\":1},{\"n\":\"b\",\"vs\":\"x\"}]"), 400))
        .startsWith("record 2: SenML 'v' or 'vb' expected for 'b', got 'vs'");
    assertThat(error(post("t=1", "Content-Type", "application/senml+json"), 400))
        .contains("JSON expected");
    assertThat(error(post("t=1", "Content-Type", "application/senml+cbor"), 400))
        .contains("SenML CBOR");
    assertThat(error(post("81a1".getBytes(StandardCharsets.UTF_8)), 400)).contains("name=value");
    assertThat(error(post(""), 400)).contains("name=value");
    assertThat(error(post("t=" + "1".repeat(1000)), 413))
        .isEqualTo("a body of at most 1000 bytes expected");
    assertThat(intake.rest()).isEmpty();
  }

  @Test
  void otherTypesAreRefusedWithTheListOfThoseTaken() throws Exception {
    HttpResponse<String> xml = post("<a/>", "Content-Type", "application/senml+xml");
    HttpResponse<String> packed = post("t=1", "Content-Encoding", "gzip");

    assertThat(error(xml, 415))
        .isEqualTo("one of " + HttpContent.ACCEPTED + " expected, got 'application/senml+xml'");
    assertThat(xml.headers().firstValue("Accept-Post")).contains(HttpContent.ACCEPTED);
    assertThat(error(packed, 415)).contains("without Content-Encoding").contains("'gzip'");
  }

  @Test
  void childIsKnownByItsTokenAndSpeaksForItselfOnly() throws Exception {
    HttpResponse<String> unproved = post("pump/t=1");

    assertThat(error(unproved, 401)).contains("the token or certificate of 'gw:pump'");
    assertThat(unproved.headers().firstValue("WWW-Authenticate")).contains("Bearer");
    assertThat(error(post("t=1", "Authorization", "Bearer wrong"), 403)).contains("token");
    assertThat(error(post("known/t=1", "Authorization", "Bearer " + TOKEN), 403))
        .contains("readings of 'gw:pump' expected")
        .contains("'gw:known'");
    assertThat(error(post("stranger/t=1"), 403))
        .isEqualTo("a device that 'children.devices' lists expected, got 'gw:stranger'");
    assertThat(intake.rest()).isEmpty();
    assertThat(post("t=1", "Authorization", "Bearer " + TOKEN).statusCode()).isEqualTo(204);
    assertThat(intake.rest()).containsExactly("gw:pump/t=1.0");
  }

  @Test
  void whatIsBeyondTheQuotaOrTheSpoolIsToldWhenToTryAgain() throws Exception {
    String three = "a=1 b=2 c=3";
    assertThat(post(three, "Authorization", "Bearer " + TOKEN).statusCode()).isEqualTo(204);

    HttpResponse<String> more = post(three, "Authorization", "Bearer " + TOKEN);
    HttpResponse<String> tooMany = post(three + " d=4", "Authorization", "Bearer " + TOKEN);
    intake.closeSpool();
    HttpResponse<String> noRoom = post("t=1");

    assertThat(error(more, 429)).contains("at most 0.02 readings a second of 'gw:pump'");
    assertThat(more.headers().firstValueAsLong("Retry-After").orElseThrow()).isBetween(100L, 150L);
    assertThat(error(tooMany, 413)).contains("at most 3 readings of 'gw:pump' at once");
    assertThat(noRoom.statusCode()).isEqualTo(429);
    assertThat(noRoom.headers().firstValue("Retry-After")).contains("5");
  }

  private static String error(HttpResponse<String> answer, int status) throws Exception {
    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(status);
    return String.valueOf(JsonText.parseObject(answer.body()).get("error"));
  }

  private HttpResponse<String> post(String body, String... headers) throws Exception {
    return post(body.getBytes(StandardCharsets.UTF_8), headers);
  }

  private HttpResponse<String> post(byte[] body, String... headers) throws Exception {
    var request =
        HttpRequest.newBuilder(
                URI.create("http://127.0.0.1:" + listener.address().getPort() + "/readings"))
            .POST(BodyPublishers.ofByteArray(body));
    if (headers.length > 0) {
      request.headers(headers);
    }
    return client.send(request.build(), BodyHandlers.ofString());
  }
}
