// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.Access;
import java.util.Map;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// What calls need to be allowed, with the condition key of the partition they touch.
final class Permissions {
  private final Tables tables;

  Permissions(Tables tables) {
    this.tables = tables;
  }

  Access item(String action, String table, Map<String, AttributeValue> key) {
    String arn = tables.arn(table);
    String name = Tables.plain(table);
    if (!tables.has(name)) {
      return new Access(action, arn);
    }
    return new Access(action, arn, leading(key.get(tables.table(name).record.key().hash())));
  }

  Access items(String action, String table, @Nullable String index, Map<String, String> context) {
    String arn = tables.arn(table);
    return new Access(action, index == null ? arn : arn + "/index/" + index, context);
  }

  static Map<String, String> leading(@Nullable AttributeValue hash) {
    if (hash == null) {
      return Map.of();
    }
    String text = hash.s() != null ? hash.s() : hash.n();
    return text == null ? Map.of() : Map.of("dynamodb:LeadingKeys", text);
  }
}
