// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import io.fieldline.localstack.api.AwsFailure;
import org.jspecify.annotations.Nullable;

/// Errors, as each protocol writes them.
final class Errors {
  private Errors() {}

  static WireResponse write(
      @Nullable Routed routed,
      WireRequest request,
      AwsFailure failure,
      String requestId,
      JsonCodec json,
      JsonCodec cbor) {
    Protocol protocol = routed == null ? guess(request) : routed.protocol();
    ServiceTable service = routed == null ? null : routed.operation().service();
    String shape = service == null ? failure.code() : service.errorShape(failure.code());
    String queryCode = service == null ? failure.code() : service.queryCode(shape);
    return switch (protocol) {
      case QUERY -> errorResponse(failure, queryCode, namespace(service), requestId);
      case REST_XML ->
          service != null && service.name().equals("cloudfront")
              ? errorResponse(failure, failure.code(), namespace(service), requestId)
              : s3(request, failure, requestId);
      case CBOR ->
          WireResponse.of(failure.status(), "application/cbor", cbor.error(failure, shape))
              .with("smithy-protocol", "rpc-v2-cbor")
              .with("x-amzn-query-error", queryCode + ";" + fault(failure))
              .with("x-amzn-RequestId", requestId);
      case CBOR_1_1 ->
          WireResponse.of(failure.status(), WireRequest.CBOR_1_1, cbor.error(failure, shape))
              .with("x-amzn-RequestId", requestId)
              .with("x-amzn-ErrorType", shape);
      case JSON, REST_JSON -> json(service, protocol, failure, shape, queryCode, requestId, json);
    };
  }

  private static Protocol guess(WireRequest request) {
    if (request.header("smithy-protocol").isPresent()) {
      return Protocol.CBOR;
    }
    if (request.header("x-amz-target").isPresent()) {
      return request.isCbor() ? Protocol.CBOR_1_1 : Protocol.JSON;
    }
    String type = request.header("content-type").orElse("");
    if (type.startsWith("application/x-www-form-urlencoded")) {
      return Protocol.QUERY;
    }
    boolean s3 =
        request.headers().containsKey("x-amz-content-sha256") || request.query().contains("X-Amz-");
    return s3 || request.header("authorization").isEmpty() ? Protocol.REST_XML : Protocol.REST_JSON;
  }

  private static WireResponse json(
      @Nullable ServiceTable service,
      Protocol protocol,
      AwsFailure failure,
      String shape,
      String queryCode,
      String requestId,
      JsonCodec json) {
    String type =
        service == null || service.jsonVersion().isEmpty()
            ? "application/json"
            : "application/x-amz-json-" + service.jsonVersion();
    String qualified =
        protocol == Protocol.JSON && service != null && service.jsonVersion().equals("1.0")
            ? "com.amazonaws." + prefix(service) + "#" + shape
            : shape;
    WireResponse answer =
        WireResponse.of(failure.status(), type, json.error(failure, qualified))
            .with("x-amzn-RequestId", requestId)
            .with("x-amzn-ErrorType", shape);
    return service != null && (service.name().equals("sqs") || service.name().equals("cloudwatch"))
        ? answer.with("x-amzn-query-error", queryCode + ";" + fault(failure))
        : answer;
  }

  private static String prefix(ServiceTable service) {
    return service.name().equals("dynamodb") ? "dynamodb.v20120810" : service.name();
  }

  private static String fault(AwsFailure failure) {
    return failure.status() < 500 ? "Sender" : "Receiver";
  }

  private static String namespace(@Nullable ServiceTable service) {
    return service == null ? "" : service.namespace();
  }

  private static WireResponse errorResponse(
      AwsFailure failure, String code, String namespace, String requestId) {
    var xml = new XmlWriter(SqsQueryNames.NONE);
    xml.raw(
        namespace.isEmpty() ? "<ErrorResponse>" : "<ErrorResponse xmlns=\"" + namespace + "\">");
    xml.raw("<Error>").element("Type", fault(failure)).element("Code", code);
    xml.element("Message", failure.message()).raw("</Error>");
    xml.element("RequestId", requestId).raw("</ErrorResponse>");
    return WireResponse.text(failure.status(), "text/xml", xml.toString())
        .with("x-amzn-RequestId", requestId);
  }

  private static WireResponse s3(WireRequest request, AwsFailure failure, String requestId) {
    var xml = new XmlWriter(SqsQueryNames.NONE);
    xml.raw("<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n<Error>");
    xml.element("Code", failure.code()).element("Message", failure.message());
    failure.fields().forEach((name, value) -> xml.element(name, value.toString()));
    xml.element("Resource", request.path()).element("RequestId", requestId).raw("</Error>");
    return WireResponse.text(failure.status(), "application/xml", xml.toString())
        .with("x-amz-request-id", requestId);
  }
}
