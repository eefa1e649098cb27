// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import java.util.ArrayList;
import java.util.List;

/// Cuts an expression into tokens.
final class Lexer {
  enum Kind {
    WORD,
    NAME,
    VALUE,
    NUMBER,
    SYMBOL,
    END
  }

  record Token(Kind kind, String text, int at) {}

  private final String text;
  private final String expression;
  private int at;

  private Lexer(String expression, String text) {
    this.expression = expression;
    this.text = text;
  }

  static List<Token> tokens(String expression, String text) {
    var lexer = new Lexer(expression, text);
    var tokens = new ArrayList<Token>();
    Token token;
    do {
      token = lexer.next();
      tokens.add(token);
    } while (token.kind() != Kind.END);
    return tokens;
  }

  private Token next() {
    while (at < text.length() && Character.isWhitespace(text.charAt(at))) {
      at++;
    }
    if (at == text.length()) {
      return new Token(Kind.END, "<EOF>", at);
    }
    int start = at;
    char c = text.charAt(at);
    if (c == '#' || c == ':') {
      at++;
      return word(c == '#' ? Kind.NAME : Kind.VALUE, start);
    }
    if (Character.isDigit(c)) {
      while (at < text.length() && Character.isDigit(text.charAt(at))) {
        at++;
      }
      return new Token(Kind.NUMBER, text.substring(start, at), start);
    }
    if (Character.isLetter(c) || c == '_') {
      return word(Kind.WORD, start);
    }
    return symbol(start);
  }

  private Token word(Kind kind, int start) {
    while (at < text.length()
        && (Character.isLetterOrDigit(text.charAt(at)) || text.charAt(at) == '_')) {
      at++;
    }
    if (kind != Kind.WORD && at == start + 1) {
      throw error(text.substring(start, at), start);
    }
    return new Token(kind, text.substring(start, at), start);
  }

  private Token symbol(int start) {
    String two = text.substring(start, Math.min(start + 2, text.length()));
    if (two.equals("<>") || two.equals("<=") || two.equals(">=")) {
      at += 2;
      return new Token(Kind.SYMBOL, two, start);
    }
    String one = two.substring(0, 1);
    if ("()[],.=<>+-".indexOf(one.charAt(0)) < 0) {
      throw error(one, start);
    }
    at++;
    return new Token(Kind.SYMBOL, one, start);
  }

  private AwsFailure error(String token, int start) {
    return AwsFailure.validation(
        "Invalid "
            + expression
            + ": Syntax error; token: \""
            + token
            + "\", near: \""
            + near(text, start)
            + "\"");
  }

  static String near(String text, int start) {
    return text.substring(Math.max(0, start - 8), Math.min(text.length(), start + 8)).strip();
  }
}
