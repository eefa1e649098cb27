// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiParameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.HexFormat;
import java.util.Optional;
import java.util.stream.Stream;

/// On what a change depends: `If-Match` and `If-None-Match`.
///
/// Source: RFC 9110, 13.1.1 and 13.1.2.
///
/// @param ifMatch the ETags of which what is there must have one, or `*`
/// @param ifNoneMatch only `*` is taken: nothing may be there
public record Precondition(Optional<String> ifMatch, Optional<String> ifNoneMatch) {
  private static final int DIGITS = 32;

  /// What a request depends on.
  public static Precondition of(ApiRequest request) throws ApiException, MessageException {
    var ifNoneMatch = request.header(ApiParameter.IF_NONE_MATCH.wireName());
    if (ifNoneMatch.isPresent() && !ifNoneMatch.get().equals("*")) {
      throw new ApiException(400, "If-None-Match: expected *, got '" + ifNoneMatch.get() + "'");
    }
    return new Precondition(request.header(ApiParameter.IF_MATCH.wireName()), ifNoneMatch);
  }

  /// The ETag of what is kept as a text.
  public static String etag(String kept) {
    try {
      var hash = MessageDigest.getInstance("SHA-256").digest(kept.getBytes(StandardCharsets.UTF_8));
      return '"' + HexFormat.of().formatHex(hash).substring(0, DIGITS) + '"';
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }

  /// Whether nobody said anything.
  public boolean isNone() {
    return ifMatch.isEmpty() && ifNoneMatch.isEmpty();
  }

  /// 412 if what is there is not as it must be.
  ///
  /// @param kept what is there, if anything is
  public void check(Optional<String> kept) throws ApiException {
    if (ifNoneMatch.isPresent() && kept.isPresent()) {
      throw failed("expected nothing there, got " + etag(kept.get()));
    }
    if (ifMatch.isPresent()) {
      var there = kept.map(Precondition::etag).orElse("nothing");
      boolean matches =
          Stream.of(ifMatch.get().split(","))
              .map(String::strip)
              .anyMatch(tag -> tag.equals(there) || (tag.equals("*") && kept.isPresent()));
      if (!matches) {
        throw failed("expected " + ifMatch.get() + " there, got " + there);
      }
    }
  }

  /// What answers a change that came too late.
  public static ApiException failed(String detail) {
    return new ApiException(412, detail);
  }
}
