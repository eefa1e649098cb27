// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.syntax.Token.Kind;

/// Text to tokens, one at a time. Strings stand in single or double quotes; a doubled quote is one
/// quote, a backslash is an ordinary character (Assumed: AWS states neither).
final class Lexer {
  private static final String TWO_CHARACTER_SYMBOLS = "<> != <= >=";
  private static final String SYMBOLS = "()[]{}.,:*+-/%=<>;";

  private final String sql;
  private int offset;

  Lexer(String sql, int offset) {
    this.sql = sql;
    this.offset = offset;
  }

  int offset() {
    return offset;
  }

  /// Goes back to a place noted before.
  void rewind(int earlier) {
    offset = earlier;
  }

  Token next() {
    skipBlanks();
    int start = offset;
    if (start >= sql.length()) {
      return new Token(Kind.END, "", start);
    }
    char c = sql.charAt(start);
    if (c == '\'' || c == '"') {
      return string(c);
    }
    if (isDigit(c)) {
      return number();
    }
    if (isNameStart(c)) {
      return new Token(Kind.WORD, name(), start);
    }
    if (c == '@') {
      offset++;
      var name = name();
      if (name.isEmpty()) {
        throw new SqlSyntaxException(sql, start, "expected a variable name after @");
      }
      return new Token(Kind.VARIABLE, name, start);
    }
    return symbol(c);
  }

  /// Whether the next character follows without a blank.
  boolean adjacent() {
    return offset < sql.length() && !Character.isWhitespace(sql.charAt(offset));
  }

  /// A topic filter that stands without quotes: everything up to the next blank; empty where a
  /// quoted one follows.
  String bareFilter() {
    skipBlanks();
    if (offset >= sql.length() || sql.charAt(offset) == '\'' || sql.charAt(offset) == '"') {
      return "";
    }
    int start = offset;
    while (offset < sql.length()
        && !Character.isWhitespace(sql.charAt(offset))
        && sql.charAt(offset) != ';') {
      offset++;
    }
    return sql.substring(start, offset);
  }

  private void skipBlanks() {
    while (offset < sql.length() && Character.isWhitespace(sql.charAt(offset))) {
      offset++;
    }
  }

  private Token symbol(char c) {
    int start = offset;
    if (start + 1 < sql.length()) {
      var two = sql.substring(start, start + 2);
      if (TWO_CHARACTER_SYMBOLS.contains(two) && !two.isBlank() && two.charAt(1) != ' ') {
        offset += 2;
        return new Token(Kind.SYMBOL, two, start);
      }
      if (two.equals("/*")) {
        throw new SqlSyntaxException(sql, start, "comments are not supported");
      }
    }
    if (SYMBOLS.indexOf(c) < 0) {
      throw new SqlSyntaxException(sql, start, "unexpected character '" + c + "'");
    }
    offset++;
    return new Token(Kind.SYMBOL, String.valueOf(c), start);
  }

  private Token string(char quote) {
    int start = offset;
    var text = new StringBuilder();
    for (int i = start + 1; i < sql.length(); i++) {
      char c = sql.charAt(i);
      if (c != quote) {
        text.append(c);
      } else if (i + 1 < sql.length() && sql.charAt(i + 1) == quote) {
        text.append(quote);
        i++;
      } else {
        offset = i + 1;
        return new Token(Kind.STRING, text.toString(), start);
      }
    }
    throw new SqlSyntaxException(sql, start, "expected a closing " + quote + " for this string");
  }

  private Token number() {
    int start = offset;
    digits();
    if (peek(0) == '.' && isDigit(peek(1))) {
      offset++;
      digits();
    }
    if (peek(0) == 'e' || peek(0) == 'E') {
      int sign = peek(1) == '-' || peek(1) == '+' ? 1 : 0;
      if (isDigit(peek(1 + sign))) {
        offset += 1 + sign;
        digits();
      }
    }
    if (isNameStart(peek(0))) {
      throw new SqlSyntaxException(
          sql, start, "a name must not start with a digit; get(*, '...') reaches such a key");
    }
    return new Token(Kind.NUMBER, sql.substring(start, offset), start);
  }

  private void digits() {
    while (isDigit(peek(0))) {
      offset++;
    }
  }

  private char peek(int ahead) {
    return offset + ahead < sql.length() ? sql.charAt(offset + ahead) : '\0';
  }

  private String name() {
    int start = offset;
    while (isNameStart(peek(0)) || isDigit(peek(0))) {
      offset++;
    }
    return sql.substring(start, offset);
  }

  private static boolean isDigit(char c) {
    return c >= '0' && c <= '9';
  }

  private static boolean isNameStart(char c) {
    return c == '_' || Character.isLetter(c);
  }
}
