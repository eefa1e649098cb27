// SPDX-License-Identifier: Apache-2.0
package io.fieldline.messages.api;

import static io.fieldline.messages.api.ApiParameter.CURSOR;
import static io.fieldline.messages.api.ApiParameter.FORMAT;
import static io.fieldline.messages.api.ApiParameter.FROM_MS;
import static io.fieldline.messages.api.ApiParameter.GROUP;
import static io.fieldline.messages.api.ApiParameter.IDEMPOTENCY_KEY;
import static io.fieldline.messages.api.ApiParameter.IF_MATCH;
import static io.fieldline.messages.api.ApiParameter.IF_NONE_MATCH;
import static io.fieldline.messages.api.ApiParameter.KIND;
import static io.fieldline.messages.api.ApiParameter.LIMIT;
import static io.fieldline.messages.api.ApiParameter.RESOLUTION;
import static io.fieldline.messages.api.ApiParameter.SENSOR;
import static io.fieldline.messages.api.ApiParameter.STATUS;
import static io.fieldline.messages.api.ApiParameter.TO_MS;
import static io.fieldline.messages.api.ApiParameter.TYPE;

import java.util.EnumSet;
import java.util.List;
import java.util.Optional;
import java.util.Set;

/// Every route of the HTTP API, each spelled once: the stack deploys them, the functions answer
/// them, and `docs/reference/openapi.json` describes them.
public enum ApiRoute {
  /// The fleet.
  LIST_DEVICES(
      "GET /devices",
      ApiFunction.QUERY,
      Role.VIEWER,
      "What each device last said, of the fleet, of a group or of a type",
      "",
      "DeviceList",
      GROUP,
      TYPE,
      LIMIT,
      CURSOR),
  /// One device.
  GET_DEVICE(
      "GET /devices/{device}",
      ApiFunction.QUERY,
      Role.VIEWER,
      "What a device last said, and its actuators",
      "",
      "Device"),
  /// Groups.
  LIST_GROUPS(
      "GET /groups",
      ApiFunction.QUERY,
      Role.VIEWER,
      "The groups of devices, and how many devices are in each",
      "",
      "GroupList",
      LIMIT,
      CURSOR),
  /// One group.
  GET_GROUP(
      "GET /groups/{group}",
      ApiFunction.QUERY,
      Role.VIEWER,
      "A group, and the ETag by which it is changed only as it was read",
      "",
      "Group"),
  /// Types.
  LIST_TYPES(
      "GET /types",
      ApiFunction.QUERY,
      Role.VIEWER,
      "The types that devices have, and how many devices have each",
      "",
      "TypeList",
      LIMIT,
      CURSOR),
  /// Readings.
  GET_SERIES(
      "GET /devices/{device}/series",
      ApiFunction.QUERY,
      Role.VIEWER,
      "Every reading of a range, or at most 1,500 merged points of each sensor",
      "",
      "SeriesList",
      FROM_MS,
      TO_MS,
      SENSOR),
  /// Readings to keep elsewhere.
  EXPORT_SERIES(
      "GET /devices/{device}/export",
      ApiFunction.QUERY,
      Role.VIEWER,
      "Every reading of a range as CSV or JSON lines, in parts that follow one another: the header"
          + " Link names the next",
      "",
      "Export",
      FROM_MS,
      TO_MS,
      SENSOR,
      RESOLUTION,
      FORMAT,
      CURSOR),
  /// History.
  LIST_COMMANDS(
      "GET /devices/{device}/commands",
      ApiFunction.QUERY,
      Role.VIEWER,
      "The commands of a device, the newest first",
      "",
      "CommandList",
      LIMIT,
      CURSOR),
  /// Alarms.
  LIST_ALARMS(
      "GET /devices/{device}/alarms",
      ApiFunction.QUERY,
      Role.VIEWER,
      "What alarm rules have come to on a device",
      "",
      "AlarmList",
      LIMIT,
      CURSOR),
  /// Alarms of the fleet.
  LIST_STANDING_ALARMS(
      "GET /alarms",
      ApiFunction.QUERY,
      Role.VIEWER,
      "Every alarm that stands, by device",
      "",
      "AlarmList",
      LIMIT,
      CURSOR),
  /// What became of alarms.
  LIST_ALARM_HISTORY(
      "GET /devices/{device}/alarms/history",
      ApiFunction.QUERY,
      Role.VIEWER,
      "What became of the alarms of a device, and who said what of them, the newest first",
      "",
      "AlarmEventList",
      LIMIT,
      CURSOR),
  /// Alarm rules.
  LIST_RULES(
      "GET /rules",
      ApiFunction.QUERY,
      Role.VIEWER,
      "Every alarm rule",
      "",
      "RuleList",
      LIMIT,
      CURSOR),
  /// One alarm rule.
  GET_RULE(
      "GET /rules/{rule}",
      ApiFunction.QUERY,
      Role.VIEWER,
      "An alarm rule, and the ETag by which it is changed only as it was read",
      "",
      "AlarmRule"),
  /// Who changed what.
  LIST_AUDIT(
      "GET /audit",
      ApiFunction.QUERY,
      Role.ADMIN,
      "Who changed what, or tried to, the newest first",
      "",
      "AuditList",
      LIMIT,
      CURSOR),
  /// A command.
  ISSUE_COMMAND(
      "POST /devices/{device}/commands",
      ApiFunction.COMMAND,
      Role.OPERATOR,
      "Issues a command; what becomes of it is in the list of commands",
      "CommandRequest",
      "IssuedCommand",
      IDEMPOTENCY_KEY),
  /// Live values.
  WATCH_DEVICE(
      "POST /devices/{device}/live",
      ApiFunction.COMMAND,
      Role.VIEWER,
      "Asks a device to send live values for the next minute",
      "",
      "Watch"),
  /// Somebody has taken notice.
  ACKNOWLEDGE_ALARM(
      "POST /devices/{device}/alarms/{rule}/acknowledge",
      ApiFunction.COMMAND,
      Role.OPERATOR,
      "Notes that somebody has taken notice of an alarm that stands; the first one counts",
      "AcknowledgeRequest",
      "Acknowledged"),
  /// Somebody says something.
  COMMENT_ALARM(
      "POST /devices/{device}/alarms/{rule}/comments",
      ApiFunction.COMMAND,
      Role.OPERATOR,
      "Keeps a comment on an alarm in its history",
      "CommentRequest",
      "AlarmEvent",
      IDEMPOTENCY_KEY),
  /// A rule, new or changed.
  PUT_RULE(
      "PUT /rules/{rule}",
      ApiFunction.COMMAND,
      Role.ADMIN,
      "Makes or replaces an alarm rule",
      "AlarmRuleRequest",
      "AlarmRule",
      IF_MATCH,
      IF_NONE_MATCH),
  /// A rule less.
  DELETE_RULE(
      "DELETE /rules/{rule}",
      ApiFunction.COMMAND,
      Role.ADMIN,
      "Forgets an alarm rule and what it has come to",
      "",
      "Nothing",
      IF_MATCH),
  /// What nothing could use.
  LIST_QUARANTINE(
      "GET /quarantine",
      ApiFunction.QUARANTINE,
      Role.OPERATOR,
      "What nothing could use, the newest first, without the messages",
      "",
      "QuarantineList",
      KIND,
      LIMIT,
      CURSOR),
  /// One of those.
  GET_QUARANTINED(
      "GET /quarantine/{entry}",
      ApiFunction.QUARANTINE,
      Role.OPERATOR,
      "An entry of the quarantine with its message",
      "",
      "QuarantineEntry"),
  /// All of a kind again.
  REPLAY_QUARANTINE(
      "POST /quarantine/replay",
      ApiFunction.QUARANTINE,
      Role.OPERATOR,
      "Sends entries again that never were, 50 at a time",
      "ReplayRequest",
      "ReplayCount"),
  /// One of them again.
  REPLAY_QUARANTINED(
      "POST /quarantine/{entry}/replay",
      ApiFunction.QUARANTINE,
      Role.OPERATOR,
      "Sends an entry's message again, as it was",
      "",
      "Replay"),
  /// One less.
  DELETE_QUARANTINED(
      "DELETE /quarantine/{entry}",
      ApiFunction.QUARANTINE,
      Role.ADMIN,
      "Forgets an entry of the quarantine",
      "",
      "Nothing"),
  /// People.
  LIST_USERS(
      "GET /users",
      ApiFunction.USERS,
      Role.ADMIN,
      "Who may sign in, and as what",
      "",
      "UserList",
      LIMIT,
      CURSOR),
  /// A person, new or changed.
  PUT_USER(
      "PUT /users/{email}",
      ApiFunction.USERS,
      Role.ADMIN,
      "Invites a person, or gives a person another role, or lets them in no more; a role counts from"
          + " the next token on, within the hour",
      "UserRequest",
      "User"),
  /// Which devices may be provisioned.
  LIST_SERIALS(
      "GET /serials",
      ApiFunction.FLEET,
      Role.ADMIN,
      "The serial numbers of devices that may be provisioned, and which were",
      "",
      "SerialList",
      LIMIT,
      CURSOR),
  /// More of those.
  ADD_SERIALS(
      "POST /serials",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Adds serial numbers from a CSV, all or, where one is wrong, none; those that are there stay as"
          + " they are",
      "SerialsRequest",
      "SerialsCount"),
  /// One of those.
  PUT_SERIAL(
      "PUT /serials/{serial}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Adds a serial number, or lets its device be provisioned anew within a day",
      "",
      "Serial"),
  /// A group, new or changed.
  PUT_GROUP(
      "PUT /groups/{group}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Makes a group of devices, or changes what is said of it",
      "GroupRequest",
      "Group",
      IF_MATCH,
      IF_NONE_MATCH),
  /// A group less.
  DELETE_GROUP(
      "DELETE /groups/{group}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Deletes a group, and takes its devices out of it; asked for again it goes on",
      "",
      "Nothing",
      IF_MATCH),
  /// A device in a group.
  JOIN_GROUP(
      "PUT /groups/{group}/devices/{device}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Puts a device into a group",
      "",
      "MembershipChange"),
  /// A device out of a group.
  LEAVE_GROUP(
      "DELETE /groups/{group}/devices/{device}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Takes a device out of a group",
      "",
      "MembershipChange"),
  /// Many devices in and out.
  CHANGE_GROUP(
      "POST /groups/{group}/devices",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Puts devices into a group and takes others out, 100 at a time; none where one is not there",
      "MembershipRequest",
      "MembershipChange"),
  /// What a device is.
  SET_TYPE(
      "PUT /devices/{device}/type",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Says of which type a device is",
      "TypeRequest",
      "TypeOfDevice"),
  /// A device less.
  DELETE_DEVICE(
      "DELETE /devices/{device}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Deletes a device with its certificates and all its data; asked for again it goes on",
      "",
      "Deletion"),
  /// Receipts.
  LIST_DELETIONS(
      "GET /deletions",
      ApiFunction.FLEET,
      Role.ADMIN,
      "The receipts of deletions: who deleted what, when, and how much went",
      "",
      "DeletionList",
      LIMIT,
      CURSOR),
  /// A receipt less.
  FORGET_DELETION(
      "DELETE /deletions/{device}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Forgets the receipt of a deletion that is done: a device of that name may come again",
      "",
      "Nothing"),
  /// One less.
  DELETE_SERIAL(
      "DELETE /serials/{serial}",
      ApiFunction.FLEET,
      Role.ADMIN,
      "Takes a serial number from the list; a device that has its certificate keeps that",
      "",
      "Nothing"),
  /// Fleet work.
  LIST_JOBS(
      "GET /jobs",
      ApiFunction.JOBS,
      Role.VIEWER,
      "The jobs of the stage, the newest first, each with how many devices are how far",
      "",
      "JobList",
      LIMIT,
      CURSOR),
  /// More of it.
  CREATE_JOB(
      "POST /jobs",
      ApiFunction.JOBS,
      Role.ADMIN,
      "Makes a job for devices and groups, with how fast it goes to how many and when it stops by"
          + " itself",
      "JobRequest",
      "Job",
      IDEMPOTENCY_KEY),
  /// One of those.
  GET_JOB(
      "GET /jobs/{job}",
      ApiFunction.JOBS,
      Role.VIEWER,
      "A job with its document, and how many devices are how far",
      "",
      "Job"),
  /// No more of it.
  CANCEL_JOB(
      "POST /jobs/{job}/cancel",
      ApiFunction.JOBS,
      Role.OPERATOR,
      "Ends a job: no further device is told; with force also where it has begun",
      "CancelRequest",
      "Job"),
  /// One job less.
  DELETE_JOB(
      "DELETE /jobs/{job}",
      ApiFunction.JOBS,
      Role.ADMIN,
      "Forgets a job that is over, with what each device said of it",
      "",
      "Nothing"),
  /// How far each device is.
  LIST_JOB_DEVICES(
      "GET /jobs/{job}/devices",
      ApiFunction.JOBS,
      Role.VIEWER,
      "The devices that were told of a job, and how far each is",
      "",
      "JobDeviceList",
      STATUS,
      LIMIT,
      CURSOR),
  /// How far one is.
  GET_JOB_DEVICE(
      "GET /jobs/{job}/devices/{device}",
      ApiFunction.JOBS,
      Role.VIEWER,
      "How far a device is with a job, and what it says of it",
      "",
      "JobDeviceDetail"),
  /// Not on this device.
  CANCEL_JOB_DEVICE(
      "POST /jobs/{job}/devices/{device}/cancel",
      ApiFunction.JOBS,
      Role.OPERATOR,
      "Ends a job on one device that waits for it; with force also where it has begun",
      "CancelRequest",
      "JobDeviceDetail"),
  /// What a device had to do.
  LIST_DEVICE_JOBS(
      "GET /devices/{device}/jobs",
      ApiFunction.JOBS,
      Role.VIEWER,
      "The jobs that a device was told of, the newest first",
      "",
      "DeviceJobList",
      LIMIT,
      CURSOR);

  private final String key;
  private final ApiFunction function;
  private final Role role;
  private final String summary;
  private final String request;
  private final String answer;
  private final List<ApiParameter> parameters;

  ApiRoute(
      String key,
      ApiFunction function,
      Role role,
      String summary,
      String request,
      String answer,
      ApiParameter... parameters) {
    this.key = key;
    this.function = function;
    this.role = role;
    this.summary = summary;
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

  /// What it does, in a line.
  public String summary() {
    return summary;
  }

  /// The content types of its answer: JSON, or what may be asked for.
  public List<String> contentTypes() {
    return this == EXPORT_SERIES
        ? List.of("text/csv", "application/x-ndjson")
        : List.of("application/json");
  }

  /// Whether its answer has an ETag.
  public boolean isTagged() {
    return this == GET_RULE || this == PUT_RULE || this == GET_GROUP || this == PUT_GROUP;
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
    boolean isOnlyAsked =
        this == ISSUE_COMMAND
            || this == DELETE_DEVICE
            || this == DELETE_GROUP
            || this == CREATE_JOB;
    return isOnlyAsked ? 202 : 200;
  }

  /// What a request may carry.
  public List<ApiParameter> parameters() {
    return parameters;
  }
}
