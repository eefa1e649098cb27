// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.syntax.Expr.Entry;
import io.fieldline.iotsql.syntax.Expr.Operator;
import io.fieldline.iotsql.syntax.Expr.Select;
import io.fieldline.iotsql.syntax.Expr.When;
import io.fieldline.iotsql.syntax.Token.Kind;
import io.fieldline.iotsql.value.Numbers;
import io.fieldline.iotsql.value.Value;
import java.math.BigDecimal;
import java.math.BigInteger;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;
import java.util.function.Supplier;
import org.jspecify.annotations.Nullable;

/// Expressions by precedence climbing. Assumed: AWS prints no precedence table; that of SQL is
/// taken: postfix, unary minus, `* / %`, `+ -`, comparisons and IN, NOT, AND, OR.
final class ExpressionParser {
  private static final int NOT_LEVEL = 3;
  private static final Set<String> RESERVED =
      Set.of(
          "select", "from", "where", "as", "and", "or", "not", "in", "case", "when", "then", "else",
          "end");
  private static final Set<String> CAST_TYPES =
      Set.of(
          "string",
          "nvarchar",
          "text",
          "ntext",
          "varchar",
          "int",
          "integer",
          "double",
          "decimal",
          "bool",
          "boolean");

  private final TokenStream tokens;
  private final CallCheck calls;
  private final Supplier<Select> selects;
  private final Set<String> declared = new HashSet<>();
  private int mostProtobufCalls = 2;
  private int protobufCalls;

  ExpressionParser(TokenStream tokens, CallCheck calls, Supplier<Select> selects) {
    this.tokens = tokens;
    this.calls = calls;
    this.selects = selects;
  }

  /// Makes a variable known from here on.
  void declare(String variable) {
    declared.add(variable);
  }

  /// In a template protobuf is not decoded.
  void inTemplate() {
    mostProtobufCalls = 0;
  }

  Expr parse() {
    return binary(1);
  }

  private Expr binary(int lowest) {
    tokens.enter();
    Expr left;
    if (lowest <= NOT_LEVEL && tokens.takeWord("NOT")) {
      tokens.countNode();
      left = new Expr.Not(binary(NOT_LEVEL));
    } else {
      left = unary();
    }
    var operator = operator();
    while (operator != null && operator.level() >= lowest) {
      tokens.countNode();
      tokens.take();
      left = new Expr.Binary(operator, left, binary(operator.level() + 1));
      operator = operator();
    }
    tokens.leave();
    return left;
  }

  private @Nullable Operator operator() {
    var token = tokens.current();
    if (token.kind() == Kind.WORD) {
      return switch (token.text().toUpperCase(Locale.ROOT)) {
        case "AND" -> Operator.AND;
        case "OR" -> Operator.OR;
        case "IN" -> Operator.IN;
        default -> null;
      };
    }
    if (token.kind() != Kind.SYMBOL) {
      return null;
    }
    return switch (token.text()) {
      case "=" -> Operator.EQUAL;
      case "<>", "!=" -> Operator.NOT_EQUAL;
      case "<" -> Operator.LESS;
      case "<=" -> Operator.LESS_OR_EQUAL;
      case ">" -> Operator.GREATER;
      case ">=" -> Operator.GREATER_OR_EQUAL;
      case "+" -> Operator.PLUS;
      case "-" -> Operator.MINUS;
      case "*" -> Operator.TIMES;
      case "/" -> Operator.DIVIDE;
      case "%" -> Operator.REMAINDER;
      default -> null;
    };
  }

  private Expr unary() {
    if (tokens.atSymbol("-")) {
      tokens.enter();
      tokens.countNode();
      tokens.take();
      var operand = unary();
      tokens.leave();
      return new Expr.Negate(operand);
    }
    return postfix(primary());
  }

  private Expr postfix(Expr start) {
    var expr = start;
    while (true) {
      if (tokens.takeSymbol(".")) {
        expr = new Expr.Member(expr, tokens.expect(Kind.WORD, "a name after '.'").text());
      } else if (tokens.takeSymbol("[")) {
        var index = parse();
        tokens.expectSymbol("]");
        expr = new Expr.Index(expr, index);
      } else {
        return expr;
      }
      tokens.countNode();
    }
  }

  private Expr primary() {
    var token = tokens.current();
    return switch (token.kind()) {
      case NUMBER -> number(tokens.take());
      case STRING -> new Expr.Literal(new Value.Text(tokens.take().text()));
      case VARIABLE -> variable(tokens.take());
      case WORD -> word();
      case SYMBOL -> bracketed(token);
      case END -> throw tokens.unexpected("an expression");
    };
  }

  private static Expr number(Token token) {
    var text = token.text();
    boolean whole = text.chars().allMatch(c -> c >= '0' && c <= '9');
    return new Expr.Literal(
        whole ? Numbers.whole(new BigInteger(text)) : Numbers.decimal(decimal(text)));
  }

  private static BigDecimal decimal(String text) {
    try {
      return new BigDecimal(text);
    } catch (NumberFormatException beyondAnyExponent) {
      return BigDecimal.ONE.scaleByPowerOfTen(text.contains("-") ? -100_000 : 100_000);
    }
  }

