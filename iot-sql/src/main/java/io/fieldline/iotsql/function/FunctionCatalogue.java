// SPDX-License-Identifier: Apache-2.0

package io.fieldline.iotsql.function;

import io.fieldline.iotsql.SqlVersion;
import io.fieldline.iotsql.syntax.CallCheck;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;

/// Every function there is. To add one: a static method in the class of its family, a line here,
/// and a corpus file per row of its table.
public final class FunctionCatalogue {
  private static final int ANY_NUMBER = Integer.MAX_VALUE;

  /// Documented, and refused by name: they need a service that no caller can stand in for yet.
  private static final Set<String> NOT_OFFERED = Set.of("machinelearning_predict");

  private static final Set<String> NO_FUNCTIONS_SINCE_2016 =
      Set.of(
          "cast as decimal",
          "cast as bool",
          "cast as boolean",
          CallCheck.ARRAY_LITERAL,
          CallCheck.OBJECT_LITERAL,
          CallCheck.NESTED_SELECT);

  private static final Map<String, Function> FUNCTIONS = all();

  private FunctionCatalogue() {}

  /// Why `name` (a function in lower case, or another feature of `CallCheck`) cannot be used in
  /// `version`, or nothing.
  public static Optional<String> objection(String name, SqlVersion version) {
    if (NO_FUNCTIONS_SINCE_2016.contains(name)) {
      return version.since2016()
          ? Optional.empty()
          : Optional.of(name + " needs SQL version 2016-03-23, not " + version.awsName());
    }
    if (name.startsWith("cast as ")) {
      return Optional.empty();
    }
    var function = FUNCTIONS.get(name);
    if (function == null) {
      return Optional.of(
          NOT_OFFERED.contains(name)
              ? "function " + name + " is not supported"
              : "unknown function " + name);
    }
    return function.availableIn(version)
        ? Optional.empty()
        : Optional.of(
            "function " + name + " needs SQL version 2016-03-23, not " + version.awsName());
  }

  /// The function of that name, which `objection` let pass.
  public static Function named(String name) {
    var function = FUNCTIONS.get(name);
    if (function == null) {
      throw new IllegalArgumentException("unknown function " + name);
    }
    return function;
  }

  /// All functions in the order of their names.
  public static List<Function> functions() {
    return List.copyOf(FUNCTIONS.values());
  }

  private static Map<String, Function> all() {
    Map<String, Function> functions = new TreeMap<>();
    mathematics(functions);
    trigonometry(functions);
    text(functions);
    hashes(functions);
    structure(functions);
    context(functions);
    return functions;
  }

  private static void mathematics(Map<String, Function> to) {
    any(to, "abs", 1, 1, MathFunctions::abs);
    any(to, "ceil", 1, 1, MathFunctions::ceil);
    any(to, "floor", 1, 1, MathFunctions::floor);
    any(to, "round", 1, 1, MathFunctions::round);
    any(to, "sign", 1, 1, MathFunctions::sign);
    any(to, "sqrt", 1, 1, MathFunctions.inDouble(Math::sqrt));
    any(to, "power", 2, 2, MathFunctions.inDoubles(Math::pow));
    any(to, "mod", 2, 2, MathFunctions::mod);
    any(to, "remainder", 2, 2, MathFunctions::mod);
    any(to, "trunc", 2, 2, MathFunctions::trunc);
    any(to, "bitand", 2, 2, MathFunctions::bitand);
    any(to, "bitor", 2, 2, MathFunctions::bitor);
    any(to, "bitxor", 2, 2, MathFunctions::bitxor);
    any(to, "bitnot", 1, 1, MathFunctions::bitnot);
    any(to, "rand", 0, 0, MathFunctions::rand);
    any(to, "nanvl", 2, 2, MathFunctions::nanvl);
  }

  private static void trigonometry(Map<String, Function> to) {
    any(to, "exp", 1, 1, MathFunctions.inDouble(Math::exp));
    any(to, "ln", 1, 1, MathFunctions.inDouble(Math::log));
    any(to, "log", 1, 1, MathFunctions.inDouble(Math::log10));
    any(to, "sin", 1, 1, MathFunctions.inDouble(Math::sin));
    any(to, "cos", 1, 1, MathFunctions.inDouble(Math::cos));
    any(to, "tan", 1, 1, MathFunctions.inDouble(Math::tan));
    any(to, "sinh", 1, 1, MathFunctions.inDouble(Math::sinh));
    any(to, "cosh", 1, 1, MathFunctions.inDouble(Math::cosh));
    any(to, "tanh", 1, 1, MathFunctions.inDouble(Math::tanh));
    any(to, "asin", 1, 1, MathFunctions.inDouble(Math::asin));
    any(to, "acos", 1, 1, MathFunctions.inDouble(Math::acos));
    any(to, "atan", 1, 1, MathFunctions.inDouble(Math::atan));
    any(to, "atan2", 2, 2, MathFunctions.inDoubles(Math::atan2));
  }

