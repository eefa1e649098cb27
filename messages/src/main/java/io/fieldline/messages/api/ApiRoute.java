// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages.api;

import static io.fieldline.messages.api.ApiFunction.COMMAND;
import static io.fieldline.messages.api.ApiFunction.FLEET;
import static io.fieldline.messages.api.ApiFunction.HEALTH;
import static io.fieldline.messages.api.ApiFunction.JOBS;
import static io.fieldline.messages.api.ApiFunction.QUARANTINE;
import static io.fieldline.messages.api.ApiFunction.QUERY;
import static io.fieldline.messages.api.ApiFunction.SCHEDULE;
import static io.fieldline.messages.api.ApiFunction.USERS;
import static io.fieldline.messages.api.ApiParameter.CURSOR;
import static io.fieldline.messages.api.ApiParameter.FORMAT;
import static io.fieldline.messages.api.ApiParameter.FROM_MS;
import static io.fieldline.messages.api.ApiParameter.GROUP;
import static io.fieldline.messages.api.ApiParameter.IDEMPOTENCY_KEY;
import static io.fieldline.messages.api.ApiParameter.IF_MATCH;
import static io.fieldline.messages.api.ApiParameter.IF_NONE_MATCH;
import static io.fieldline.messages.api.ApiParameter.KIND;
import static io.fieldline.messages.api.ApiParameter.LIMIT;
import static io.fieldline.messages.api.ApiParameter.MONTH;
import static io.fieldline.messages.api.ApiParameter.RESOLUTION;
import static io.fieldline.messages.api.ApiParameter.SENSOR;
import static io.fieldline.messages.api.ApiParameter.STATUS;
import static io.fieldline.messages.api.ApiParameter.TO_MS;
import static io.fieldline.messages.api.ApiParameter.TYPE;
import static io.fieldline.messages.api.Role.ADMIN;
import static io.fieldline.messages.api.Role.OPERATOR;
import static io.fieldline.messages.api.Role.VIEWER;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Every route of the HTTP API, each spelled once: the stack deploys them, the functions answer
/// them, and `docs/reference/openapi.json` describes them; what each does is said in
/// `openapi/summaries.json`.
public enum ApiRoute {
  /// The fleet.
  LIST_DEVICES(QUERY, VIEWER, "GET /devices", "", "DeviceList", GROUP, TYPE, LIMIT, CURSOR),
  /// One device.
  GET_DEVICE(QUERY, VIEWER, "GET /devices/{device}", "", "Device"),
  /// Groups.
  LIST_GROUPS(QUERY, VIEWER, "GET /groups", "", "GroupList", LIMIT, CURSOR),
  /// One group.
  GET_GROUP(QUERY, VIEWER, "GET /groups/{group}", "", "Group"),
  /// Types.
  LIST_TYPES(QUERY, VIEWER, "GET /types", "", "TypeList", LIMIT, CURSOR),
  /// Readings.
  GET_SERIES(
      QUERY, VIEWER, "GET /devices/{device}/series", "", "SeriesList", FROM_MS, TO_MS, SENSOR),
  /// Readings to keep elsewhere.
  EXPORT_SERIES(
      QUERY,
      VIEWER,
      "GET /devices/{device}/export",
      "",
      "Export",
      FROM_MS,
      TO_MS,
      SENSOR,
      RESOLUTION,
      FORMAT,
      CURSOR),
  /// History.
  LIST_COMMANDS(QUERY, VIEWER, "GET /devices/{device}/commands", "", "CommandList", LIMIT, CURSOR),
  /// Alarms.
  LIST_ALARMS(QUERY, VIEWER, "GET /devices/{device}/alarms", "", "AlarmList", LIMIT, CURSOR),
  /// Alarms of the fleet.
  LIST_STANDING_ALARMS(QUERY, VIEWER, "GET /alarms", "", "AlarmList", LIMIT, CURSOR),
  /// What became of alarms.
  LIST_ALARM_HISTORY(
      QUERY, VIEWER, "GET /devices/{device}/alarms/history", "", "AlarmEventList", LIMIT, CURSOR),
  /// Alarm rules.
  LIST_RULES(QUERY, VIEWER, "GET /rules", "", "RuleList", LIMIT, CURSOR),
  /// One alarm rule.
  GET_RULE(QUERY, VIEWER, "GET /rules/{rule}", "", "AlarmRule"),
  /// How the pipeline is.
  GET_HEALTH(HEALTH, OPERATOR, "GET /health", "", "Health"),
  /// What each device costs.
  LIST_COSTS(QUERY, VIEWER, "GET /costs", "", "CostList", MONTH, LIMIT, CURSOR),
  /// Who changed what.
  LIST_AUDIT(QUERY, ADMIN, "GET /audit", "", "AuditList", LIMIT, CURSOR),
  /// A command.
  ISSUE_COMMAND(
      COMMAND,
      OPERATOR,
      "POST /devices/{device}/commands",
      "CommandRequest",
      "IssuedCommand",
      IDEMPOTENCY_KEY),
  /// A command to many.
  COMMAND_MANY(
      COMMAND, OPERATOR, "POST /commands", "FleetCommandRequest", "FleetCommand", IDEMPOTENCY_KEY),
  /// Commands to many.
  LIST_FLEET_COMMANDS(COMMAND, VIEWER, "GET /commands", "", "FleetCommandList", LIMIT, CURSOR),
  /// One of those.
  GET_FLEET_COMMAND(COMMAND, VIEWER, "GET /commands/{command}", "", "FleetCommand"),
  /// What became of it.
  LIST_FLEET_COMMAND_DEVICES(
      COMMAND,
      VIEWER,
      "GET /commands/{command}/devices",
      "",
      "FleetCommandDeviceList",
      STATUS,
      LIMIT,
      CURSOR),
  /// What a schedule came to.
  LIST_SCHEDULE_RUNS(
      COMMAND, VIEWER, "GET /schedules/{schedule}/runs", "", "FleetCommandList", LIMIT, CURSOR),
  /// Schedules.
  LIST_SCHEDULES(SCHEDULE, VIEWER, "GET /schedules", "", "ScheduleList", LIMIT, CURSOR),
  /// One schedule.
  GET_SCHEDULE(SCHEDULE, VIEWER, "GET /schedules/{schedule}", "", "Schedule"),
  /// A schedule, new or changed.
  PUT_SCHEDULE(
      SCHEDULE,
      OPERATOR,
      "PUT /schedules/{schedule}",
      "ScheduleRequest",
      "Schedule",
      IF_MATCH,
      IF_NONE_MATCH),
  /// A schedule less.
  DELETE_SCHEDULE(SCHEDULE, OPERATOR, "DELETE /schedules/{schedule}", "", "Nothing"),
  /// Live values.
  WATCH_DEVICE(COMMAND, VIEWER, "POST /devices/{device}/live", "", "Watch"),
  /// Somebody has taken notice.
  ACKNOWLEDGE_ALARM(
      COMMAND,
      OPERATOR,
      "POST /devices/{device}/alarms/{rule}/acknowledge",
      "AcknowledgeRequest",
      "Acknowledged"),
  /// Somebody says something.
  COMMENT_ALARM(
      COMMAND,
      OPERATOR,
      "POST /devices/{device}/alarms/{rule}/comments",
      "CommentRequest",
      "AlarmEvent",
      IDEMPOTENCY_KEY),
  /// A rule, new or changed.
  PUT_RULE(
      COMMAND,
      ADMIN,
      "PUT /rules/{rule}",
      "AlarmRuleRequest",
      "AlarmRule",
      IF_MATCH,
      IF_NONE_MATCH),
  /// A rule less.
  DELETE_RULE(COMMAND, ADMIN, "DELETE /rules/{rule}", "", "Nothing", IF_MATCH),
  /// What nothing could use.
  LIST_QUARANTINE(
      QUARANTINE, OPERATOR, "GET /quarantine", "", "QuarantineList", KIND, LIMIT, CURSOR),
  /// One of those.
  GET_QUARANTINED(QUARANTINE, OPERATOR, "GET /quarantine/{entry}", "", "QuarantineEntry"),
  /// All of a kind again.
  REPLAY_QUARANTINE(
      QUARANTINE, OPERATOR, "POST /quarantine/replay", "ReplayRequest", "ReplayCount"),
  /// One of them again.
  REPLAY_QUARANTINED(QUARANTINE, OPERATOR, "POST /quarantine/{entry}/replay", "", "Replay"),
  /// One less.
  DELETE_QUARANTINED(QUARANTINE, ADMIN, "DELETE /quarantine/{entry}", "", "Nothing"),
  /// People.
  LIST_USERS(USERS, ADMIN, "GET /users", "", "UserList", LIMIT, CURSOR),
  /// A person, new or changed.
  PUT_USER(USERS, ADMIN, "PUT /users/{email}", "UserRequest", "User"),
  /// Which devices may be provisioned.
  LIST_SERIALS(FLEET, ADMIN, "GET /serials", "", "SerialList", LIMIT, CURSOR),
  /// More of those.
  ADD_SERIALS(FLEET, ADMIN, "POST /serials", "SerialsRequest", "SerialsCount"),
  /// One of those.
  PUT_SERIAL(FLEET, ADMIN, "PUT /serials/{serial}", "", "Serial"),
  /// A group, new or changed.
  PUT_GROUP(FLEET, ADMIN, "PUT /groups/{group}", "GroupRequest", "Group", IF_MATCH, IF_NONE_MATCH),
  /// A group less.
  DELETE_GROUP(FLEET, ADMIN, "DELETE /groups/{group}", "", "Nothing", IF_MATCH),
  /// A device in a group.
  JOIN_GROUP(FLEET, ADMIN, "PUT /groups/{group}/devices/{device}", "", "MembershipChange"),
  /// A device out of a group.
  LEAVE_GROUP(FLEET, ADMIN, "DELETE /groups/{group}/devices/{device}", "", "MembershipChange"),
  /// Many devices in and out.
  CHANGE_GROUP(
      FLEET, ADMIN, "POST /groups/{group}/devices", "MembershipRequest", "MembershipChange"),
  /// What a device is.
  SET_TYPE(FLEET, ADMIN, "PUT /devices/{device}/type", "TypeRequest", "TypeOfDevice"),
  /// By what a device proves who it is.
  LIST_CERTIFICATES(FLEET, OPERATOR, "GET /devices/{device}/certificates", "", "CertificateList"),
  /// One of those no more.
  REVOKE_CERTIFICATE(
      FLEET,
      ADMIN,
      "POST /devices/{device}/certificates/{certificate}/revoke",
      "",
      "DeviceCertificate"),
  /// A device less.
  DELETE_DEVICE(FLEET, ADMIN, "DELETE /devices/{device}", "", "Deletion"),
  /// Receipts.
  LIST_DELETIONS(FLEET, ADMIN, "GET /deletions", "", "DeletionList", LIMIT, CURSOR),
  /// A receipt less.
  FORGET_DELETION(FLEET, ADMIN, "DELETE /deletions/{device}", "", "Nothing"),
  /// One less.
  DELETE_SERIAL(FLEET, ADMIN, "DELETE /serials/{serial}", "", "Nothing"),
  /// Fleet work.
  LIST_JOBS(JOBS, VIEWER, "GET /jobs", "", "JobList", LIMIT, CURSOR),
  /// More of it.
  CREATE_JOB(JOBS, ADMIN, "POST /jobs", "JobRequest", "Job", IDEMPOTENCY_KEY),
  /// One of those.
  GET_JOB(JOBS, VIEWER, "GET /jobs/{job}", "", "Job"),
  /// No more of it.
  CANCEL_JOB(JOBS, OPERATOR, "POST /jobs/{job}/cancel", "CancelRequest", "Job"),
  /// One job less.
  DELETE_JOB(JOBS, ADMIN, "DELETE /jobs/{job}", "", "Nothing"),
  /// How far each device is.
  LIST_JOB_DEVICES(
      JOBS, VIEWER, "GET /jobs/{job}/devices", "", "JobDeviceList", STATUS, LIMIT, CURSOR),
  /// How far one is.
  GET_JOB_DEVICE(JOBS, VIEWER, "GET /jobs/{job}/devices/{device}", "", "JobDeviceDetail"),
  /// Not on this device.
  CANCEL_JOB_DEVICE(
      JOBS,
      OPERATOR,
      "POST /jobs/{job}/devices/{device}/cancel",
      "CancelRequest",
      "JobDeviceDetail"),
  /// What a device had to do.
  LIST_DEVICE_JOBS(JOBS, VIEWER, "GET /devices/{device}/jobs", "", "DeviceJobList", LIMIT, CURSOR);

