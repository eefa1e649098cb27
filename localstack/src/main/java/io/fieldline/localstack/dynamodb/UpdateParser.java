// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.dynamodb.Lexer.Kind;
import io.fieldline.localstack.dynamodb.Lexer.Token;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// The clauses of an update expression: SET, REMOVE, ADD, DELETE, each at most once.
final class UpdateParser {
  private final Parser in;
  private final List<Change> changes = new ArrayList<>();

  UpdateParser(Parser in) {
    this.in = in;
  }

  List<Change> changes() {
    Set<String> seen = new HashSet<>();
    while (in.peek().kind() != Kind.END) {
      Token token = in.peek();
      String clause = token.text().toUpperCase(Locale.ROOT);
      if (token.kind() != Kind.WORD || !Set.of("SET", "REMOVE", "ADD", "DELETE").contains(clause)) {
        throw in.syntax();
      }
      in.next();
      if (!seen.add(clause)) {
        throw in.invalid(
            "The \"" + clause + "\" section can only be used once in an update expression;");
      }
      do {
        changes.add(change(clause));
      } while (in.skip(","));
    }
    return changes;
  }

  private Change change(String clause) {
    Path path = in.path();
    return switch (clause) {
      case "SET" -> {
        in.expect("=");
        yield new Change.Set(path, expression());
      }
      case "REMOVE" -> new Change.Remove(path);
      case "ADD" -> new Change.Add(path, typed("ADD", in.value(), true));
      default -> new Change.Delete(path, typed("DELETE", in.value(), false));
    };
  }

  private AttributeValue typed(String operator, AttributeValue value, boolean numberToo) {
    boolean right =
        switch (value.type()) {
          case SS, NS, BS -> true;
          case N -> numberToo;
          default -> false;
        };
    if (!right) {
      throw in.invalid(
          "Incorrect operand type for operator or function; operator: "
              + operator
              + ", operand type: "
              + longName(value));
    }
    return value;
  }

  private static String longName(AttributeValue value) {
    return switch (value.type()) {
      case S -> "STRING";
      case N -> "NUMBER";
      case B -> "BINARY";
      case M -> "MAP";
      case L -> "LIST";
      case BOOL -> "BOOLEAN";
      case NUL -> "NULL";
      case SS, NS, BS, UNKNOWN_TO_SDK_VERSION -> Values.typeName(value);
    };
  }

  private Operand expression() {
    Operand left = term();
    if (in.skip("+")) {
      return new Operand.Sum(left, term());
    }
    if (in.skip("-")) {
      return new Operand.Difference(left, term());
    }
    return left;
  }

  private Operand term() {
    if (in.skip("(")) {
      Operand inner = expression();
      in.expect(")");
      return inner;
    }
    Token token = in.peek();
    if (token.kind() == Kind.WORD && in.isCall()) {
      switch (token.text()) {
        case "if_not_exists" -> {
          in.next();
          in.expect("(");
          Path path = in.path();
          in.expect(",");
          Operand otherwise = term();
          in.expect(")");
          return new Operand.IfNotExists(path, otherwise);
        }
        case "list_append" -> {
          in.next();
          in.expect("(");
          Operand first = term();
          in.expect(",");
          Operand second = term();
          in.expect(")");
          return new Operand.ListAppend(first, second);
        }
        default -> {
          return in.operand();
        }
      }
    }
    return in.operand();
  }
}
