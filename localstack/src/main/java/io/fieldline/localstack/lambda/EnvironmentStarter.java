// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import com.amazonaws.services.lambda.runtime.LambdaLogger;
import com.amazonaws.services.lambda.runtime.api.client.AWSLambda;
import com.amazonaws.services.lambda.runtime.serialization.PojoSerializer;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import java.net.URISyntaxException;
import java.nio.file.Path;
import java.time.Duration;
import java.time.InstantSource;
import java.time.LocalDate;
import java.time.ZoneOffset;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.UUID;
import java.util.stream.Stream;
import software.amazon.awssdk.services.sts.model.Credentials;
import software.amazon.awssdk.utilslite.SdkInternalThreadLocal;

/// Starts execution environments: AWS's runtime interface client in a child JVM, with the
/// credentials of the function's role.
final class EnvironmentStarter {
  /// Where `org.crac` finds AWS's hooks. No snapshot is taken here: they run at each start.
  private static final String SNAPSHOT_HOOKS =
      "-Dorg.crac.Core.Compat=com.amazonaws.services.lambda.crac";

  /// Source: Lambda Developer Guide, "Lambda execution environment": the init phase takes up to 10
  /// s.
  private static final Duration LONGEST_START = Duration.ofSeconds(10);

  private final Api api;
  private final StackInfo stack;
  private final CodeStore codes;
  private final InstantSource clock;
  private final AotCaches caches;
  private final FunctionRoles roles;
  private final String traceDaemon;
  private final List<Path> runtimeJars = runtimeJars();

  private final RuntimeFolder runtime;
  private final Path scratch;

  EnvironmentStarter(
      Api api,
      StackInfo stack,
      CodeStore codes,
      AotCaches caches,
      FunctionRoles roles,
      String traceDaemon,
      InstantSource clock) {
    this.api = api;
    this.stack = stack;
    this.roles = roles;
    this.traceDaemon = traceDaemon;
    this.codes = codes;
    this.caches = caches;
    this.clock = clock;
    this.scratch = stack.data().resolve("lambda").resolve("output");
    this.runtime = new RuntimeFolder(stack.data().resolve("lambda").resolve("runtime"));
  }

  /// Returns when the runtime has asked for its first event, has failed, or took its 10 s.
  ExecutionEnvironment start(FunctionVersion function) {
    Credentials credentials = roles.assume(function);
    String stream =
        "%tY/%<tm/%<td/[%s]%s"
            .formatted(
                LocalDate.ofInstant(clock.instant(), ZoneOffset.UTC),
                function.version(),
                UUID.randomUUID().toString().replace("-", ""));
    var log = new FunctionLog(api, roles.of(function), function.logGroupName(), stream, clock);
    Path code = codes.path(function.code());
    FunctionCommand command = command(function, code);
    Map<String, String> variables = environment(function, credentials, stream, code);
    var environment =
        new ExecutionEnvironment(
            function,
            command.line(caches.options(function, command, variables)),
            variables,
            code,
            scratch,
            log,
            new PlatformLog(function, log, clock));
    environment.awaitStart(LONGEST_START);
    return environment;
  }

  private FunctionCommand command(FunctionVersion function, Path code) {
    var options =
        new ArrayList<>(
            List.of(
                "-XX:+UseSerialGC",
                "-XX:TieredStopAtLevel=1",
                "--enable-native-access=ALL-UNNAMED"));
    options.addAll(runtime.options());
    if (function.startsFromSnapshot()) {
      options.add(SNAPSHOT_HOOKS);
    }
    var classPath = new ArrayList<>(FunctionCommand.classPath(code));
    classPath.add(runtime.jar());
    classPath.addAll(runtimeJars);
    int heapMb = Math.max(64, function.memoryMb() * 8 / 10);
    return new FunctionCommand(heapMb, options, classPath, function.handler());
  }

  private Map<String, String> environment(
      FunctionVersion function, Credentials credentials, String stream, Path code) {
    var variables = new HashMap<String, String>();
    variables.put("PATH", "/usr/local/bin:/usr/bin:/bin");
    variables.put("LANG", "en_US.UTF-8");
    // Not every machine has AWS's locale; every one has this, which decides the encoding.
    variables.put("LC_CTYPE", "C.UTF-8");
    variables.put("TZ", ":UTC");
    variables.put("HOME", System.getProperty("java.io.tmpdir"));
    variables.put("_HANDLER", function.handler());
    variables.put("AWS_EXECUTION_ENV", "AWS_Lambda_" + function.runtime());
    variables.put("AWS_LAMBDA_FUNCTION_NAME", function.name());
    variables.put("AWS_LAMBDA_FUNCTION_VERSION", function.version());
    variables.put("AWS_LAMBDA_FUNCTION_MEMORY_SIZE", String.valueOf(function.memoryMb()));
    variables.put(
        "AWS_LAMBDA_INITIALIZATION_TYPE",
        function.startsFromSnapshot() ? "snap-start" : "on-demand");
    variables.put("AWS_LAMBDA_LOG_GROUP_NAME", function.logGroupName());
    variables.put("AWS_LAMBDA_LOG_STREAM_NAME", stream);
    variables.put("AWS_LAMBDA_LOG_FORMAT", function.logFormat());
    variables.put("LAMBDA_TASK_ROOT", code.toString());
    variables.put("AWS_XRAY_DAEMON_ADDRESS", traceDaemon);
    variables.put("AWS_XRAY_CONTEXT_MISSING", "LOG_ERROR");
    variables.putAll(function.environment());
    variables.put("AWS_REGION", stack.region());
    variables.put("AWS_DEFAULT_REGION", stack.region());
    variables.put("AWS_ACCESS_KEY_ID", credentials.accessKeyId());
    variables.put("AWS_SECRET_ACCESS_KEY", credentials.secretAccessKey());
    variables.put("AWS_SESSION_TOKEN", credentials.sessionToken());
    variables.put("AWS_ENDPOINT_URL", stack.endpoint().get().toString());
    return variables;
  }

  private static List<Path> runtimeJars() {
    return Stream.of(
            AWSLambda.class, LambdaLogger.class, PojoSerializer.class, SdkInternalThreadLocal.class)
        .map(EnvironmentStarter::jar)
        .distinct()
        .toList();
  }

  private static Path jar(Class<?> type) {
    try {
      return Path.of(type.getProtectionDomain().getCodeSource().getLocation().toURI());
    } catch (URISyntaxException e) {
      throw new IllegalStateException(e);
    }
  }
}
