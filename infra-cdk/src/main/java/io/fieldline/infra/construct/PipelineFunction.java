// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra.construct;

/// Every function of the pipeline. The names below are the contract with the functions' build: the
/// zip is `<label>.zip`, the handler is a class in it.
public enum PipelineFunction {
  /// SQS batches of telemetry to items, latest state and alarms.
  TELEMETRY("telemetry", "TelemetryHandler", 1024, 30),
  /// Hours and days of closed hours that were told of.
  ROLLUP("rollup", "RollupHandler", 1024, 120),
  /// What the app reads.
  QUERY("query", "QueryHandler", 1024, 15),
  /// A person's command into a device's shadow.
  COMMAND("command", "CommandHandler", 512, 15),
  /// What became of commands, from the shadow's reports.
  OUTCOME("outcome", "OutcomeHandler", 512, 15),
  /// Which devices are connected.
  PRESENCE("presence", "PresenceHandler", 512, 15),
  /// Commands that nobody answered in time.
  SWEEP("sweep", "SweepHandler", 512, 60),
  /// Devices and sensors of which nothing comes any more.
  ABSENCE("absence", "AbsenceHandler", 512, 60),
  /// May this browser see live values.
  AUTHORIZER("authorizer", "AuthorizerHandler", 512, 5),
  /// The web app from its asset into its bucket.
  SITE("site", "SiteHandler", 512, 120),
  /// What nothing could use, kept and shown, sent again or dropped.
  QUARANTINE("quarantine", "QuarantineHandler", 512, 30),
  /// Who may sign in, and as what.
  USERS("users", "UsersHandler", 512, 15),
  /// Devices themselves.
  FLEET("fleet", "FleetHandler", 512, 60),
  /// Commands at a time or by the calendar.
  SCHEDULE("schedule", "ScheduleHandler", 512, 15),
  /// Fleet work.
  JOBS("jobs", "JobsHandler", 512, 30),
  /// How the pipeline is.
  HEALTH("health", "HealthHandler", 512, 15),
  /// May this device have a certificate. AWS IoT waits for five seconds.
  ADMISSION("admission", "AdmissionHandler", 512, 5);

  private final String label;
  private final String handlerClass;
  private final int memoryMegabytes;
  private final int timeoutSeconds;

  PipelineFunction(String label, String handlerClass, int memoryMegabytes, int timeoutSeconds) {
    this.label = label;
    this.handlerClass = handlerClass;
    this.memoryMegabytes = memoryMegabytes;
    this.timeoutSeconds = timeoutSeconds;
  }

  /// Its name within a stage, in lower case.
  public String label() {
    return label;
  }

  /// The handler class, fully named.
  public String handlerClass() {
    return "io.fieldline.lambdas." + label + "." + handlerClass;
  }

  int memoryMegabytes() {
    return memoryMegabytes;
  }

  int timeoutSeconds() {
    return timeoutSeconds;
  }
}
