// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Raw;
import io.fieldline.iotsql.value.Value.Text;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// Hashes and `encode`. Source: AWS IoT developer guide, "Functions", md2 … sha512, encode.
final class HashFunctions {
  private HashFunctions() {}

  /// Lower-case hexadecimal digest of the UTF-8 text.
  static Function.Body digest(String algorithm) {
    return (in, scope) ->
        in.text(0)
            .<Value>map(text -> new Text(hex(algorithm, text.getBytes(StandardCharsets.UTF_8))))
            .orElse(Value.UNDEFINED);
  }

  /// `encode(x, 'base64')`; for `*` the compiler hands over the payload as `Raw`.
  static Value encode(Arguments in, CallScope scope) {
    if (!in.text(1).filter("base64"::equals).isPresent()) {
      return Value.UNDEFINED;
    }
    if (in.at(0) instanceof Raw(var bytes)) {
      return new Text(Base64.getEncoder().encodeToString(bytes));
    }
    return in.text(0).<Value>map(text -> new Text(encoded(text))).orElse(Value.UNDEFINED);
  }

  private static String encoded(String text) {
    return Base64.getEncoder().encodeToString(text.getBytes(StandardCharsets.UTF_8));
  }

  private static String hex(String algorithm, byte[] bytes) {
    try {
      return HexFormat.of().formatHex(MessageDigest.getInstance(algorithm).digest(bytes));
    } catch (NoSuchAlgorithmException e) {
      throw new IllegalStateException("every JDK has " + algorithm, e);
    }
  }
}
