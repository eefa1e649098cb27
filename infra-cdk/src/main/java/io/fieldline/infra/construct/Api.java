// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

import io.fieldline.messages.api.ApiFunction;
import java.util.ArrayList;
import java.util.List;
import java.util.Locale;
import java.util.Map;
import java.util.TreeMap;
import software.amazon.awscdk.Stack;
import software.constructs.Construct;

/// What people use: sign-in, the HTTP API with its two functions, the live path's authorizer, and
/// the web app with its distribution.
public final class Api extends Construct {
  private final Distribution distribution;
  private final SignIn signIn;
  private final HttpApi http;
  private final LiveAuthorizer live;
  private final LiveFunction query;
  private final Commands commands;
  private final LiveFunction users;
  private final LiveFunction jobs;
  private final String updatesBucket;
  private final LiveFunction schedule;
  private final LiveFunction health;
  private final Site site;

  /// The API and app of one stage, over its tables.
  ///
  /// @param prices of AWS, as a text
  public Api(
      Construct scope,
      String id,
      Deployment deployment,
      Data data,
      Ingest ingest,
      Fleet fleet,
      String prices) {
    super(scope, id);
    this.distribution = new Distribution(this, "Site", deployment.names());
    var config = deployment.config();
    var appUrls = new ArrayList<>(List.of(distribution.url() + "/"));
    appUrls.addAll(config.appUrls());
    this.signIn = new SignIn(this, "SignIn", deployment, appUrls);
    var origins = new ArrayList<>(List.of(distribution.url()));
    config.appUrls().stream().map(Api::origin).distinct().forEach(origins::add);
    this.http = new HttpApi(this, "Http", deployment, signIn, origins);
    this.query = queryFunction(deployment, data, prices);
    this.commands = new Commands(this, deployment, data, fleet);
    http.route(query, ApiFunction.QUERY);
    http.route(commands.function(), ApiFunction.COMMAND);
    http.route(ingest.keeper(), ApiFunction.QUARANTINE);
    http.route(fleet.control(), ApiFunction.FLEET);
    this.users = usersFunction(deployment, data);
    http.route(users, ApiFunction.USERS);
    var work = new Jobs(this, deployment, data);
    this.jobs = work.function();
    this.updatesBucket = work.bucketName();
    http.route(jobs, ApiFunction.JOBS);
    this.schedule = new Schedules(this, deployment, data, fleet.commands()).function();
    http.route(schedule, ApiFunction.SCHEDULE);
    this.health = new Health(this, deployment, ingest, fleet).function();
    http.route(health, ApiFunction.HEALTH);
    this.live = new LiveAuthorizer(this, "Live", deployment, signIn);
    this.site =
        new Site(
            this,
            "App",
            deployment,
            new Site.Target(distribution, ingest.deadLetters()),
            browserConfig(config.stage()));
  }

  /// Where new versions of the agent are put.
  public String updatesBucket() {
    return updatesBucket;
  }

  /// Where the app is.
  public String appUrl() {
    return distribution.url() + "/";
  }

  /// Where the API is.
  public String apiUrl() {
    return http.url();
  }

  /// The user pool's identifier.
  public String userPoolId() {
    return signIn.userPoolId();
  }

  /// The app client's identifier.
  public String userPoolClientId() {
    return signIn.clientId();
  }

  String apiId() {
    return http.apiId();
  }

  LiveFunction authorizer() {
    return live.function();
  }

  List<LiveFunction> functions() {
    return List.of(
        query,
        commands.function(),
        users,
        jobs,
        schedule,
        health,
        live.function(),
        site.function());
  }

  private Map<String, String> browserConfig(String stage) {
    return Map.of(
        "stage", stage,
        "region", Stack.of(this).getRegion(),
        "apiUrl", http.url(),
        "issuer", signIn.issuer(),
        "userPoolId", signIn.userPoolId(),
        "clientId", signIn.clientId(),
        "authorizerName", live.authorizerName());
  }

  private LiveFunction queryFunction(Deployment deployment, Data data, String prices) {
    var config = deployment.config();
    var environment =
        new TreeMap<>(
            Map.of(
                "TELEMETRY_TABLE", data.telemetry().getRef(),
                "FLEET_TABLE", data.fleet().getRef(),
                "PRICES", prices,
                "BUFFER", config.delivery().buffer().name().toLowerCase(Locale.ROOT),
                "RAW_RETENTION_DAYS", String.valueOf(config.rawRetentionDays()),
                "AUDIT_RETENTION_DAYS", String.valueOf(config.commandRetentionDays())));
    config
        .delivery()
        .archiveRetentionDays()
        .ifPresent(days -> environment.put("ARCHIVE_RETENTION_DAYS", String.valueOf(days)));
    return new LiveFunction(
        this,
        PipelineFunction.QUERY,
        deployment,
        FunctionProps.of(
            environment,
            List.of(
                Allow.on(
                    data.telemetry().getAttrArn(),
                    "dynamodb:BatchGetItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query"),
                Allow.on(
                    data.fleet().getAttrArn(),
                    "dynamodb:BatchGetItem",
                    "dynamodb:GetItem",
                    "dynamodb:Query"),
                // A shadow's ARN is the thing's, a named one's has the name after it.
                Allow.on(Deployment.arn(this, "iot", "thing/*"), "iot:GetThingShadow"))));
  }

  private LiveFunction usersFunction(Deployment deployment, Data data) {
    return new LiveFunction(
        this,
        PipelineFunction.USERS,
        deployment,
        FunctionProps.of(
            Map.of(
                "USER_POOL_ID", signIn.userPoolId(),
                "FLEET_TABLE", data.fleet().getRef(),
                "AUDIT_RETENTION_DAYS", String.valueOf(deployment.config().commandRetentionDays())),
            List.of(
                Allow.on(
                    signIn.userPoolArn(),
                    "cognito-idp:ListUsers",
                    "cognito-idp:AdminGetUser",
                    "cognito-idp:AdminListGroupsForUser",
                    "cognito-idp:AdminCreateUser",
                    "cognito-idp:AdminAddUserToGroup",
                    "cognito-idp:AdminRemoveUserFromGroup",
                    "cognito-idp:AdminEnableUser",
                    "cognito-idp:AdminDisableUser"),
                Allow.on(data.fleet().getAttrArn(), "dynamodb:PutItem", "dynamodb:UpdateItem"))));
  }

  private static String origin(String appUrl) {
    var uri = java.net.URI.create(appUrl);
    return uri.getScheme() + "://" + uri.getAuthority();
  }
}
