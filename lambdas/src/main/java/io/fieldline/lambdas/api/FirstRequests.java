// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.api;

import io.fieldline.lambdas.tables.Attributes;
import io.fieldline.lambdas.tables.FleetKeys;
import io.fieldline.lambdas.tables.TelemetryKeys;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiParameter;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.time.Duration;
import java.util.HexFormat;
import java.util.Map;
import java.util.TreeMap;
import java.util.random.RandomGenerator;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.dynamodb.model.ConditionalCheckFailedException;

/// Requests that are sent again, since nobody knows what became of them: what is made of one is
/// made of when it came first, whatever became of it, so that it is the same each time.
///
/// Source: IETF draft "The Idempotency-Key HTTP Header Field", 2.7: the same key with another
/// request is answered 422.
public final class FirstRequests {
  private static final Duration REMEMBERED = Duration.ofDays(1);

  private final DynamoDbClient tables;
  private final String fleetTable;
  private final RandomGenerator random;

  /// The requests that a fleet table remembers.
  public FirstRequests(DynamoDbClient tables, String fleetTable, RandomGenerator random) {
    this.tables = tables;
    this.fleetTable = fleetTable;
    this.random = random;
  }

  /// What tells a request from others.
  ///
  /// @param atMs when it came, epoch milliseconds
  /// @param unique among those of that millisecond
  public record First(long atMs, String unique) {}

  /// How it was when this request came first; it is remembered as such, if it did not come before.
  public First of(ApiRequest request) throws ApiException, MessageException {
    var now = new First(request.receivedMs(), HexFormat.of().toHexDigits(random.nextInt()));
    var idempotencyKey = request.header(ApiParameter.IDEMPOTENCY_KEY.wireName());
    if (idempotencyKey.isEmpty()) {
      return now;
    }
    if (!idempotencyKey.get().matches("[!-~]{1,255}")) {
      throw new ApiException(
          400,
          "Idempotency-Key: expected 1 to 255 printable ASCII characters without spaces, got '"
              + idempotencyKey.get()
              + "'");
    }
    var key = FleetKeys.first(request.person(), idempotencyKey.get());
    var asked = fingerprint(request);
    try {
      tables.putItem(put ->
          put.tableName(fleetTable)
              .item(
                  key.with(
                      Map.of(
                          "asked",
                          Attributes.text(asked),
                          "atMs",
                          Attributes.number(now.atMs),
                          "unique",
                          Attributes.text(now.unique),
                          TelemetryKeys.TTL,
                          Attributes.number((now.atMs + REMEMBERED.toMillis()) / 1000))))
              .conditionExpression("attribute_not_exists(pk) OR atMs < :over")
              .expressionAttributeValues(
                  Map.of(":over", Attributes.number(now.atMs - REMEMBERED.toMillis()))));
      return now;
    } catch (ConditionalCheckFailedException cameBefore) {
      var item =
          tables
              .getItem(get -> get.tableName(fleetTable).key(key.attributes()).consistentRead(true))
              .item();
      if (!Attributes.text(item, "asked").orElse("").equals(asked)) {
        throw new ApiException(
            422,
            "Idempotency-Key: expected the request that it was used for, got another; a new request"
                + " needs a new key");
      }
      return new First(Attributes.whole(item, "atMs"), Attributes.text(item, "unique").orElse(""));
    }
  }

  private static String fingerprint(ApiRequest request) throws ApiException, MessageException {
    var path = new TreeMap<>(request.event().optionalObject("pathParameters").members());
    var text = request.routeKey() + "\n" + path;
    try {
      var sha256 = MessageDigest.getInstance("SHA-256");
      sha256.update(text.getBytes(StandardCharsets.UTF_8));
      return HexFormat.of().formatHex(sha256.digest(request.body().toBytes()));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has SHA-256", e);
    }
  }
}
