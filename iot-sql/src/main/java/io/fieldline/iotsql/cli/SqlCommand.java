// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.cli;

import io.fieldline.iotsql.IotSql;
import io.fieldline.iotsql.LookupFailure;
import io.fieldline.iotsql.LookupFunctions;
import io.fieldline.iotsql.Message;
import io.fieldline.iotsql.MessageContext;
import io.fieldline.iotsql.SqlSyntaxException;
import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.value.Json;
import io.fieldline.iotsql.value.Value;
import io.fieldline.iotsql.value.Value.Obj;
import java.io.BufferedReader;
import java.io.IOException;
import java.io.InputStreamReader;
import java.io.PrintStream;
import java.nio.charset.StandardCharsets;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/// `fieldline sql`: one statement against one message, or JSON lines.
public final class SqlCommand {
  private static final int WRONG_USE = 2;
  private static final String ACCOUNT = "000000000000";

  private SqlCommand() {}

  public static void main(String[] args) throws IOException {
    var out = new PrintStream(System.out, false, StandardCharsets.UTF_8);
    int code = run(args, out);
    out.flush();
    if (code != 0) {
      System.exit(code);
    }
  }

  private static int run(String[] args, PrintStream out) throws IOException {
    try {
      var line = CommandLine.parse(args);
      return line.batch() ? batch(out) : one(line, out);
    } catch (IllegalArgumentException e) {
      System.err.println(e.getMessage());
      System.err.print(CommandLine.USAGE);
      return WRONG_USE;
    }
  }

  private static int batch(PrintStream out) throws IOException {
    var batch = new Batch(Clock.systemUTC(), new SecureRandom());
    var in = new BufferedReader(new InputStreamReader(System.in, StandardCharsets.UTF_8));
    for (String line = in.readLine(); line != null; line = in.readLine()) {
      if (!line.isBlank()) {
        out.println(batch.answer(line));
        if (!in.ready()) {
          out.flush();
        }
      }
    }
    return 0;
  }

  private static int one(CommandLine line, PrintStream out) {
    var context = MessageContext.of(ACCOUNT, Clock.systemUTC().instant(), new SecureRandom());
    var bytes = line.payload().getBytes(StandardCharsets.UTF_8);
    var message = new Message(line.topic(), bytes, context);
    try {
      var rule = IotSql.parse(line.sql(), SqlVersion.of(line.version()));
      if (line.explain()) {
        rule.explain(message, LookupFunctions.NONE)
            .forEach((clause, value) -> out.println(clause + "\n  = " + shown(value)));
      }
      Map<String, Value> answer = new LinkedHashMap<>();
      Batch.run(rule, message, LookupFunctions.NONE, answer);
      out.println(Json.write(new Obj(answer)));
      return answer.containsKey("error") ? 1 : 0;
    } catch (SqlSyntaxException e) {
      System.err.println(e.getMessage());
      return 1;
    } catch (LookupFailure e) {
      System.err.println("the rule fails: " + e.getMessage());
      return 1;
    }
  }

  private static String shown(Value value) {
    return value.isUndefined() ? "Undefined" : Json.write(value);
  }
}