  private Expr variable(Token token) {
    if (!declared.contains(token.text())) {
      throw tokens.error(token, "@" + token.text() + " is not assigned by SET before this place");
    }
    return new Expr.Variable(token.text());
  }

  private Expr bracketed(Token token) {
    return switch (token.text()) {
      case "(" -> {
        tokens.take();
        Expr inner = tokens.atWord("SELECT") ? new Expr.SubQuery(nested()) : parse();
        tokens.expectSymbol(")");
        yield inner;
      }
      case "[" -> {
        allowed(CallCheck.ARRAY_LITERAL);
        tokens.take();
        yield new Expr.ArrayLiteral(list("]"));
      }
      case "{" -> {
        allowed(CallCheck.OBJECT_LITERAL);
        tokens.take();
        yield new Expr.ObjectLiteral(entries());
      }
      default -> throw tokens.unexpected("an expression");
    };
  }

  private Select nested() {
    allowed(CallCheck.NESTED_SELECT);
    return selects.get();
  }

  private void allowed(String feature) {
    var objection = calls.objection(feature);
    if (objection.isPresent()) {
      throw tokens.error(tokens.current(), objection.get());
    }
  }

  private List<Expr> list(String end) {
    List<Expr> list = new ArrayList<>();
    if (tokens.takeSymbol(end)) {
      return list;
    }
    do {
      list.add(tokens.takeSymbol("*") ? new Expr.Star() : parse());
    } while (tokens.takeSymbol(","));
    tokens.expectSymbol(end);
    return list;
  }

  private List<Entry> entries() {
    List<Entry> entries = new ArrayList<>();
    if (tokens.takeSymbol("}")) {
      return entries;
    }
    do {
      var key = tokens.expect(Kind.STRING, "a quoted key").text();
      tokens.expectSymbol(":");
      entries.add(new Entry(key, parse()));
    } while (tokens.takeSymbol(","));
    tokens.expectSymbol("}");
    return entries;
  }

  private Expr word() {
    var token = tokens.current();
    var lower = token.text().toLowerCase(Locale.ROOT);
    switch (lower) {
      case "true":
      case "false":
        tokens.take();
        return new Expr.Literal(Value.Bool.of(lower.equals("true")));
      case "null":
        tokens.take();
        return new Expr.Literal(Value.NULL);
      case "case":
        return caseOf();
      default:
        if (RESERVED.contains(lower)) {
          throw tokens.unexpected("an expression");
        }
    }
    tokens.take();
    if (!tokens.atSymbol("(")) {
      return new Expr.Name(token.text());
    }
    return switch (lower) {
      case "exists" -> exists();
      case "cast" -> cast();
      default -> call(token, lower);
    };
  }

  private Expr call(Token token, String function) {
    var objection = calls.objection(function);
    if (objection.isPresent()) {
      throw tokens.error(token, objection.get());
    }
    tokens.countNode();
    tokens.take();
    var arguments = list(")");
    CallRules.objection(function, arguments)
        .ifPresent(rule -> {
          throw tokens.error(token, rule);
        });
    if (CallRules.isProtobuf(function, arguments) && ++protobufCalls > mostProtobufCalls) {
      throw tokens.error(
          token,
          mostProtobufCalls == 0
              ? "decode of protobuf is not supported in a template"
              : "decode of protobuf may be called twice in a statement");
    }
    return new Expr.Call(function, arguments);
  }

  private Expr exists() {
    tokens.take();
    if (!tokens.atWord("SELECT")) {
      throw tokens.unexpected("SELECT");
    }
    var select = nested();
    tokens.expectSymbol(")");
    return new Expr.Exists(select);
  }

  private Expr cast() {
    tokens.take();
    Expr operand = tokens.takeSymbol("*") ? new Expr.Star() : parse();
    tokens.expectWord("AS");
    var type = tokens.expect(Kind.WORD, "a type after AS");
    calls
        .objection("cast as " + type.text().toLowerCase(Locale.ROOT))
        .ifPresent(objection -> {
          throw tokens.error(type, objection);
        });
    if (!CAST_TYPES.contains(type.text().toLowerCase(Locale.ROOT))) {
      throw unknownType(type);
    }
    tokens.expectSymbol(")");
    return new Expr.Cast(operand, type.text().toLowerCase(Locale.ROOT));
  }

  private SqlSyntaxException unknownType(Token type) {
    return tokens.error(
        type, "expected a type such as String, Int, Decimal or Boolean, got " + type.shown());
  }

  private Expr caseOf() {
    tokens.take();
    if (tokens.atWord("WHEN")) {
      throw tokens.unexpected("a value after CASE (CASE value WHEN … THEN … END)");
    }
    var subject = parse();
    List<When> branches = new ArrayList<>();
    while (tokens.takeWord("WHEN")) {
      var test = parse();
      tokens.expectWord("THEN");
      branches.add(new When(test, parse()));
    }
    if (branches.isEmpty()) {
      throw tokens.unexpected("WHEN");
    }
    Optional<Expr> otherwise = tokens.takeWord("ELSE") ? Optional.of(parse()) : Optional.empty();
    if (!tokens.takeWord("END")) {
      throw tokens.unexpected(otherwise.isEmpty() ? "WHEN, ELSE or END" : "END");
    }
    return new Expr.Case(subject, branches, otherwise);
  }
}
