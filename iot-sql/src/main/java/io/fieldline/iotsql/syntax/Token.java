// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

/// One token: its kind, its text (of a string, the content) and where it starts.
record Token(Kind kind, String text, int offset) {
  enum Kind {
    WORD,
    VARIABLE,
    STRING,
    NUMBER,
    SYMBOL,
    END
  }

  boolean isWord(String word) {
    return kind == Kind.WORD && text.equalsIgnoreCase(word);
  }

  boolean isSymbol(String symbol) {
    return kind == Kind.SYMBOL && text.equals(symbol);
  }

  /// How an error message calls it.
  String shown() {
    return switch (kind) {
      case END -> "the end";
      case STRING -> "the string '" + text + "'";
      case VARIABLE -> "@" + text;
      case WORD, NUMBER, SYMBOL -> "'" + text + "'";
    };
  }
}
