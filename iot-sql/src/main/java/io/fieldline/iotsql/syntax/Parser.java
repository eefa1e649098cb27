// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.syntax;

import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.syntax.Expr.Item;
import io.fieldline.iotsql.syntax.Expr.Select;
import io.fieldline.iotsql.syntax.Statement.Assignment;
import io.fieldline.iotsql.syntax.Token.Kind;
import java.util.ArrayList;
import java.util.HashSet;
import java.util.List;
import java.util.Locale;
import java.util.Optional;
import java.util.Set;

/// Clauses of a statement, by recursive descent; expressions are `ExpressionParser`'s.
///
/// Source: AWS IoT developer guide, "SQL reference", "SET clause".
public final class Parser {
  private static final int MAX_VARIABLES = 10;
  private static final int MAX_VARIABLE_NAME = 64;
  private static final Set<String> CONTINUES_A_NAME =
      Set.of("as", "from", "where", "and", "or", "in");

  private final TokenStream tokens;
  private final ExpressionParser expressions;

  private Parser(String sql, int offset, CallCheck calls) {
    this.tokens = new TokenStream(sql, offset);
    this.expressions = new ExpressionParser(tokens, calls, this::select);
  }

  /// Parses a whole rule statement.
  ///
  /// @throws SqlSyntaxException at the first wrong character
  public static Statement statement(String sql, CallCheck calls) {
    return new Parser(sql, 0, calls).statement();
  }

  /// Parses the expression of `${…}` that starts at `offset`, up to its closing brace.
  ///
  /// @throws SqlSyntaxException at the first wrong character
  public static Placeholder placeholder(
      String text, int offset, CallCheck calls, List<String> variables) {
    var parser = new Parser(text, offset, calls);
    variables.forEach(parser.expressions::declare);
    parser.expressions.inTemplate();
    var expr = parser.expressions.parse();
    if (!parser.tokens.atSymbol("}")) {
      throw parser.tokens.unexpected("'}'");
    }
    return new Placeholder(expr, parser.tokens.current().offset() + 1);
  }

  /// The expression of a placeholder, and where the text goes on after it.
  public record Placeholder(Expr expr, int end) {}

  private Statement statement() {
    var assignments = assignments();
    tokens.expectWord("SELECT");
    boolean value = takeValue();
    var items = items(value);
    Optional<String> filter = Optional.empty();
    if (tokens.atWord("FROM")) {
      filter = Optional.of(tokens.topicFilter());
    }
    var where = where();
    tokens.takeSymbol(";");
    if (tokens.current().kind() != Kind.END) {
      throw tokens.unexpected(
          filter.isEmpty() ? "',', FROM or the end" : "an operator, WHERE or the end");
    }
    return new Statement(assignments, value, items, filter, where);
  }

  private List<Assignment> assignments() {
    List<Assignment> assignments = new ArrayList<>();
    if (!tokens.takeWord("SET")) {
      return assignments;
    }
    Set<String> names = new HashSet<>();
    do {
      var variable = tokens.expect(Kind.VARIABLE, "a variable such as @name");
      if (variable.text().length() > MAX_VARIABLE_NAME) {
        throw tokens.error(variable, "a variable name has at most 64 characters");
      }
      if (!names.add(variable.text())) {
        throw tokens.error(variable, "@" + variable.text() + " is assigned twice");
      }
      if (names.size() > MAX_VARIABLES) {
        throw tokens.error(variable, "SET assigns at most 10 variables");
      }
      tokens.expectSymbol("=");
      assignments.add(new Assignment(variable.text(), expressions.parse()));
      expressions.declare(variable.text());
    } while (tokens.takeSymbol(","));
    return assignments;
  }

  /// A nested SELECT; the current token is SELECT.
  private Select select() {
    tokens.enter();
    tokens.expectWord("SELECT");
    boolean value = takeValue();
    var items = items(value);
    tokens.expectWord("FROM");
    var from = expressions.parse();
    Optional<String> alias =
        tokens.takeWord("AS") ? Optional.of(name("an alias")) : Optional.empty();
    var where = where();
    tokens.leave();
    return new Select(value, items, from, alias, where);
  }

  private Optional<Expr> where() {
    return tokens.takeWord("WHERE") ? Optional.of(expressions.parse()) : Optional.empty();
  }

  private List<Item> items(boolean value) {
    List<Item> items = new ArrayList<>();
    items.add(item());
    while (tokens.atSymbol(",")) {
      if (value) {
        throw tokens.error(tokens.current(), "SELECT VALUE takes exactly one item");
      }
      tokens.take();
      items.add(item());
    }
    return items;
  }

  private Item item() {
    var expr = tokens.takeSymbol("*") ? new Expr.Star() : expressions.parse();
    List<String> alias = new ArrayList<>();
    if (tokens.takeWord("AS")) {
      alias.add(name("an alias after AS"));
      while (tokens.takeSymbol(".")) {
        alias.add(name("a name after '.'"));
      }
    }
    return new Item(expr, alias);
  }

  private String name(String expected) {
    return tokens.expect(Kind.WORD, expected).text();
  }

  /// Takes VALUE where it is the keyword; a payload may also have a key of that name.
  private boolean takeValue() {
    if (!tokens.atWord("VALUE")) {
      return false;
    }
    var next = tokens.following(1);
    boolean keyword =
        switch (next.kind()) {
          case STRING, NUMBER, VARIABLE -> true;
          case WORD -> !CONTINUES_A_NAME.contains(next.text().toLowerCase(Locale.ROOT));
          case SYMBOL -> symbolAfterValue(next);
          case END -> false;
        };
    if (keyword) {
      tokens.take();
    }
    return keyword;
  }

  private boolean symbolAfterValue(Token next) {
    return switch (next.text()) {
      case "(", "{" -> true;
      case "[" -> !tokens.followingIsAdjacent();
      case "-" ->
          !tokens.followingIsAdjacent() && tokens.following(2).offset() == next.offset() + 1;
      case "*" -> {
        var after = tokens.following(2);
        yield after.kind() == Kind.END || after.isWord("FROM") || after.isWord("AS");
      }
      default -> false;
    };
  }
}
