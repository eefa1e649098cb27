// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.core.SdkBytes;
import software.amazon.awssdk.core.SdkField;
import software.amazon.awssdk.core.SdkPojo;
import software.amazon.awssdk.core.protocol.MarshallLocation;
import software.amazon.awssdk.core.traits.JsonValueTrait;
import software.amazon.awssdk.core.traits.PayloadTrait;
import software.amazon.awssdk.core.traits.TimestampFormatTrait.Format;

/// A model object to a REST answer: status, headers and body.
final class RestWriter {
  private static final String PROLOG = "<?xml version=\"1.0\" encoding=\"UTF-8\"?>\n";

  /// Roots of S3's answers that do not follow from the operation's name.
  private static final Map<String, String> ROOTS =
      Map.of(
          "ListBuckets", "ListAllMyBucketsResult",
          "ListObjects", "ListBucketResult",
          "ListObjectsV2", "ListBucketResult",
          "ListObjectVersions", "ListVersionsResult",
          "CreateMultipartUpload", "InitiateMultipartUploadResult",
          "DeleteObjects", "DeleteResult",
          "GetBucketVersioning", "VersioningConfiguration",
          "GetBucketTagging", "Tagging",
          "GetBucketLifecycleConfiguration", "LifecycleConfiguration");

  private RestWriter() {}

  static WireResponse write(
      Routed routed, SdkPojo pojo, @Nullable InputStream stream, String requestId, JsonCodec json) {
    int status = routed.operation().status();
    var headers = new LinkedHashMap<String, String>();
    for (SdkField<?> field : pojo.sdkFields()) {
      Object value = field.getValueOrDefault(pojo);
      if (!Scalars.isSet(value)) {
        continue;
      }
      if (field.location() == MarshallLocation.STATUS_CODE) {
        status = (Integer) value;
      } else if (field.location() == MarshallLocation.HEADER) {
        header(headers, field, value);
      }
    }
    if (headers.containsKey("Content-Range")) {
      status = 206;
    }
    headers.put(
        routed.protocol() == Protocol.REST_XML ? "x-amz-request-id" : "x-amzn-RequestId",
        requestId);
    if (stream != null) {
      String length = headers.remove("Content-Length");
      long bytes = length == null ? -1 : Long.parseLong(length);
      return new WireResponse(status, headers, stream, bytes);
    }
    WireResponse body = body(routed, pojo, status, json);
    body.headers().forEach(headers::putIfAbsent);
    return new WireResponse(status, headers, body.body(), body.length());
  }

  private static void header(Map<String, String> headers, SdkField<?> field, Object value) {
    String name = field.unmarshallLocationName();
    switch (value) {
      case Map<?, ?> map -> map.forEach((k, v) -> headers.put(name + k, v.toString()));
      case List<?> list ->
          headers.put(name, list.stream().map(Object::toString).collect(Collectors.joining(",")));
      default ->
          headers.put(
              name,
              field.containsTrait(JsonValueTrait.class)
                  ? Base64.getEncoder()
                      .encodeToString(value.toString().getBytes(StandardCharsets.UTF_8))
                  : Scalars.print(field, value, Format.RFC_822));
    }
  }

  private static WireResponse body(Routed routed, SdkPojo pojo, int status, JsonCodec json) {
    boolean xml = routed.protocol() == Protocol.REST_XML;
    Optional<SdkField<?>> payload =
        pojo.sdkFields().stream().filter(f -> f.containsTrait(PayloadTrait.class)).findFirst();
    if (payload.isPresent()) {
      Object value = payload.get().getValueOrDefault(pojo);
      return switch (value) {
        case null -> WireResponse.of(status, "", new byte[0]);
        case SdkBytes bytes -> WireResponse.of(status, "application/json", bytes.asByteArray());
        case SdkPojo nested ->
            xml
                ? xml(routed, payload.get().unmarshallLocationName(), nested, status)
                : WireResponse.of(status, "application/json", json.write(nested));
        default -> WireResponse.text(status, "application/json", value.toString());
      };
    }
    String name = routed.operation().name();
    if (name.equals("GetBucketLocation")) {
      return location(routed, pojo, status);
    }
    boolean anyBody =
        pojo.sdkFields().stream().anyMatch(f -> f.location() == MarshallLocation.PAYLOAD);
    if (!anyBody && (xml || status == 204)) {
      return WireResponse.of(status, "", new byte[0]);
    }
    return xml
        ? xml(routed, ROOTS.getOrDefault(name, name + "Result"), pojo, status)
        : WireResponse.of(status, "application/json", json.write(pojo));
  }

  private static WireResponse xml(Routed routed, String root, SdkPojo pojo, int status) {
    var xml = new XmlWriter(SqsQueryNames.NONE).raw(PROLOG);
    xml.raw("<" + root + " xmlns=\"" + routed.operation().service().namespace() + "\">");
    xml.members(pojo).raw("</" + root + ">");
    return WireResponse.text(status, "application/xml", xml.toString());
  }

  /// The one answer whose root is the value.
  private static WireResponse location(Routed routed, SdkPojo pojo, int status) {
    Object value = pojo.sdkFields().getFirst().getValueOrDefault(pojo);
    String text = value == null ? "" : XmlWriter.escape(value.toString());
    String namespace = routed.operation().service().namespace();
    return WireResponse.text(
        status,
        "application/xml",
        PROLOG
            + "<LocationConstraint xmlns=\""
            + namespace
            + "\">"
            + text
            + "</LocationConstraint>");
  }
}