  /// What they ask for is done after the answer.
  private static final Set<String> ACCEPTED =
      Set.of(
          "POST /devices/{device}/commands",
          "POST /commands",
          "DELETE /devices/{device}",
          "DELETE /groups/{group}",
          "POST /jobs");

  private final String key;
  private final ApiFunction function;
  private final Role role;
  private final String request;
  private final String answer;
  private final List<ApiParameter> parameters;

  ApiRoute(
      ApiFunction function,
      Role role,
      String key,
      String request,
      String answer,
      ApiParameter... parameters) {
    this.key = key;
    this.function = function;
    this.role = role;
    this.request = request;
    this.answer = answer;
    this.parameters = List.of(parameters);
  }

  /// Those that a function answers.
  public static Set<ApiRoute> of(ApiFunction function) {
    var all = EnumSet.allOf(ApiRoute.class);
    all.removeIf(route -> route.function != function);
    return all;
  }

  /// The route of a key.
  public static Optional<ApiRoute> ofKey(String key) {
    return EnumSet.allOf(ApiRoute.class).stream()
        .filter(route -> route.key.equals(key))
        .findFirst();
  }

  /// Method and path as API Gateway writes them: `GET /devices/{device}`.
  public String key() {
    return key;
  }

  /// The HTTP method.
  public String method() {
    return key.substring(0, key.indexOf(' '));
  }

