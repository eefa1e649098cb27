// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.cli;

import io.fieldline.iotsql.IotSql;
import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.Result;
import io.fieldline.iotsql.RuleStatement;
import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.template.SubstitutionTemplate;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Bool;
import io.fieldline.iotsql.value.Value.Int;
import io.fieldline.iotsql.value.Value.Obj;
import io.fieldline.iotsql.value.Value.Text;
import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.time.InstantSource;
import java.util.Base64;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.random.RandomGenerator;

/// One JSON record in, one JSON record out; whatever is wrong becomes the record's `error`.
public final class Batch {
  private static final Set<String> KEYS =
      Set.of(
          "id",
          "sql",
          "expression",
          "template",
          "sqlVersion",
          "topic",
          "payload",
          "payloadText",
          "payloadBase64",
          "context");

  private final BatchContext contexts;

  public Batch(InstantSource clock, RandomGenerator random) {
    this.contexts = new BatchContext(clock, random);
  }

  /// Evaluates one line.
  public String answer(String line) {
    Map<String, Value> out = new LinkedHashMap<>();
    try {
      var record = Fields.of(Json.read(line, SqlVersion.V2015_10_08), "record");
      if (record.has("id")) {
        out.put("id", record.get("id"));
      }
      evaluate(record, out);
    } catch (IOException e) {
      error(out, "input", "expected one JSON object on a line: " + firstLine(e));
    } catch (InputException e) {
      error(out, "input", String.valueOf(e.getMessage()));
    } catch (SqlSyntaxException e) {
      error(out, "parse", e.problem());
      place(out, e);
    } catch (LookupFailure e) {
      error(out, "rule", String.valueOf(e.getMessage()));
    }
    return Json.write(new Obj(out));
  }

  private void evaluate(Fields record, Map<String, Value> out) {
    record.only(KEYS);
    var version = version(record);
    var context = record.object("context");
    var message =
        new Message(record.text("topic").orElse(""), payload(record), contexts.read(context));
    var lookups = new ExternalLookups(context.object("external"), version);
    var sql = record.text("sql");
    var expression = record.text("expression");
    var template = record.text("template");
    if ((sql.isPresent() ? 1 : 0)
            + (expression.isPresent() ? 1 : 0)
            + (template.isPresent() ? 1 : 0)
        != 1) {
      throw new InputException("record: expected one of sql, expression, template");
    }
    if (template.isPresent()) {
      var text = SubstitutionTemplate.parse(template.get(), version).render(message, lookups);
      out.put("fires", Value.TRUE);
      out.put("resultText", new Text(text));
      return;
    }
    var rule = sql.isPresent() ? IotSql.parse(sql.get(), version) : expression(expression, version);
    run(rule, message, lookups, out);
  }

  private static RuleStatement expression(Optional<String> expression, SqlVersion version) {
    var prefix = "SELECT VALUE ";
    try {
      return IotSql.parse(prefix + expression.orElse(""), version);
    } catch (SqlSyntaxException e) {
      int column = e.line() == 1 ? Math.max(0, e.column() - 1 - prefix.length()) : 0;
      throw new SqlSyntaxException(expression.orElse(""), e.line() == 1 ? column : 0, e.problem());
    }
  }

  static void run(
      RuleStatement rule, Message message, LookupFunctions lookups, Map<String, Value> out) {
    if (!rule.isFor(message)) {
      out.put("fires", Value.FALSE);
      return;
    }
    switch (rule.apply(message, lookups)) {
      case Result.NoMatch() -> out.put("fires", Value.FALSE);
      case Result.Failed(var failure) -> error(out, "rule", failure);
      case Result.Output(var value) -> {
        out.put("fires", Value.TRUE);
        result(out, value);
      }
    }
  }

  private static void result(Map<String, Value> out, Value value) {
    switch (value) {
      case Value.Undefined _ -> out.put("undefined", Value.TRUE);
      case Value.Raw(var bytes) -> {
        try {
          var text = StandardCharsets.UTF_8.newDecoder().decode(ByteBuffer.wrap(bytes));
          out.put("resultText", new Text(text.toString()));
        } catch (CharacterCodingException e) {
          out.put("resultBase64", new Text(Base64.getEncoder().encodeToString(bytes)));
        }
      }
      default -> out.put("result", value);
    }
  }

  private static SqlVersion version(Fields record) {
    try {
      return SqlVersion.of(record.text("sqlVersion").orElse("2016-03-23"));
    } catch (IllegalArgumentException e) {
      throw new InputException("record.sqlVersion: " + e.getMessage());
    }
  }

  private static byte[] payload(Fields record) {
    var base64 = record.base64("payloadBase64");
    if (base64.isPresent()) {
      return base64.get();
    }
    var text = record.text("payloadText");
    if (text.isPresent()) {
      return text.get().getBytes(StandardCharsets.UTF_8);
    }
    return record.has("payload") ? Json.bytes(record.get("payload")) : new byte[0];
  }

  private static void error(Map<String, Value> out, String kind, String message) {
    Map<String, Value> error = new LinkedHashMap<>();
    error.put("kind", new Text(kind));
    error.put("message", new Text(message));
    out.put("fires", Bool.of(false));
    out.put("error", new Obj(error));
  }

  private static void place(Map<String, Value> out, SqlSyntaxException e) {
    if (out.get("error") instanceof Obj(var members)) {
      Map<String, Value> error = new LinkedHashMap<>(members);
      error.put("line", Int.of(e.line()));
      error.put("column", Int.of(e.column()));
      out.put("error", new Obj(error));
    }
  }

  private static String firstLine(Exception e) {
    return String.valueOf(e.getMessage()).lines().findFirst().orElse("");
  }
}
