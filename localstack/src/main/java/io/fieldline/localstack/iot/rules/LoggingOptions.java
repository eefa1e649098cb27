// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.store.Store;
import java.util.ArrayList;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.iot.model.GetV2LoggingOptionsRequest;
import software.amazon.awssdk.services.iot.model.GetV2LoggingOptionsResponse;
import software.amazon.awssdk.services.iot.model.LogLevel;
import software.amazon.awssdk.services.iot.model.SetV2LoggingOptionsRequest;
import software.amazon.awssdk.services.iot.model.SetV2LoggingOptionsResponse;

/// Whether and how much of what the rules engine does is written to CloudWatch Logs. Levels of
/// single things, groups or events are not offered.
///
/// Source: AWS IoT developer guide, "Configure AWS IoT logging".
public final class LoggingOptions {
  private static final String ONLY_KEY = "options";

  private final Map<String, Options> kept;
  private volatile Options now;

  record Options(String roleArn, String level, boolean disabled) {
    static final Options OFF = new Options("", "DISABLED", true);
  }

  public LoggingOptions(Store store) {
    this.kept = store.map("iot/logging-options", Options.class);
    this.now = kept.getOrDefault(ONLY_KEY, Options.OFF);
  }

  public void register(Api api) {
    api.on(SetV2LoggingOptionsRequest.class, this::set).access(LoggingOptions::writing);
    api.on(GetV2LoggingOptionsRequest.class, this::get);
  }

  private static List<Access> writing(SetV2LoggingOptionsRequest request) {
    List<Access> needed = new ArrayList<>();
    needed.add(new Access("iot:SetV2LoggingOptions", "*"));
    if (request.roleArn() != null) {
      var toIot = Map.of("iam:PassedToService", "iot.amazonaws.com");
      needed.add(new Access("iam:PassRole", request.roleArn(), toIot));
    }
    return needed;
  }

  /// The role that writes entries of that level, where any is written.
  Optional<String> roleFor(EventLog.Level level) {
    var options = now;
    return options.disabled() || !level.isWithin(options.level())
        ? Optional.empty()
        : Optional.of(options.roleArn());
  }

  private synchronized SetV2LoggingOptionsResponse set(SetV2LoggingOptionsRequest request) {
    var level = request.defaultLogLevel();
    if (level == LogLevel.UNKNOWN_TO_SDK_VERSION) {
      throw AwsFailure.invalidRequest(
          "defaultLogLevel: expected DEBUG, INFO, WARN, ERROR or DISABLED, got "
              + request.defaultLogLevelAsString());
    }
    var role = request.roleArn() == null ? now.roleArn() : request.roleArn();
    boolean disabled = Boolean.TRUE.equals(request.disableAllLogs()) || level == LogLevel.DISABLED;
    if (!disabled && !role.matches("arn:aws:iam::\\d{12}:role/.+")) {
      throw AwsFailure.invalidRequest("roleArn: expected the ARN of a role, got '" + role + "'");
    }
    var kind = level == null ? now.level() : level.toString();
    if (!disabled && kind.equals("DISABLED")) {
      throw AwsFailure.invalidRequest("defaultLogLevel is required");
    }
    now = new Options(role, kind, disabled);
    kept.put(ONLY_KEY, now);
    return SetV2LoggingOptionsResponse.builder().build();
  }

  private GetV2LoggingOptionsResponse get(GetV2LoggingOptionsRequest request) {
    var options = now;
    return GetV2LoggingOptionsResponse.builder()
        .roleArn(options.roleArn().isEmpty() ? null : options.roleArn())
        .defaultLogLevel(options.level())
        .disableAllLogs(options.disabled())
        .build();
  }
}
