// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import static org.assertj.core.api.Assertions.assertThat;

import io.fieldline.localstack.LocalStack;
import io.fieldline.localstack.ways.Excerpt;
import java.util.Map;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;
import software.amazon.awssdk.services.dynamodb.model.PutItemRequest;
import software.amazon.awssdk.services.iot.model.CreateKeysAndCertificateResponse;
import software.amazon.awssdk.services.iotdataplane.model.PublishRequest;
import software.amazon.awssdk.utils.builder.SdkBuilder;

/// Requests and responses in short.
class OutlineTest {
  private static final PutItemRequest PUT =
      PutItemRequest.builder()
          .tableName("t")
          .item(Map.of("pk", AttributeValue.fromS("D#\"pump\"")))
          .build();

  private static String shown(Excerpt excerpt) {
    return excerpt.text() + (excerpt.isCut() ? "…" : "");
  }

  @Test
  void aRequestIsJsonInTheNamesOfTheDocumentation() {
    assertThat(shown(Outline.of(PUT, 256)))
        .isEqualTo("{\"TableName\":\"t\",\"Item\":{\"pk\":{\"S\":\"D#\\\"pump\\\"\"}}}");
    assertThat(shown(Outline.of(PUT, 20))).isEqualTo("{\"TableName\":\"t\",\"It…");
  }

  @Test
  void aPayloadIsTextWhereItIsTextAndElseBase64() {
    var text = PublishRequest.builder().topic("t").payload(SdkBytes.fromUtf8String("21 °C"));
    var bytes =
        PublishRequest.builder().payload(SdkBytes.fromByteArray(new byte[] {(byte) 0xff, 0, 1}));

    assertThat(shown(Outline.of(text.build(), 256))).contains("\"payload\":\"21 °C\"");
    assertThat(shown(Outline.of(bytes.build(), 256))).contains("\"payload\":\"/wAB\"");
  }

  @Test
  void aKeyIsNotShown() {
    var made =
        CreateKeysAndCertificateResponse.builder()
            .certificateId("c")
            .keyPair(k -> k.publicKey("public").privateKey("private-key-text"))
            .build();

    assertThat(shown(Outline.of(made, 1_000)))
        .contains("\"certificateId\":\"c\"", "public")
        .doesNotContain("private-key-text");
  }

  /// Also with a value in every member, of every operation that there is.
  @Test
  void everyRequestAndResponseHasAnOutline() throws Exception {
    try (var stack = LocalStack.start()) {
      for (Operation<?, ?> operation : stack.api().operations()) {
        String request = operation.requestType().getName();
        String response = request.substring(0, request.length() - "Request".length()) + "Response";
        for (String name : new String[] {request, response}) {
          var builder = (SdkPojo) Class.forName(name).getMethod("builder").invoke(null);
          var shape = (SdkPojo) ((SdkBuilder<?, ?>) builder).build();
          assertThat(Outline.of(shape, 256).text()).as(name).startsWith("{").endsWith("}");
          assertThat(SensitiveFields.of(shape)).as(name).isNotNull();
        }
      }
    }
  }
}
