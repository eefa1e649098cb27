// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.io.InputStream;
import java.nio.charset.StandardCharsets;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;

/// An HTTP answer.
///
/// @param cookies each sent in a `Set-Cookie` of its own
/// @param body closed by whoever sends it
/// @param length of the body in bytes, or -1 where it is not known
public record WireResponse(
    int status, Map<String, String> headers, List<String> cookies, InputStream body, long length) {

  /// Without cookies.
  public WireResponse(int status, Map<String, String> headers, InputStream body, long length) {
    this(status, headers, List.of(), body, length);
  }

  /// No answer: the connection ends where it would begin.
  public static WireResponse none() {
    var ends =
        new InputStream() {
          @Override
          public int read() throws IOException {
            throw new IOException("the connection is to end without an answer");
          }
        };
    return new WireResponse(503, Map.of(), ends, 0);
  }

  public static WireResponse of(int status, String contentType, byte[] body) {
    var headers = new LinkedHashMap<String, String>();
    if (!contentType.isEmpty()) {
      headers.put("Content-Type", contentType);
    }
    return new WireResponse(status, headers, new ByteArrayInputStream(body), body.length);
  }

  public static WireResponse text(int status, String contentType, String body) {
    return of(status, contentType, body.getBytes(StandardCharsets.UTF_8));
  }

  public WireResponse with(String name, String value) {
    var more = new LinkedHashMap<>(headers);
    more.put(name, value);
    return new WireResponse(status, more, cookies, body, length);
  }

  public WireResponse withCookies(List<String> all) {
    return new WireResponse(status, headers, List.copyOf(all), body, length);
  }
}
