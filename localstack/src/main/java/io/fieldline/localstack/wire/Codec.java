// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Streamed;
import java.io.ByteArrayInputStream;
import java.nio.charset.StandardCharsets;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// HTTP to the SDK's request types and the SDK's response types to HTTP. Thread-safe.
public final class Codec {
  private static final JsonCodec JSON = new JsonCodec(new ObjectMapper(), Format.UNIX_TIMESTAMP);
  private static final JsonCodec CBOR =
      new JsonCodec(new ObjectMapper(new CBORFactory()), Format.UNIX_TIMESTAMP);
  private static final JsonCodec CBOR_1_1 =
      new JsonCodec(new ObjectMapper(new CBORFactory()), Format.UNIX_TIMESTAMP_MILLIS);

  /// Whether the operation reads its body as an object; if not, the body is an upload.
  public boolean readsBody(Class<?> requestType) {
    return Pojos.builder(requestType).sdkFields().stream()
        .anyMatch(f -> f.location() == MarshallLocation.PAYLOAD);
  }

  /// Reads and validates a request.
  public AwsRequest decode(Routed routed, Class<?> requestType, WireRequest request, byte[] body) {
    SdkPojo builder = Pojos.builder(requestType);
    try {
      switch (routed.protocol()) {
        case JSON -> JSON.fill(builder, JSON.parse(body));
        case CBOR -> CBOR.fill(builder, CBOR.parse(body));
        case CBOR_1_1 -> CBOR_1_1.fill(builder, CBOR_1_1.parse(body));
        case QUERY -> {
          TreeMap<String, String> form = WireRequest.form(request.query());
          form.putAll(WireRequest.form(new String(body, StandardCharsets.UTF_8)));
          new QueryReader(form, SqsQueryNames.of(routed.operation())).fill(builder, "");
        }
        case REST_JSON, REST_XML -> RestReader.fill(builder, routed, request, body, JSON);
      }
    } catch (MalformedInput e) {
      throw new AwsFailure(malformed(routed.protocol()), 400, e.text());
    }
    AwsRequest read = Pojos.request(builder);
    Constraints.check(routed.operation(), read);
    return read;
  }

  private static String malformed(Protocol protocol) {
    return switch (protocol) {
      case REST_XML -> "MalformedXML";
      case QUERY -> "MalformedInput";
      case REST_JSON, JSON, CBOR, CBOR_1_1 -> "SerializationException";
    };
  }

  public WireResponse encode(Routed routed, Streamed<?> answer, String requestId) {
    var pojo = (SdkPojo) answer.response();
    OperationWire operation = routed.operation();
    return switch (routed.protocol()) {
      case JSON ->
          WireResponse.of(
                  200,
                  "application/x-amz-json-" + operation.service().jsonVersion(),
                  JSON.write(pojo))
              .with("x-amzn-RequestId", requestId);
      case CBOR ->
          WireResponse.of(200, "application/cbor", CBOR.write(pojo))
              .with("smithy-protocol", "rpc-v2-cbor")
              .with("x-amzn-RequestId", requestId);
      case CBOR_1_1 ->
          WireResponse.of(200, WireRequest.CBOR_1_1, CBOR_1_1.write(pojo))
              .with("x-amzn-RequestId", requestId);
      case QUERY -> query(operation, pojo, requestId);
      case REST_JSON, REST_XML -> RestWriter.write(routed, pojo, answer.body(), requestId, JSON);
    };
  }

  private static WireResponse query(OperationWire operation, SdkPojo pojo, String requestId) {
    String name = operation.name();
    String wrapper =
        operation.wrapper().isEmpty() && operation.service().name().equals("sqs")
            ? name + "Result"
            : operation.wrapper();
    var xml = new XmlWriter(SqsQueryNames.of(operation));
    xml.raw("<" + name + "Response xmlns=\"" + operation.service().namespace() + "\">");
    if (!wrapper.isEmpty()) {
      xml.raw("<" + wrapper + ">").members(pojo).raw("</" + wrapper + ">");
    }
    xml.raw("<ResponseMetadata>").element("RequestId", requestId).raw("</ResponseMetadata>");
    xml.raw("</" + name + "Response>");
    return WireResponse.text(200, "text/xml", xml.toString()).with("x-amzn-RequestId", requestId);
  }

  /// An error in the protocol of the request; {@code routed} is null where no operation was found.
  public WireResponse error(
      @Nullable Routed routed, WireRequest request, AwsFailure failure, String requestId) {
    WireResponse answer = Errors.write(routed, request, failure, requestId, JSON, CBOR);
    return request.method().equals("HEAD") || failure.status() == 304
        ? new WireResponse(
            answer.status(), answer.headers(), new ByteArrayInputStream(new byte[0]), 0)
        : answer;
  }
}
