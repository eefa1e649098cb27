// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.apigateway;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import io.fieldline.localstack.wire.WireResponse;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.Base64;
import java.util.Locale;

/// The HTTP answer that a function's output stands for, by payload format 2.0.
final class ProxyAnswer {
  private final ObjectMapper mapper = new ObjectMapper();

  /// @throws IOException where the output is no answer
  WireResponse read(byte[] output) throws IOException {
    JsonNode answer = mapper.readTree(output);
    if (!answer.isObject() || !answer.has("statusCode")) {
      // Without a status, the whole output is the body.
      byte[] body = answer.isTextual() ? answer.asText().getBytes(StandardCharsets.UTF_8) : output;
      return WireResponse.of(200, "application/json", body);
    }
    int status = answer.path("statusCode").asInt();
    if (status < 100 || status > 599) {
      throw new IOException("statusCode: expected 100 to 599, got " + answer.path("statusCode"));
    }
    JsonNode text = answer.path("body");
    byte[] body =
        answer.path("isBase64Encoded").asBoolean()
            ? Base64.getDecoder().decode(text.asText())
            : (text.isMissingNode() || text.isNull() ? "" : text.asText())
                .getBytes(StandardCharsets.UTF_8);
    return withHeaders(answer, WireResponse.of(status, "", body));
  }

  private static WireResponse withHeaders(JsonNode answer, WireResponse bare) {
    WireResponse response = bare;
    boolean typed = false;
    for (var header : answer.path("headers").properties()) {
      String name = header.getKey().toLowerCase(Locale.ROOT);
      if (name.equals("content-length") || name.equals("transfer-encoding")) {
        continue;
      }
      typed |= name.equals("content-type");
      response = response.with(name, header.getValue().asText());
    }
    var cookies = new ArrayList<String>();
    answer.path("cookies").forEach(cookie -> cookies.add(cookie.asText()));
    response = response.withCookies(cookies);
    // Source: API Gateway Developer Guide, format of the Lambda function response.
    return typed ? response : response.with("content-type", "text/plain;charset=UTF-8");
  }
}
