// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.identity;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Principal;
import io.fieldline.localstack.wire.WireRequest;
import java.net.URLDecoder;
import java.net.URLEncoder;
import java.nio.charset.StandardCharsets;
import java.security.GeneralSecurityException;
import java.security.InvalidKeyException;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.DateTimeException;
import java.time.Duration;
import java.time.Instant;
import java.time.InstantSource;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import java.util.ArrayList;
import java.util.Collections;
import java.util.HexFormat;
import java.util.List;
import java.util.Optional;
import javax.crypto.Mac;
import javax.crypto.spec.SecretKeySpec;
import org.jspecify.annotations.Nullable;

/// Verifies signatures by computing them again. Wall time. Thread-safe.
public final class SignatureCheck {
  private static final Duration SKEW = Duration.ofMinutes(15);
  private static final DateTimeFormatter STAMP =
      DateTimeFormatter.ofPattern("yyyyMMdd'T'HHmmss'Z'").withZone(ZoneOffset.UTC);

  private final AccessKeys keys;
  private final InstantSource wall;

  public SignatureCheck(AccessKeys keys, InstantSource wall) {
    this.keys = keys;
    this.wall = wall;
  }

  /// Who signed.
  public record Verified(Principal principal, String accountId, String region, String service) {}

  /// @param body the whole body where it was read, null where it is streamed
  public Verified verify(WireRequest request, Signature signature, byte @Nullable [] body) {
    AccessKeys.Credentials owner =
        keys.find(signature.accessKeyId())
            .orElseThrow(() ->
                new AwsFailure(
                    signature.service().equals("s3")
                        ? "InvalidAccessKeyId"
                        : "UnrecognizedClientException",
                    403,
                    "The security token included in the request is invalid."));
    if (owner.sessionToken().isPresent()
        && !owner.sessionToken().equals(signature.sessionToken())) {
      throw new AwsFailure(
          "InvalidClientTokenId", 403, "The security token included in the request is invalid.");
    }
    checkTime(signature);
    String payloadHash = payloadHash(request, signature, body);
    String toSign = toSign(request, signature, payloadHash);
    for (String secret : owner.secrets()) {
      if (equal(sign(secret, signature, toSign), signature.signature())) {
        return new Verified(
            owner.principal(), owner.accountId(), signature.region(), signature.service());
      }
    }
    throw new AwsFailure(
        "SignatureDoesNotMatch",
        403,
        "The request signature we calculated does not match the signature you provided. Check your"
            + " AWS Secret Access Key and signing method. (The root's secret here is 'test'.)");
  }

  private void checkTime(Signature signature) {
    Instant signed;
    try {
      signed = STAMP.parse(signature.timestamp(), Instant::from);
    } catch (DateTimeException e) {
      throw new AwsFailure(
          "IncompleteSignature",
          403,
          "expected X-Amz-Date as yyyyMMddTHHmmssZ, got '" + signature.timestamp() + "'");
    }
    Instant now = wall.instant();
    if (signature.expiresSeconds().isPresent()) {
      if (signed.plusSeconds(signature.expiresSeconds().get()).isBefore(now)) {
        throw new AwsFailure("AccessDenied", 403, "Request has expired");
      }
    } else if (Duration.between(signed, now).abs().compareTo(SKEW) > 0) {
      throw new AwsFailure(
          signature.service().equals("s3") ? "RequestTimeTooSkewed" : "SignatureDoesNotMatch",
          403,
          "Signature expired or not yet current: signed at " + signed + ", now " + now);
    }
  }

