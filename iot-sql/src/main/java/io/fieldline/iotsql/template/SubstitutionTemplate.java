// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.template;

import io.fieldline.iotsql.IotSql;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.eval.Code;
import io.fieldline.iotsql.eval.CompiledStatement;
import io.fieldline.iotsql.function.FunctionCatalogue;
import io.fieldline.iotsql.syntax.Parser;
import io.fieldline.iotsql.value.Conversions;
import io.fieldline.iotsql.value.Value;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// Text with `${expression}` in it. Expressions see the original payload, not the aliases of
/// SELECT; `Undefined` and null give nothing (the latter Assumed).
///
/// Source: AWS IoT developer guide, "Substitution templates".
public final class SubstitutionTemplate {
  private record Part(String text, Optional<Code> code) {}

  private final List<Part> parts;
  private final CompiledStatement statement;

  private SubstitutionTemplate(List<Part> parts, CompiledStatement statement) {
    this.parts = parts;
    this.statement = statement;
  }

  /// A template outside any rule: there are no variables.
  ///
  /// @throws SqlSyntaxException where an expression is wrong
  public static SubstitutionTemplate parse(String text, SqlVersion version) {
    return IotSql.parse("SELECT *", version).template(text);
  }

  /// A template of the rule whose statement is given.
  public static SubstitutionTemplate of(
      String text, SqlVersion version, CompiledStatement statement) {
    int perElement = text.indexOf("@{");
    if (perElement >= 0) {
      throw new SqlSyntaxException(text, perElement, "@{…} is for the InfluxDB action only");
    }
    List<Part> parts = new ArrayList<>();
    int done = 0;
    for (int open = text.indexOf("${"); open >= 0; open = text.indexOf("${", done)) {
      if (open > done) {
        parts.add(new Part(text.substring(done, open), Optional.empty()));
      }
      var placeholder = placeholder(text, open + 2, version, statement);
      parts.add(new Part("", Optional.of(statement.compile(placeholder.expr()))));
      done = placeholder.end();
    }
    if (done < text.length() || parts.isEmpty()) {
      parts.add(new Part(text.substring(done), Optional.empty()));
    }
    return new SubstitutionTemplate(parts, statement);
  }

  private static Parser.Placeholder placeholder(
      String text, int offset, SqlVersion version, CompiledStatement statement) {
    return Parser.placeholder(
        text,
        offset,
        function -> FunctionCatalogue.objection(function, version),
        statement.variables());
  }

  /// Whether nothing is to be substituted.
  public boolean isPlain() {
    return parts.size() == 1 && parts.getFirst().code().isEmpty();
  }

  /// The text for one message.
  ///
  /// @throws io.fieldline.iotsql.LookupFailure where a lookup fails
  public String render(Message message, LookupFunctions lookups) {
    if (isPlain()) {
      return parts.getFirst().text();
    }
    var scope = statement.scope(message, lookups);
    var text = new StringBuilder();
    for (Part part : parts) {
      text.append(part.text());
      part.code()
          .map(code -> code.eval(scope, Value.UNDEFINED))
          .flatMap(Conversions::text)
          .ifPresent(text::append);
    }
    return text.toString();
  }
}
