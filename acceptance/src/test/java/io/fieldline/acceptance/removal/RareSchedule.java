// SPDX-License-Identifier: Apache-2.0
package io.fieldline.acceptance.removal;

import io.fieldline.acceptance.pipeline.AwsClients;
import java.time.LocalDateTime;
import java.time.ZoneOffset;
import java.time.format.DateTimeFormatter;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.scheduler.model.ActionAfterCompletion;
import software.amazon.awssdk.services.scheduler.model.FlexibleTimeWindowMode;

/// A schedule of the template that is due too seldom for a test: what it does, and as whom, once
/// more by one that is due at once.
record RareSchedule(AwsClients aws, String name) {
  void now() {
    SchedulerClient scheduler = aws.client(SchedulerClient.builder());
    var target = scheduler.getSchedule(get -> get.name(name)).target();
    // What is due in the past is refused: a stack that was just started takes some seconds.
    LocalDateTime soon = LocalDateTime.now(ZoneOffset.UTC).plusSeconds(10).withNano(0);
    scheduler.createSchedule(create ->
        create
            .name("removal-" + System.nanoTime())
            .scheduleExpression("at(" + DateTimeFormatter.ISO_LOCAL_DATE_TIME.format(soon) + ")")
            .flexibleTimeWindow(window -> window.mode(FlexibleTimeWindowMode.OFF))
            .actionAfterCompletion(ActionAfterCompletion.DELETE)
            .target(target));
  }
}
