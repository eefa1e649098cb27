// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import java.net.URI;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.TreeMap;
import java.util.regex.Pattern;

/// What differs from stage to stage, read from `config/<stage>.json` by {@link StageConfigFile}.
///
/// @param stage its name, part of every explicit physical name: lower-case letters and digits
/// @param retainData tables outlive the stack and refuse deletion; false makes the stage disposable
/// @param rawRetentionDays how long raw batches are kept
/// @param hourRetentionDays how long the minutes of hours are kept; the hours of days are kept for
///   good
/// @param commandRetentionDays how long the history of commands and the audit log are kept
/// @param logRetentionDays one of the periods that CloudWatch Logs accepts
/// @param snapStart start functions from snapshots
/// @param appUrls where the app is served besides its distribution: sign-in may return there, and
///   the API accepts calls from there
/// @param alarmEmail who is told of operational alarms
/// @param monthlyBudgetUsd a budget that warns {@code alarmEmail} at 80 % and 100 %
/// @param delivery from the rules to the telemetry function, and into the archive
/// @param place the account and the region that it belongs to, where it says so
/// @param customerKey what is kept is encrypted by a key of the stage's own, not by one of AWS's
/// @param tellAlarmsTo who is told of the alarms of devices
/// @param deploymentConfig how traffic goes over to a new version of a function, by CodeDeploy's
///   name without its prefix; empty: at once, and without CodeDeploy
/// @param tracing functions make traces in X-Ray, with their calls to AWS
/// @param tags what every resource is tagged with, besides project and stage
public record StageConfig(
    String stage,
    boolean retainData,
    int rawRetentionDays,
    int hourRetentionDays,
    int commandRetentionDays,
    int logRetentionDays,
    boolean snapStart,
    List<String> appUrls,
    Optional<String> alarmEmail,
    Optional<Integer> monthlyBudgetUsd,
    Delivery delivery,
    Place place,
    boolean customerKey,
    List<Recipient> tellAlarmsTo,
    Optional<String> deploymentConfig,
    boolean tracing,
    Map<String, String> tags) {

  /// What carries messages to the telemetry function.
  public enum Buffer {
    /// A queue: no cost while nothing comes.
    SQS,
    /// A stream: cheaper from some ten messages a second on.
    KINESIS
  }

  /// How messages are delivered.
  ///
  /// @param buffer what carries them to the telemetry function
  /// @param archiveRetentionDays every message is archived in S3 too, for so long; empty for none
  public record Delivery(Buffer buffer, Optional<Integer> archiveRetentionDays) {
    public Delivery {
      archiveRetentionDays.ifPresent(days -> positive("archiveRetentionDays", days));
    }
  }

  /// Where a stage belongs: credentials of another account are refused.
  ///
  /// @param account twelve digits
  /// @param region its code
  public record Place(Optional<String> account, Optional<String> region) {
    public Place {
      require(
          account.isEmpty() || account.get().matches("\\d{12}"),
          "account: expected twelve digits in quotation marks; got '%s'",
          account.orElse(""));
      require(
          region.isEmpty() || region.get().matches("[a-z]{2}(?:-[a-z]+)+-\\d"),
          "region: expected the code of one, as in eu-central-1; got '%s'",
          region.orElse(""));
    }
  }

  private static final Pattern STAGE = Pattern.compile("[a-z][a-z0-9]{0,15}");
  private static final Pattern TAG = Pattern.compile("[\\p{L}\\p{N}\\p{Z}_.:/=+@-]+");

  // Source: CloudWatch Logs API Reference, PutRetentionPolicy, retentionInDays.
  private static final Set<Integer> LOG_RETENTION =
      Set.of(
          1, 3, 5, 7, 14, 30, 60, 90, 120, 150, 180, 365, 400, 545, 731, 1096, 1827, 2192, 2557,
          2922, 3288, 3653);

  // Source: AWS CodeDeploy User Guide, "Predefined deployment configurations for an AWS Lambda
  // compute platform".
  private static final Set<String> DEPLOYMENT_CONFIGS =
      Set.of(
          "LambdaAllAtOnce",
          "LambdaCanary10Percent5Minutes",
          "LambdaCanary10Percent10Minutes",
          "LambdaCanary10Percent15Minutes",
          "LambdaCanary10Percent30Minutes",
          "LambdaLinear10PercentEvery1Minute",
          "LambdaLinear10PercentEvery2Minutes",
          "LambdaLinear10PercentEvery3Minutes",
          "LambdaLinear10PercentEvery10Minutes");

  public StageConfig {
    require(
        STAGE.matcher(stage).matches(),
        "stage: expected 1 to 16 lower-case letters and digits, letter first; got '%s'",
        stage);
    positive("rawRetentionDays", rawRetentionDays);
    require(
        hourRetentionDays >= rawRetentionDays,
        "hourRetentionDays: expected as many as rawRetentionDays or more; got %s",
        hourRetentionDays);
    positive("commandRetentionDays", commandRetentionDays);
    require(
        LOG_RETENTION.contains(logRetentionDays),
        "logRetentionDays: expected one of %s; got %s",
        LOG_RETENTION.stream().sorted().toList(),
        logRetentionDays);
    appUrls = List.copyOf(appUrls);
    tellAlarmsTo = List.copyOf(tellAlarmsTo);
    appUrls.forEach(StageConfig::checkAppUrl);
    monthlyBudgetUsd.ifPresent(usd -> positive("monthlyBudgetUsd", usd));
    require(
        monthlyBudgetUsd.isEmpty() || alarmEmail.isPresent(),
        "monthlyBudgetUsd: expected alarmEmail beside it, who is to be warned; got none%s",
        "");
    deploymentConfig.ifPresent(name ->
        require(
            DEPLOYMENT_CONFIGS.contains(name),
            "deploymentConfig: expected one of %s; got '%s'",
            DEPLOYMENT_CONFIGS.stream().sorted().toList(),
            name));
    tags = new TreeMap<>(tags);
    tags.forEach(StageConfig::checkTag);
  }

  /// Every tag of its resources.
  public Map<String, String> allTags() {
    var all = new TreeMap<>(tags);
    all.put("project", "fieldline");
    all.put("stage", stage);
    return all;
  }

  // Source: AWS General Reference, "Tagging AWS resources": length, characters, reserved prefix.
  private static void checkTag(String key, String value) {
    require(
        !key.equals("project") && !key.equals("stage"),
        "tags: expected other names than project and stage, which are set already; got '%s'",
        key);
    require(
        TAG.matcher(key).matches()
            && key.length() <= 128
            && !key.toLowerCase(java.util.Locale.ROOT).startsWith("aws:"),
        "tags: expected names of 1 to 128 letters, digits, spaces and _.:/=+-@, not beginning"
            + " with aws:; got '%s'",
        key);
    require(
        value.isEmpty() || (TAG.matcher(value).matches() && value.length() <= 256),
        "tags: expected values of at most 256 letters, digits, spaces and _.:/=+-@; got '%s'",
        value);
  }

  /// The same stage served at more addresses, for a run that knows its address only when it starts.
  public StageConfig withMoreAppUrls(List<String> more) {
    var all = new java.util.ArrayList<>(appUrls);
    more.stream().filter(url -> !appUrls.contains(url)).forEach(all::add);
    return new StageConfig(
        stage,
        retainData,
        rawRetentionDays,
        hourRetentionDays,
        commandRetentionDays,
        logRetentionDays,
        snapStart,
        all,
        alarmEmail,
        monthlyBudgetUsd,
        delivery,
        place,
        customerKey,
        tellAlarmsTo,
        deploymentConfig,
        tracing,
        tags);
  }

  private static void positive(String key, int value) {
    require(value > 0, key + ": expected a number above 0; got %s", value);
  }

  // Source: Amazon Cognito Developer Guide, app client callback URLs: https, or http on loopback.
  private static void checkAppUrl(String url) {
    URI parsed;
    try {
      parsed = URI.create(url);
    } catch (IllegalArgumentException e) {
      throw new InvalidConfigException("appUrls: expected a URL; got '" + url + "'", e);
    }
    var loopback =
        "http".equals(parsed.getScheme())
            && parsed.getHost() != null
            && (parsed.getHost().equals("127.0.0.1")
                || parsed.getHost().equals("localhost")
                || parsed.getHost().endsWith(".localhost"));
    require(
        loopback || ("https".equals(parsed.getScheme()) && parsed.getHost() != null),
        "appUrls: expected https, or http on localhost or 127.0.0.1; got '%s'",
        url);
  }

  private static void require(boolean holds, String message, Object... arguments) {
    if (!holds) {
      throw new InvalidConfigException(message.formatted(arguments));
    }
  }
}
