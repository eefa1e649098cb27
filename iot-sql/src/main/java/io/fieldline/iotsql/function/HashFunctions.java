// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Raw;
import io.fieldline.iotsql.value.Value.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Base64;
import java.util.HexFormat;

/// Hashes and encodings. Source: AWS IoT developer guide, "Functions", md2 … sha512, encode,
/// decode.
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

  /// `decode(s, 'base64')`: a JSON document becomes its value, other text a String; what cannot be
  /// decoded is Null.
  static Value decode(Arguments in, CallScope scope) {
    if (!in.text(1).filter("base64"::equals).isPresent() || in.text(0).isEmpty()) {
      return Value.UNDEFINED;
    }
    try {
      return jsonOrText(Base64.getDecoder().decode(in.text(0).get()), scope.version());
    } catch (IllegalArgumentException notBase64) {
      return Value.NULL;
    }
  }

  private static Value jsonOrText(byte[] bytes, SqlVersion version) {
    try {
      return Json.read(bytes, version);
    } catch (IOException notJson) {
      return utf8(bytes);
    }
  }

  private static Value utf8(byte[] bytes) {
    try {
      var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
      return new Text(text.toString());
    } catch (CharacterCodingException notText) {
      return Value.NULL;
    }
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
