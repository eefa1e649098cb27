// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.ingest.host;

import io.fieldline.agent.ingest.ReadingException;
import io.fieldline.agent.ingest.ReadingException.Reason;
import java.util.List;
import java.util.Map;
import org.jspecify.annotations.Nullable;

/// Finds a value in a JSON document. Source: RFC 6901 sections 3 and 4.
final class JsonPointer {
  private JsonPointer() {}

  static Object find(Object document, String pointer) throws ReadingException {
    Object at = document;
    var path = new StringBuilder();
    for (String token : pointer.substring(Math.min(1, pointer.length())).split("/", -1)) {
      if (pointer.isEmpty()) {
        break;
      }
      String name = token.replace("~1", "/").replace("~0", "~");
      @Nullable Object next =
          switch (at) {
            case Map<?, ?> members -> members.get(name);
            case List<?> elements when name.matches("0|[1-9]\\d{0,8}") -> {
              int index = Integer.parseInt(name);
              yield index < elements.size() ? elements.get(index) : null;
            }
            default -> null;
          };
      if (next == null) {
        throw new ReadingException(
            Reason.SYNTAX,
            "a value at " + pointer + " expected, nothing is at " + path + "/" + token);
      }
      path.append('/').append(token);
      at = next;
    }
    return at;
  }
}
