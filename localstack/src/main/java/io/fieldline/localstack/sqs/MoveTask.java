// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.sqs;

import java.nio.charset.StandardCharsets;
import java.time.Instant;
import java.util.Base64;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.sqs.model.ListMessageMoveTasksResultEntry;

/// One task that moves messages, and how far it is. Thread-safe.
final class MoveTask {
  /// Source: Amazon SQS API Reference, ListMessageMoveTasks, "Status".
  private enum Status {
    RUNNING,
    COMPLETED,
    CANCELLING,
    CANCELLED,
    FAILED
  }

  private final String id;
  private final String sourceArn;
  private final @Nullable String destinationArn;
  private final @Nullable Integer perSecond;
  private final int toMove;
  private final Instant started;
  private Status status = Status.RUNNING;
  private long moved;
  private @Nullable String failure;

  MoveTask(
      String id,
      String sourceArn,
      @Nullable String destinationArn,
      @Nullable Integer perSecond,
      int toMove,
      Instant started) {
    this.id = id;
    this.sourceArn = sourceArn;
    this.destinationArn = destinationArn;
    this.perSecond = perSecond;
    this.toMove = toMove;
    this.started = started;
  }

  /// Assumed: what a handle is made of; it is opaque to callers.
  String handle() {
    return Base64.getUrlEncoder()
        .withoutPadding()
        .encodeToString((id + " " + sourceArn).getBytes(StandardCharsets.UTF_8));
  }

  String sourceArn() {
    return sourceArn;
  }

  @Nullable String destinationArn() {
    return destinationArn;
  }

  /// 0 to go as fast as it may.
  int perSecond() {
    return perSecond == null ? 0 : perSecond;
  }

  /// Whether it has moved as many as there were when it began. What comes back meanwhile is left,
  /// or a message that fails again and again would keep it going.
  synchronized boolean hasMovedAll() {
    return moved >= toMove;
  }

  synchronized boolean isActive() {
    return status == Status.RUNNING || status == Status.CANCELLING;
  }

  synchronized boolean isRunning() {
    return status == Status.RUNNING;
  }

  synchronized void countMoved() {
    moved++;
  }

  synchronized void complete() {
    status = status == Status.CANCELLING ? Status.CANCELLED : Status.COMPLETED;
  }

  synchronized void fail(String reason) {
    status = Status.FAILED;
    failure = reason;
  }

  /// Asks it to stop; how many it has moved, or -1 if it is not running.
  synchronized long cancel() {
    if (status != Status.RUNNING) {
      return -1;
    }
    status = Status.CANCELLING;
    return moved;
  }

  /// The handle and what there was to move are told of a running task only.
  synchronized ListMessageMoveTasksResultEntry shown() {
    boolean running = status == Status.RUNNING;
    return ListMessageMoveTasksResultEntry.builder()
        .taskHandle(running ? handle() : null)
        .status(status.name())
        .sourceArn(sourceArn)
        .destinationArn(destinationArn)
        .maxNumberOfMessagesPerSecond(perSecond)
        .approximateNumberOfMessagesMoved(moved)
        .approximateNumberOfMessagesToMove(running ? (long) toMove : null)
        .failureReason(failure)
        .startedTimestamp(started.toEpochMilli())
        .build();
  }
}
