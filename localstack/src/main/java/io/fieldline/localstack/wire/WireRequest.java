// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.wire;

import java.io.InputStream;
import java.net.URLDecoder;
import java.nio.charset.StandardCharsets;
import java.security.cert.X509Certificate;
import java.util.ArrayList;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.Optional;
import java.util.TreeMap;

/// An HTTP request as it came.
///
/// @param path still percent-encoded, without the query
/// @param query still percent-encoded, empty where there is none
/// @param headers by lower-case name
/// @param body read once; empty where there is none
/// @param certificate what the client showed in its TLS handshake
public record WireRequest(
    String method,
    String path,
    String query,
    Map<String, List<String>> headers,
    InputStream body,
    String remoteAddress,
    boolean secure,
    Optional<X509Certificate> certificate) {
  /// The type of a body that is JSON 1.1 in the form of CBOR.
  static final String CBOR_1_1 = "application/x-amz-cbor-1.1";

  public Optional<String> header(String name) {
    List<String> values = headers.get(name.toLowerCase(Locale.ROOT));
    return values == null || values.isEmpty()
        ? Optional.empty()
        : Optional.of(String.join(",", values));
  }

  boolean isCbor() {
    return header("content-type").map(t -> t.startsWith(CBOR_1_1)).orElse(false);
  }

  public WireRequest withBody(InputStream other) {
    return new WireRequest(method, path, query, headers, other, remoteAddress, secure, certificate);
  }

  public WireRequest withPath(String other) {
    return new WireRequest(method, other, query, headers, body, remoteAddress, secure, certificate);
  }

  public WireRequest withQuery(String other) {
    return new WireRequest(method, path, other, headers, body, remoteAddress, secure, certificate);
  }

  /// The query's parameters, decoded, in their order.
  public Map<String, List<String>> parameters() {
    return parse(query);
  }

  static Map<String, List<String>> parse(String form) {
    var parameters = new LinkedHashMap<String, List<String>>();
    for (String pair : form.split("&")) {
      if (!pair.isEmpty()) {
        int equals = pair.indexOf('=');
        String name = decode(equals < 0 ? pair : pair.substring(0, equals));
        String value = equals < 0 ? "" : decode(pair.substring(equals + 1));
        parameters.computeIfAbsent(name, _ -> new ArrayList<>()).add(value);
      }
    }
    return parameters;
  }

  static TreeMap<String, String> form(String form) {
    var parameters = new TreeMap<String, String>();
    parse(form).forEach((name, values) -> parameters.put(name, values.getFirst()));
    return parameters;
  }

  static String decode(String encoded) {
    return URLDecoder.decode(encoded, StandardCharsets.UTF_8);
  }

  /// As {@link #decode}, where a plus sign is a plus sign.
  static String decodePath(String encoded) {
    return decode(encoded.replace("+", "%2B"));
  }
}
