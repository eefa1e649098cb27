// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.identity;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.wire.WireRequest;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.List;
import java.util.Optional;

/// A Signature Version 4 as it came with a request, in its header or its query.
///
/// Source: IAM User Guide, "AWS Signature Version 4 for API requests".
public record Signature(
    String accessKeyId,
    String date,
    String region,
    String service,
    String timestamp,
    List<String> signedHeaders,
    String signature,
    Optional<String> sessionToken,
    Optional<Long> expiresSeconds) {
  static final String ALGORITHM = "AWS4-HMAC-SHA256";

  /// The request's signature; empty where it has none.
  public static Optional<Signature> of(WireRequest request) {
    Optional<String> header = request.header("authorization");
    if (header.isPresent() && header.get().startsWith(ALGORITHM)) {
      String text = header.get().substring(ALGORITHM.length());
      return Optional.of(
          of(
              part(text, "Credential"),
              part(text, "SignedHeaders"),
              part(text, "Signature"),
              request.header("x-amz-date").or(() -> request.header("date")).orElse(""),
              request.header("x-amz-security-token"),
              Optional.empty()));
    }
    if (!request.query().contains("X-Amz-Signature=")) {
      return Optional.empty();
    }
    return Optional.of(
        of(
            parameter(request, "X-Amz-Credential"),
            parameter(request, "X-Amz-SignedHeaders"),
            parameter(request, "X-Amz-Signature"),
            parameter(request, "X-Amz-Date"),
            Optional.of(parameter(request, "X-Amz-Security-Token")).filter(t -> !t.isEmpty()),
            Optional.of(parameter(request, "X-Amz-Expires"))
                .filter(e -> e.matches("\\d{1,9}"))
                .map(Long::valueOf)));
  }

  private static Signature of(
      String credential,
      String signedHeaders,
      String signature,
      String timestamp,
      Optional<String> token,
      Optional<Long> expires) {
    String[] scope = credential.split("/");
    if (scope.length != 5 || signedHeaders.isEmpty() || signature.isEmpty()) {
      throw new AwsFailure(
          "IncompleteSignature",
          403,
          "Authorization needs Credential=KEY/DATE/REGION/SERVICE/aws4_request, SignedHeaders and"
              + " Signature; got Credential="
              + credential);
    }
    return new Signature(
        scope[0],
        scope[1],
        scope[2],
        scope[3],
        timestamp,
        Arrays.asList(signedHeaders.split(";")),
        signature,
        token,
        expires);
  }

  private static String part(String header, String name) {
    for (String part : header.split(",")) {
      String stripped = part.strip();
      if (stripped.startsWith(name + "=")) {
        return stripped.substring(name.length() + 1);
      }
    }
    return "";
  }

  private static String parameter(WireRequest request, String name) {
    for (String pair : request.query().split("&")) {
      if (pair.startsWith(name + "=")) {
        return URLDecoder.decode(pair.substring(name.length() + 1), StandardCharsets.UTF_8);
      }
    }
    return "";
  }

  boolean inQuery(WireRequest request) {
    return request.query().contains("X-Amz-Signature=");
  }
}
