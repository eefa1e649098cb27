// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ways;

import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.util.Arrays;
import java.util.Base64;

/// The beginning of a payload, or all of it. Text of it is made when somebody looks.
public final class Excerpt {
  static final Excerpt NONE = new Excerpt(new byte[0], "", false);
  private static final int LONGEST_CHARACTER_BYTES = 4;
  private static final int MOST_CHARACTERS_A_REASON = 1_000;

  private final byte[] bytes;
  private final String text;
  private final boolean cut;

  private Excerpt(byte[] bytes, String text, boolean cut) {
    this.bytes = bytes;
    this.text = text;
    this.cut = cut;
  }

  /// Of bytes that nobody changes.
  static Excerpt of(byte[] payload, int most) {
    return payload.length <= most
        ? new Excerpt(payload, "", false)
        : new Excerpt(Arrays.copyOf(payload, most), "", true);
  }

  /// Of a text that was cut already where it had to be.
  public static Excerpt of(String text, boolean cut) {
    return new Excerpt(new byte[0], text, cut);
  }

  /// Why something failed, as far as somebody reads it: a function may put all of a message into
  /// it.
  static String ofReason(String reason) {
    return Secrets.masked(
        reason.length() <= MOST_CHARACTERS_A_REASON
            ? reason
            : reason.substring(0, MOST_CHARACTERS_A_REASON) + "…");
  }

  /// Without passwords, tokens and keys.
  Excerpt masked() {
    return of(text(), cut);
  }

  public boolean isCut() {
    return cut;
  }

  int size() {
    return bytes.length + text.length();
  }

  /// As it is where it is text, else in base64; without passwords, tokens and keys.
  public String text() {
    return Secrets.masked(whole());
  }

  /// Whether there are asterisks in place of passwords, tokens and keys.
  public boolean isMasked() {
    return !text().equals(whole());
  }

  private String whole() {
    return text.isEmpty() ? decoded() : text;
  }

  private String decoded() {
    // What was cut may end within a character.
    int shortest = Math.max(0, bytes.length - (cut ? LONGEST_CHARACTER_BYTES : 0));
    for (int length = bytes.length; length >= shortest; length--) {
      try {
        return StandardCharsets.UTF_8
            .newDecoder()
            .decode(ByteBuffer.wrap(bytes, 0, length))
            .toString();
      } catch (CharacterCodingException cutOrNoText) {
        // One byte less may be text.
      }
    }
    return "base64:" + Base64.getEncoder().encodeToString(bytes);
  }
}
