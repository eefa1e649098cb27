// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql;

import io.fieldline.iotsql.eval.CompiledStatement;
import io.fieldline.iotsql.function.FunctionCatalogue;
import io.fieldline.iotsql.syntax.Parser;
import io.fieldline.iotsql.syntax.Printer;
import io.fieldline.iotsql.syntax.Statement;
import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Value;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// A rule's statement, parsed and compiled once. Safe to share between threads.
public final class RuleStatement {
  private final Statement statement;
  private final SqlVersion version;
  private final Optional<TopicFilter> topicFilter;
  private final CompiledStatement compiled;

  private RuleStatement(Statement statement, SqlVersion version, Optional<TopicFilter> filter) {
    this.statement = statement;
    this.version = version;
    this.topicFilter = filter;
    this.compiled = new CompiledStatement(statement, version);
  }

  static RuleStatement parse(String sql, SqlVersion version) {
    var statement =
        Parser.statement(sql, function -> FunctionCatalogue.objection(function, version));
    try {
      return new RuleStatement(statement, version, statement.topicFilter().map(TopicFilter::new));
    } catch (IllegalArgumentException wrongFilter) {
      int place = sql.indexOf(statement.topicFilter().orElse(""));
      throw new SqlSyntaxException(
          sql, Math.max(place, 0), String.valueOf(wrongFilter.getMessage()));
    }
  }

  /// The filter of FROM; absent in a rule that only Basic Ingest reaches.
  public Optional<TopicFilter> topicFilter() {
    return topicFilter;
  }

  public SqlVersion version() {
    return version;
  }

  /// Runs SET, WHERE and SELECT. The topic is not compared with `topicFilter`: the engine has
  /// chosen the rule, by its filter or by Basic Ingest.
  public Result apply(Message message, LookupFunctions lookups) {
    return compiled.apply(message, lookups);
  }

  /// Whether the message is meant: its topic matches FROM, or it came by Basic Ingest, which asks
  /// no filter. A statement without FROM takes every message.
  public boolean isFor(Message message) {
    return !message.basicIngestRule().isEmpty()
        || topicFilter.isEmpty()
        || topicFilter.get().matches(message.topic());
  }

  /// A template in a field of one of the rule's actions; it sees the variables of SET.
  ///
  /// @throws SqlSyntaxException where an expression in `${…}` is wrong
  public SubstitutionTemplate template(String text) {
    return SubstitutionTemplate.of(text, version, compiled);
  }

  /// The value of each clause, keyed by its text, in the order of evaluation.
  ///
  /// @throws LookupFailure where a lookup fails
  public Map<String, Value> explain(Message message, LookupFunctions lookups) {
    Map<String, Value> clauses = new LinkedHashMap<>();
    topicFilter.ifPresent(
        filter -> clauses.put("FROM '" + filter.text() + "'", Value.Bool.of(isFor(message))));
    clauses.putAll(compiled.explain(message, lookups));
    return clauses;
  }

  /// The statement printed from its tree.
  @Override
  public String toString() {
    return Printer.print(statement);
  }
}