  private static void text(Map<String, Function> to) {
    any(to, "upper", 1, 1, TextFunctions::upper);
    any(to, "lower", 1, 1, TextFunctions::lower);
    any(to, "trim", 1, 1, TextFunctions::trim);
    any(to, "ltrim", 1, 1, TextFunctions::ltrim);
    any(to, "rtrim", 1, 1, TextFunctions::rtrim);
    any(to, "lpad", 2, 2, TextFunctions::lpad);
    any(to, "rpad", 2, 2, TextFunctions::rpad);
    any(to, "substring", 2, 3, TextFunctions::substring);
    since2016(to, "indexof", 2, 2, TextFunctions::indexof);
    since2016(to, "length", 1, 1, TextFunctions::length);
    since2016(to, "numbytes", 1, 1, TextFunctions::numbytes);
    any(to, "startswith", 2, 2, TextFunctions::startswith);
    any(to, "endswith", 2, 2, TextFunctions::endswith);
    any(to, "replace", 3, 3, TextFunctions::replace);
    any(to, "regexp_matches", 2, 2, RegexpFunctions::matches);
    any(to, "regexp_replace", 3, 3, RegexpFunctions::replace);
    any(to, "regexp_substr", 2, 2, RegexpFunctions::substr);
    any(to, "concat", 0, ANY_NUMBER, TextFunctions::concat);
    any(to, "chr", 1, 1, TextFunctions::chr);
  }

  private static void hashes(Map<String, Function> to) {
    any(to, "md2", 1, 1, HashFunctions.digest("MD2"));
    any(to, "md5", 1, 1, HashFunctions.digest("MD5"));
    any(to, "sha1", 1, 1, HashFunctions.digest("SHA-1"));
    any(to, "sha224", 1, 1, HashFunctions.digest("SHA-224"));
    any(to, "sha256", 1, 1, HashFunctions.digest("SHA-256"));
    any(to, "sha384", 1, 1, HashFunctions.digest("SHA-384"));
    any(to, "sha512", 1, 1, HashFunctions.digest("SHA-512"));
    since2016(to, "encode", 2, 2, HashFunctions::encode);
    since2016(to, "decode", 2, 6, DecodeFunction::decode);
  }

  private static void structure(Map<String, Function> to) {
    any(to, "get", 2, 2, JsonFunctions::get);
    any(to, "isnull", 1, 1, JsonFunctions::isNull);
    since2016(to, "isundefined", 1, 1, JsonFunctions::isUndefined);
    since2016(to, "transform", 3, 3, JsonFunctions::transform);
    // Evaluated by the compiler, because its first argument may fail.
    since2016(to, "get_or_default", 1, 2, (in, scope) -> in.at(0));
  }

  private static void context(Map<String, Function> to) {
    any(to, "topic", 0, 1, ContextFunctions::topic);
    any(to, "clientid", 0, 0, ContextFunctions::clientId);
    any(to, "principal", 0, 0, ContextFunctions::principal);
    any(to, "accountid", 0, 0, ContextFunctions::accountId);
    any(to, "traceid", 0, 0, ContextFunctions::traceId);
    any(to, "sourceip", 0, 0, ContextFunctions::sourceIp);
    any(to, "sql_version", 0, 0, ContextFunctions::sqlVersion);
    any(to, "newuuid", 0, 0, ContextFunctions::newUuid);
    any(to, "timestamp", 0, 0, TimeFunctions::timestamp);
    since2016(to, "parse_time", 2, 3, TimeFunctions::parseTime);
    since2016(to, "time_to_epoch", 2, 2, TimeFunctions::timeToEpoch);
    since2016(to, "get_mqtt_property", 1, 1, ContextFunctions::mqttProperty);
    since2016(to, "get_user_properties", 0, 1, ContextFunctions::userProperties);
    since2016(to, "get_thing_shadow", 2, 3, LookupCalls::thingShadow);
    since2016(to, "get_dynamodb", 4, 6, LookupCalls::dynamoDb);
    since2016(to, "get_registry_data", 3, 3, LookupCalls::registryData);
    any(to, "get_secret", 3, 4, LookupCalls::secret);
    any(to, "aws_lambda", 2, 2, LookupCalls::lambda);
  }

  private static void any(
      Map<String, Function> to, String name, int fewest, int most, Function.Body body) {
    to.put(name, new Function(name, false, fewest, most, body));
  }

  private static void since2016(
      Map<String, Function> to, String name, int fewest, int most, Function.Body body) {
    to.put(name, new Function(name, true, fewest, most, body));
  }
}
