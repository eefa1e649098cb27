// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.syntax.Token.Kind;

/// The current token and the way on; errors name what was expected and what came.
final class TokenStream {
  private static final int MAX_DEPTH = 64;
  private static final int MAX_NODES = 2000;

  private final String sql;
  private final Lexer lexer;
  private Token current;
  private int depth;
  private int nodes;

  TokenStream(String sql, int offset) {
    this.sql = sql;
    this.lexer = new Lexer(sql, offset);
    this.current = lexer.next();
  }

  Token current() {
    return current;
  }

  boolean atWord(String word) {
    return current.isWord(word);
  }

  boolean atSymbol(String symbol) {
    return current.isSymbol(symbol);
  }

  Token take() {
    var taken = current;
    current = lexer.next();
    return taken;
  }

  boolean takeWord(String word) {
    boolean there = current.isWord(word);
    if (there) {
      take();
    }
    return there;
  }

  boolean takeSymbol(String symbol) {
    boolean there = current.isSymbol(symbol);
    if (there) {
      take();
    }
    return there;
  }

  Token expect(Kind kind, String expected) {
    if (current.kind() != kind) {
      throw unexpected(expected);
    }
    return take();
  }

  void expectWord(String word) {
    if (!takeWord(word)) {
      throw unexpected(word);
    }
  }

  void expectSymbol(String symbol) {
    if (!takeSymbol(symbol)) {
      throw unexpected("'" + symbol + "'");
    }
  }

  SqlSyntaxException unexpected(String expected) {
    return error(current, "expected " + expected + ", got " + current.shown());
  }

  SqlSyntaxException error(Token place, String problem) {
    return new SqlSyntaxException(sql, place.offset(), problem);
  }

  /// The token after the current one, which stays current.
  Token following(int ahead) {
    int place = lexer.offset();
    try {
      var token = lexer.next();
      for (int i = 1; i < ahead; i++) {
        token = lexer.next();
      }
      return token;
    } finally {
      lexer.rewind(place);
    }
  }

  boolean followingIsAdjacent() {
    return lexer.adjacent();
  }

  /// After FROM, which must be the current token: the filter, quoted or not.
  String topicFilter() {
    var bare = lexer.bareFilter();
    take();
    if (!bare.isEmpty()) {
      return bare;
    }
    return expect(Kind.STRING, "a topic filter after FROM").text();
  }

  /// Enters one level of nesting; a statement beyond the limits costs no stack.
  void enter() {
    if (++depth > MAX_DEPTH) {
      throw error(current, "nested more than " + MAX_DEPTH + " levels deep");
    }
  }

  void leave() {
    depth--;
  }

  void countNode() {
    if (++nodes > MAX_NODES) {
      throw error(current, "more than " + MAX_NODES + " operators and calls in one statement");
    }
  }
}
