// SPDX-License-Identifier: Apache-2.0
package io.fieldline.benchmarks;

import java.net.URI;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpResponse.BodyHandlers;
import java.time.Duration;
import java.util.HashSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// A device's readings, as the API exports them.
///
/// @param token of somebody who may look
record FleetExport(HttpClient http, URI api, String token) {
  private static final Pattern NEXT = Pattern.compile("<([^>]+)>; rel=\"next\"");
  private static final Pattern TIME = Pattern.compile("\"atMs\":(\\d+)");
  private static final int SENSORS = 4;

  /// @param expected four readings for each moment of which there is any
  record Rows(long count, long expected) {}

  Rows rows(String device) throws Exception {
    long count = 0;
    var moments = new HashSet<String>();
    String path = api + "/devices/" + device + "/export";
    long nowMs = System.currentTimeMillis();
    String next =
        path
            + "?format=ndjson&fromMs="
            + (nowMs - Duration.ofHours(2).toMillis())
            + "&toMs="
            + nowMs;
    while (!next.isEmpty()) {
      var answer =
          http.send(
              HttpRequest.newBuilder(URI.create(next))
                  .header("Authorization", "Bearer " + token)
                  .build(),
              BodyHandlers.ofString());
      if (answer.statusCode() != 200) {
        throw new IllegalStateException(
            "expected an export, got " + answer.statusCode() + " " + answer.body());
      }
      Matcher times = TIME.matcher(answer.body());
      while (times.find()) {
        count++;
        moments.add(times.group(1));
      }
      next =
          answer
              .headers()
              .firstValue("Link")
              .map(NEXT::matcher)
              .filter(Matcher::find)
              .map(found -> path + found.group(1))
              .orElse("");
    }
    return new Rows(count, SENSORS * (long) moments.size());
  }
}
