// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.tables.Listing;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Predicate;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Lists of the HTTP API: each in parts, by `limit` and `cursor`.
public final class Lists {
  private static final int USUAL = 50;
  private static final int MOST = 200;

  private Lists() {}

  /// How many a request wants at most.
  public static int limit(ApiRequest request) throws ApiException {
    return request.limit(USUAL, MOST);
  }

  /// The part of a listing that a request asks for.
  public static Listing.Page page(
      DynamoDbClient tables,
      String table,
      Listing listing,
      Predicate<Map<String, AttributeValue>> wanted,
      ApiRequest request)
      throws ApiException {
    return listing.page(
        tables, table, Cursor.in(request, listing.prefix()), wanted, limit(request));
  }

  /// The answer with some of a list.
  ///
  /// @param next after which sort key there is more
  public static ApiAnswer answer(String name, List<?> members, Optional<String> next) {
    var answer = new LinkedHashMap<String, Object>();
    answer.put(name, members);
    next.ifPresent(sortKey -> answer.put("cursor", Cursor.of(sortKey)));
    return ApiAnswer.ok(answer);
  }
}
