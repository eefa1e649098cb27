// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.Key;
import java.nio.charset.StandardCharsets;
import java.util.Base64;
import java.util.Optional;

/// Where a list goes on: the query parameter `cursor`, and the member of that name of an answer
/// that is not the last. Nobody but its own route reads it.
public final class Cursor {
  private static final String TIME = "ms";

  private Cursor() {}

  /// As the answer tells it.
  public static String of(String sortKey) {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString(sortKey.getBytes(StandardCharsets.UTF_8));
  }

  /// Where rows that are sorted by time go on.
  ///
  /// @param atMs epoch milliseconds, included
  public static String of(long atMs) {
    return of(TIME + atMs);
  }

  /// The time of a cursor made of one.
  public static long time(String cursor) throws ApiException {
    var text = decoded(Optional.of(cursor)).orElse("");
    if (!text.matches(TIME + "\\d{1,15}")) {
      throw unknown(cursor);
    }
    return Long.parseLong(text.substring(TIME.length()));
  }

  /// The sort key after which the list goes on, if the request says so.
  ///
  /// @param prefix what the sort keys of the list begin with
  public static Optional<String> in(ApiRequest request, String prefix) throws ApiException {
    var cursor = request.query("cursor");
    var sortKey = decoded(cursor);
    if (sortKey.isPresent() && !sortKey.get().startsWith(prefix)) {
      throw unknown(cursor.orElse(""));
    }
    return sortKey;
  }

  /// The key after which a daily listing goes on, if a cursor says so.
  ///
  /// @param listing what its partition keys begin with
  public static Optional<Key> dated(Optional<String> cursor, String listing) throws ApiException {
    var id = decoded(cursor);
    var key = id.flatMap(text -> FleetKeys.dated(listing, text));
    if (id.isPresent() && key.isEmpty()) {
      throw unknown(cursor.orElse(""));
    }
    return key;
  }

  private static Optional<String> decoded(Optional<String> cursor) throws ApiException {
    try {
      return cursor.map(
          text -> new String(Base64.getUrlDecoder().decode(text), StandardCharsets.UTF_8));
    } catch (IllegalArgumentException e) {
      throw unknown(cursor.orElse(""));
    }
  }

  private static ApiException unknown(String cursor) {
    return new ApiException(400, "cursor: expected one of an earlier answer, got '" + cursor + "'");
  }
}
