// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.dynamodb;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.dynamodb.Lexer.Kind;
import io.fieldline.localstack.dynamodb.Lexer.Token;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Set;
import software.amazon.awssdk.services.dynamodb.model.AttributeValue;

/// Reads expressions into sealed types; what is wrong with one it says in AWS's words.
final class Parser {
  private static final int LONGEST = 4096;
  private static final int MOST_CHOICES = 100;
  private static final Set<String> CONDITION_FUNCTIONS =
      Set.of(
          "attribute_exists",
          "attribute_not_exists",
          "attribute_type",
          "begins_with",
          "contains",
          "size");
  private static final Set<String> TYPES =
      Set.of("S", "N", "B", "SS", "NS", "BS", "M", "L", "BOOL", "NULL");

  private final String kind;
  private final String text;
  private final List<Token> tokens;
  private final Placeholders placeholders;
  private int at;

  private Parser(String kind, String text, Placeholders placeholders) {
    if (text.isBlank()) {
      throw AwsFailure.validation("Invalid " + kind + ": The expression can not be empty;");
    }
    if (Values.utf8(text).length > LONGEST) {
      throw AwsFailure.validation(
          "Invalid "
              + kind
              + ": Expression size has exceeded the maximum allowed size;"
              + " expression size: "
              + Values.utf8(text).length);
    }
    this.kind = kind;
    this.text = text;
    this.placeholders = placeholders;
    this.tokens = Lexer.tokens(kind, text);
  }

  /// @param kind the parameter's name, such as {@code ConditionExpression}, for messages
  static Condition condition(String kind, String text, Placeholders placeholders) {
    var parser = new Parser(kind, text, placeholders);
    Condition condition = parser.or();
    parser.end();
    return condition;
  }

  static List<Path> projection(String text, Placeholders placeholders) {
    var parser = new Parser("ProjectionExpression", text, placeholders);
    var paths = new ArrayList<Path>();
    do {
      paths.add(parser.path());
    } while (parser.skip(","));
    parser.end();
    parser.refuseOverlaps(paths);
    return paths;
  }

  static List<Change> update(String text, Placeholders placeholders) {
    var parser = new Parser("UpdateExpression", text, placeholders);
    List<Change> changes = new UpdateParser(parser).changes();
    parser.end();
    parser.refuseOverlaps(changes.stream().map(Change::path).toList());
    return changes;
  }

  private void refuseOverlaps(List<Path> paths) {
    for (int i = 0; i < paths.size(); i++) {
      for (int j = i + 1; j < paths.size(); j++) {
        if (paths.get(i).overlaps(paths.get(j))) {
          throw invalid(
              "Two document paths overlap with each other; must remove or rewrite one of these"
                  + " paths; path one: "
                  + paths.get(i)
                  + ", path two: "
                  + paths.get(j));
        }
      }
    }
  }

  private Condition or() {
    Condition left = and();
    while (skipWord("OR")) {
      left = new Condition.Or(left, and());
    }
    return left;
  }

  private Condition and() {
    Condition left = not();
    while (skipWord("AND")) {
      left = new Condition.And(left, not());
    }
    return left;
  }

  private Condition not() {
    return skipWord("NOT") ? new Condition.Not(not()) : primary();
  }

  private Condition primary() {
    if (skip("(")) {
      Condition inner = or();
      expect(")");
      return inner;
    }
    Token token = peek();
    if (token.kind() == Kind.WORD && isCall() && !token.text().equals("size")) {
      return function();
    }
    Operand left = operand();
    if (skipWord("BETWEEN")) {
      Operand low = operand();
      if (!skipWord("AND")) {
        throw syntax();
      }
      return between(left, low, operand());
    }
    if (skipWord("IN")) {
      return in(left);
    }
    Condition.Comparison comparison = comparison();
    Operand right = operand();
    if (left instanceof Operand.At a && right instanceof Operand.At b && a.equals(b)) {
      throw invalid(
          "The first operand must be distinct from the remaining operands for this operator or"
              + " function; operator: "
              + sign(comparison)
              + ", first operand: "
              + a.path());
    }
    return new Condition.Compare(left, comparison, right);
  }

  private Condition between(Operand value, Operand low, Operand high) {
    if (low instanceof Operand.Literal(AttributeValue l)
        && high instanceof Operand.Literal(AttributeValue h)
        && Values.compare(l, h).orElse(0) > 0) {
      throw invalid(
          "The BETWEEN operator requires upper bound to be greater than or equal to lower bound;"
              + " lower bound operand: "
              + shown(l)
              + ", upper bound operand: "
              + shown(h));
    }
    return new Condition.Between(value, low, high);
  }

  private static String shown(AttributeValue value) {
    String content =
        switch (value.type()) {
          case S -> value.s();
          case N -> value.n();
          default -> value.toString();
        };
    return "AttributeValue: {" + Values.typeName(value) + ":" + content + "}";
  }

  private Condition in(Operand value) {
    expect("(");
    var choices = new ArrayList<Operand>();
    do {
      choices.add(operand());
    } while (skip(","));
    expect(")");
    if (choices.size() > MOST_CHOICES) {
      throw invalid(
          "Maximum number of operands for operator or function has been exceeded; operator or"
              + " function: IN, number of operands: "
              + choices.size());
    }
    return new Condition.In(value, choices);
  }

