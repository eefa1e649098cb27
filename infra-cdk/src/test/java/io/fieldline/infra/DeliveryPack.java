// SPDX-License-Identifier: Apache-2.0
package io.fieldline.infra;

import com.fasterxml.jackson.databind.JsonNode;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/// What lies between a device's message and whoever looks: queues, functions, and who may invoke
/// them. Whatever fails there has to be seen by an alarm.
final class DeliveryPack {
  private static final String QUEUE = "AWS::SQS::Queue";
  private static final String FUNCTION = "AWS::Lambda::Function";
  private static final String MAPPING = "AWS::Lambda::EventSourceMapping";
  private static final int FOURTEEN_DAYS = 1_209_600;

  private DeliveryPack() {}

  static List<PackRule> rules() {
    return List.of(
        PackRule.each(
            "Lambda-PermissionSource",
            "AWS::Lambda::Permission",
            "A service could be made to invoke it on behalf of another account.",
            (_, permission) -> !namesItsSource(permission)),
        PackRule.each(
            "Lambda-PartialFailures",
            MAPPING,
            "One bad message sends its whole batch back, again and again.",
            (_, mapping) ->
                !mapping
                    .path("FunctionResponseTypes")
                    .toString()
                    .contains("ReportBatchItemFailures")),
        new PackRule(
            "Queue-DeadLetters",
            "A message that always fails comes back until it is too old, and is then gone.",
            template ->
                without(
                    taken(template),
                    name ->
                        template
                            .property(name, "/RedrivePolicy/deadLetterTargetArn")
                            .isMissingNode())),
        new PackRule(
            "Queue-VisibilityTimeout",
            "A message comes back while the function that has it still runs.",
            DeliveryPack::seenTooSoon),
        new PackRule(
            "Queue-AgeAlarm",
            "Messages wait, and nobody is told.",
            template ->
                without(
                    taken(template),
                    name -> !watched(template, name, "ApproximateAgeOfOldestMessage"))),
        new PackRule(
            "Queue-DeadLettersKept",
            "Dead letters are gone before somebody has looked.",
            template ->
                without(
                    putAside(template),
                    name ->
                        template.property(name, "/MessageRetentionPeriod").asInt()
                            < FOURTEEN_DAYS)),
        new PackRule(
            "Queue-DeadLettersAlarm",
            "Messages were put aside, and nobody is told.",
            template ->
                without(
                    putAside(template),
                    name -> !watched(template, name, "ApproximateNumberOfMessagesVisible"))),
        new PackRule(
            "Lambda-FailureSeen",
            "It fails, and no alarm goes off.",
            template ->
                without(
                    template.resources(FUNCTION).keySet(), name -> !failureSeen(template, name))));
  }

  private static boolean namesItsSource(JsonNode permission) {
    var arn = permission.path("SourceArn");
    if (arn.isMissingNode()) {
      return false;
    }
    // Source: AWS IoT Core Developer Guide, Lambda rule action: SourceArn and SourceAccount.
    var text = Template.resolved(arn);
    return permission.has("SourceAccount") || !(text.contains(":rule/") || text.contains(":s3:::"));
  }

  /// The queues that functions take messages from.
  private static Set<String> taken(Template template) {
    var names = new TreeSet<String>();
    for (var mapping : template.properties(MAPPING)) {
      Template.referred(mapping.path("EventSourceArn"))
          .filter(template.resources(QUEUE)::containsKey)
          .ifPresent(names::add);
    }
    return names;
  }

  /// The queues that nobody takes messages from unless somebody looks.
  private static Set<String> putAside(Template template) {
    return Stream.of(
            template.properties(QUEUE).stream()
                .map(queue -> queue.at("/RedrivePolicy/deadLetterTargetArn")),
            template.properties("AWS::Lambda::EventInvokeConfig").stream()
                .map(config -> config.at("/DestinationConfig/OnFailure/Destination")),
            template.properties("AWS::Scheduler::Schedule").stream()
                .map(schedule -> schedule.at("/Target/DeadLetterConfig/Arn")))
        .flatMap(arns -> arns)
        .flatMap(arn -> Template.referred(arn).stream())
        .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
  }

  private static Set<String> seenTooSoon(Template template) {
    var found = new TreeSet<String>();
    for (var mapping : template.properties(MAPPING)) {
      var queue = Template.referred(mapping.path("EventSourceArn")).orElse("");
      var timeout = template.property(function(template, mapping), "/Timeout").asInt();
      if (template.resources(QUEUE).containsKey(queue)
          && template.property(queue, "/VisibilityTimeout").asInt() < 6 * timeout) {
        found.add(queue);
      }
    }
    return found;
  }

  /// The function behind a property that names its alias.
  private static String function(Template template, JsonNode properties) {
    var named = Template.referred(properties.path("FunctionName")).orElse("");
    return Template.referred(template.property(named, "/FunctionName")).orElse(named);
  }

  /// A function's failure shows in one of four ways: its queue ages, its invocation is put aside,
  /// the API answers 5xx, or it has an alarm of its own. One of a custom resource fails the deploy.
  private static boolean failureSeen(Template template, String name) {
    return Stream.concat(
                template.properties(MAPPING).stream(),
                template.properties("AWS::Lambda::EventInvokeConfig").stream())
            .anyMatch(one -> function(template, one).equals(name))
        || ofTheApi(template, name) && alarmOn(template, "5xx", "")
        || alarmOn(template, "Errors", name);
  }

  private static boolean ofTheApi(Template template, String name) {
    return template.properties("AWS::ApiGatewayV2::Integration").stream()
        .map(integration -> Template.referred(integration.path("IntegrationUri")).orElse(""))
        .map(alias -> Template.referred(template.property(alias, "/FunctionName")).orElse(""))
        .anyMatch(name::equals);
  }

  private static boolean watched(Template template, String queue, String metric) {
    return alarmOn(template, metric, queue);
  }

  /// An alarm over one version alone is of a deployment, and watches nothing before and after it.
  private static boolean alarmOn(Template template, String metric, String resource) {
    return template.properties("AWS::CloudWatch::Alarm").stream()
        .filter(alarm -> !alarm.path("Dimensions").toString().contains("ExecutedVersion"))
        .filter(alarm -> alarm.path("MetricName").asText().equals(metric))
        .flatMap(alarm -> alarm.path("Dimensions").valueStream())
        .anyMatch(dimension ->
            resource.isEmpty()
                || Template.referred(dimension.path("Value")).orElse("").equals(resource));
  }

  private static Set<String> without(
      Set<String> names, java.util.function.Predicate<String> wrong) {
    return names.stream()
        .filter(wrong)
        .collect(java.util.stream.Collectors.toCollection(TreeSet::new));
  }
}