  /// The path with its placeholders.
  public String path() {
    return key.substring(key.indexOf(' ') + 1);
  }

  /// Who answers.
  public ApiFunction function() {
    return function;
  }

  /// Who may ask, at the least.
  public Role role() {
    return role;
  }

  /// The content types of its answer: JSON, or what may be asked for.
  public List<String> contentTypes() {
    return this == EXPORT_SERIES
        ? List.of("text/csv", "application/x-ndjson")
        : List.of("application/json");
  }

  /// Whether its answer has an ETag.
  public boolean isTagged() {
    return switch (this) {
      case GET_RULE, PUT_RULE, GET_GROUP, PUT_GROUP, GET_SCHEDULE, PUT_SCHEDULE -> true;
      default -> false;
    };
  }

  /// Whether it is noted who asked for it: where it changes something that lasts.
  public boolean isAudited() {
    return !method().equals("GET") && this != WATCH_DEVICE;
  }

  /// The schema of the body that it takes, if it takes one.
  public Optional<String> request() {
    return request.isEmpty() ? Optional.empty() : Optional.of(request);
  }

  /// The schema of what it answers.
  public String answer() {
    return answer;
  }

  /// The status of its answer: what it asks for may still fail where it is 202.
  public int status() {
    return ACCEPTED.contains(key) ? 202 : 200;
  }

  /// What a request may carry.
  public List<ApiParameter> parameters() {
    return parameters;
  }
}