  private Condition.Comparison comparison() {
    Token token = next();
    return switch (token.text()) {
      case "=" -> Condition.Comparison.EQ;
      case "<>" -> Condition.Comparison.NE;
      case "<" -> Condition.Comparison.LT;
      case "<=" -> Condition.Comparison.LE;
      case ">" -> Condition.Comparison.GT;
      case ">=" -> Condition.Comparison.GE;
      default -> {
        at--;
        throw syntax();
      }
    };
  }

  private static String sign(Condition.Comparison comparison) {
    return switch (comparison) {
      case EQ -> "=";
      case NE -> "<>";
      case LT -> "<";
      case LE -> "<=";
      case GT -> ">";
      case GE -> ">=";
    };
  }

  private Condition function() {
    String name = next().text();
    if (!CONDITION_FUNCTIONS.contains(name)) {
      throw invalid("Invalid function name; function: " + name);
    }
    expect("(");
    Condition result =
        switch (name) {
          case "attribute_exists" -> new Condition.Exists(path());
          case "attribute_not_exists" -> new Condition.NotExists(path());
          case "attribute_type" -> {
            Path path = path();
            expect(",");
            yield new Condition.TypeIs(path, typeName());
          }
          case "begins_with" -> {
            Operand value = operand();
            expect(",");
            yield new Condition.BeginsWith(value, prefix(operand()));
          }
          default -> {
            Operand container = operand();
            expect(",");
            yield new Condition.Contains(container, operand());
          }
        };
    expect(")");
    return result;
  }

  private String typeName() {
    if (!(operand() instanceof Operand.Literal(AttributeValue type)) || type.s() == null) {
      throw invalid(
          "Incorrect operand type for operator or function; operator or function: attribute_type");
    }
    if (!TYPES.contains(type.s())) {
      throw invalid(
          "Invalid attribute type name found; type: "
              + type.s()
              + ", valid types: {B,NULL,SS,"
              + "BOOL,L,BS,N,NS,S,M}");
    }
    return type.s();
  }

  private Operand prefix(Operand operand) {
    if (operand instanceof Operand.Literal(AttributeValue v)
        && v.type() != AttributeValue.Type.S
        && v.type() != AttributeValue.Type.B) {
      throw invalid(
          "Incorrect operand type for operator or function; operator or function: begins_with,"
              + " operand type: "
              + Values.typeName(v));
    }
    return operand;
  }

  Operand operand() {
    Token token = peek();
    if (token.kind() == Kind.VALUE) {
      return new Operand.Literal(value());
    }
    if (token.kind() == Kind.WORD && isCall()) {
      if (!token.text().equals("size") || kind.equals("UpdateExpression")) {
        throw CONDITION_FUNCTIONS.contains(token.text())
            ? invalid(
                "The function is not allowed to be used this way in an expression; function: "
                    + token.text())
            : invalid("Invalid function name; function: " + token.text());
      }
      at++;
      expect("(");
      Operand of = operand();
      expect(")");
      return new Operand.Size(of);
    }
    return new Operand.At(path());
  }

  AttributeValue value() {
    Token token = next();
    if (token.kind() != Kind.VALUE) {
      at--;
      throw syntax();
    }
    return placeholders.value(kind, token.text());
  }

  Path path() {
    var steps = new ArrayList<Path.Step>();
    steps.add(new Path.Name(name()));
    while (true) {
      if (skip(".")) {
        steps.add(new Path.Name(name()));
      } else if (skip("[")) {
        Token number = next();
        if (number.kind() != Kind.NUMBER || number.text().length() > 9) {
          at--;
          throw syntax();
        }
        steps.add(new Path.Index(Integer.parseInt(number.text())));
        expect("]");
      } else {
        return new Path(List.copyOf(steps));
      }
    }
  }

  private String name() {
    Token token = next();
    return switch (token.kind()) {
      case NAME -> placeholders.name(kind, token.text());
      case WORD -> {
        if (ReservedWords.contains(token.text())) {
          throw invalid("Attribute name is a reserved keyword; reserved keyword: " + token.text());
        }
        yield token.text();
      }
      default -> {
        at--;
        throw syntax();
      }
    };
  }

  boolean isCall() {
    return tokens.get(Math.min(at + 1, tokens.size() - 1)).text().equals("(");
  }

  Token peek() {
    return tokens.get(at);
  }

  Token next() {
    Token token = tokens.get(at);
    at = Math.min(at + 1, tokens.size());
    return token;
  }

  boolean skip(String symbol) {
    if (peek().kind() == Kind.SYMBOL && peek().text().equals(symbol)) {
      at++;
      return true;
    }
    return false;
  }

  boolean skipWord(String word) {
    if (peek().kind() == Kind.WORD && peek().text().toUpperCase(Locale.ROOT).equals(word)) {
      at++;
      return true;
    }
    return false;
  }

  void expect(String symbol) {
    if (!skip(symbol)) {
      throw syntax();
    }
  }

  private void end() {
    if (peek().kind() != Kind.END) {
      throw syntax();
    }
  }

  AwsFailure syntax() {
    Token token = peek();
    return invalid(
        "Syntax error; token: \""
            + token.text()
            + "\", near: \""
            + Lexer.near(text, token.at())
            + "\"");
  }

  AwsFailure invalid(String detail) {
    return AwsFailure.validation("Invalid " + kind + ": " + detail);
  }
}