  private static String payloadHash(
      WireRequest request, Signature signature, byte @Nullable [] body) {
    Optional<String> stated = request.header("x-amz-content-sha256");
    if (signature.inQuery(request)) {
      return stated.orElse(
          signature.service().equals("s3") ? "UNSIGNED-PAYLOAD" : sha256(bytes(body)));
    }
    String actual = body == null ? "" : sha256(body);
    if (stated.isEmpty()) {
      return body == null ? sha256(new byte[0]) : actual;
    }
    if (body != null && stated.get().matches("[0-9a-f]{64}") && !stated.get().equals(actual)) {
      throw new AwsFailure(
          "XAmzContentSHA256Mismatch",
          400,
          "The provided 'x-amz-content-sha256' header does not match what was computed.");
    }
    return stated.get();
  }

  private static byte[] bytes(byte @Nullable [] body) {
    return body == null ? new byte[0] : body;
  }

  private static String toSign(WireRequest request, Signature signature, String payloadHash) {
    var canonical = new StringBuilder();
    canonical.append(request.method()).append('\n');
    canonical.append(path(request, signature)).append('\n');
    canonical.append(query(request)).append('\n');
    for (String name : signature.signedHeaders()) {
      canonical.append(name).append(':');
      List<String> values = request.headers().getOrDefault(name, List.of());
      canonical.append(String.join(",", values).strip().replaceAll(" +", " ")).append('\n');
    }
    canonical.append('\n').append(String.join(";", signature.signedHeaders())).append('\n');
    canonical.append(payloadHash);
    return Signature.ALGORITHM
        + "\n"
        + signature.timestamp()
        + "\n"
        + scope(signature)
        + "\n"
        + sha256(canonical.toString().getBytes(StandardCharsets.UTF_8));
  }

  private static String scope(Signature s) {
    return s.date() + "/" + s.region() + "/" + s.service() + "/aws4_request";
  }

  /// Every service but S3 signs the path as sent, encoded once more.
  private static String path(WireRequest request, Signature signature) {
    String path = request.path().isEmpty() ? "/" : request.path();
    if (signature.service().equals("s3")) {
      return path;
    }
    var encoded = new ArrayList<String>();
    for (String segment : path.split("/", -1)) {
      encoded.add(encode(segment));
    }
    return String.join("/", encoded);
  }

  private static String query(WireRequest request) {
    var pairs = new ArrayList<String>();
    for (String pair : request.query().split("&")) {
      if (pair.isEmpty() || pair.startsWith("X-Amz-Signature=")) {
        continue;
      }
      int equals = pair.indexOf('=');
      String name = equals < 0 ? pair : pair.substring(0, equals);
      String value = equals < 0 ? "" : pair.substring(equals + 1);
      pairs.add(encode(decode(name)) + "=" + encode(decode(value)));
    }
    Collections.sort(pairs);
    return String.join("&", pairs);
  }

  private static String decode(String text) {
    return URLDecoder.decode(text, StandardCharsets.UTF_8);
  }

  private static String encode(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8)
        .replace("+", "%20")
        .replace("*", "%2A")
        .replace("%7E", "~");
  }

  private static String sign(String secret, Signature s, String toSign) {
    byte[] key = ("AWS4" + secret).getBytes(StandardCharsets.UTF_8);
    for (String part : List.of(s.date(), s.region(), s.service(), "aws4_request")) {
      key = hmac(key, part);
    }
    return HexFormat.of().formatHex(hmac(key, toSign));
  }

  private static byte[] hmac(byte[] key, String text) {
    try {
      Mac mac = Mac.getInstance("HmacSHA256");
      mac.init(new SecretKeySpec(key, "HmacSHA256"));
      return mac.doFinal(text.getBytes(StandardCharsets.UTF_8));
    } catch (NoSuchAlgorithmException | InvalidKeyException e) {
      throw new IllegalStateException(e);
    }
  }

  private static boolean equal(String a, String b) {
    return MessageDigest.isEqual(
        a.getBytes(StandardCharsets.UTF_8), b.getBytes(StandardCharsets.UTF_8));
  }

  private static String sha256(byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance("SHA-256").digest(bytes));
    } catch (GeneralSecurityException e) {
      throw new IllegalStateException(e);
    }
  }
}
