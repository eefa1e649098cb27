// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import static org.assertj.core.api.Assertions.assertThat;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.TestInstance;
import software.amazon.awssdk.services.apigatewayv2.ApiGatewayV2Client;
import software.amazon.awssdk.services.apigatewayv2.model.IntegrationType;
import software.amazon.awssdk.services.apigatewayv2.model.ProtocolType;

/// A function behind an HTTP API, by format 2.0 of its proxy integration.
@TestInstance(TestInstance.Lifecycle.PER_CLASS)
class HttpApiTest {
  private final LambdaBench bench = new LambdaBench();
  private final HttpClient http = HttpClient.newHttpClient();
  private String url = "";

  @BeforeAll
  void deploy() {
    bench.deploy("probe", f -> {});
    bench.lambda.addPermission(r ->
        r.functionName("probe")
            .statementId("api")
            .action("lambda:InvokeFunction")
            .principal("apigateway.amazonaws.com"));
    try (var gateway = bench.client(ApiGatewayV2Client.builder(), LambdaBench.OWNER)) {
      String api = gateway.createApi(r -> r.name("probe").protocolType(ProtocolType.HTTP)).apiId();
      gateway.createStage(r -> r.apiId(api).stageName("$default").autoDeploy(true));
      String integration =
          gateway
              .createIntegration(r ->
                  r.apiId(api)
                      .integrationType(IntegrationType.AWS_PROXY)
                      .payloadFormatVersion("2.0")
                      .integrationUri("arn:aws:lambda:us-east-1:000000000000:function:probe"))
              .integrationId();
      gateway.createRoute(
          r -> r.apiId(api).routeKey("GET /probe").target("integrations/" + integration));
      url = bench.stack.endpoint() + "/_api/" + api + "/$default/probe";
    }
  }

  @AfterAll
  void close() {
    http.close();
    bench.close();
  }

  private HttpResponse<String> get(String query) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url + "?" + query)).header("Cookie", "x=1; y=2").build(),
        BodyHandlers.ofString());
  }

  @Test
  void everyCookieIsSetByAHeaderOfItsOwn() throws Exception {
    var answer = get("do=cookies");

    assertThat(answer.statusCode()).as(answer.body()).isEqualTo(200);
    assertThat(answer.body()).isEqualTo("set");
    assertThat(answer.headers().allValues("set-cookie")).containsExactly("a=1; Path=/", "b=2");
  }

  @Test
  void cookiesOfTheBrowserAreAListInTheEvent() throws Exception {
    assertThat(get("do=echo").body()).contains("\"cookies\":[\"x=1\",\"y=2\"]");
  }

  /// AWS tells the browser no more than that something went wrong.
  @Test
  void aFunctionThatFailsIsAnInternalServerError() throws Exception {
    var answer = get("do=fail");

    assertThat(answer.statusCode()).isEqualTo(500);
    assertThat(answer.body()).isEqualTo("{\"message\":\"Internal Server Error\"}");
  }
}
