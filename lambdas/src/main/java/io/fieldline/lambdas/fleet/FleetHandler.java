// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import static java.util.Map.entry;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.alarm.MirrorQueue;
import io.fieldline.lambdas.api.ApiException;
import io.fieldline.lambdas.api.ApiRoutes;
import io.fieldline.lambdas.api.Audit;
import io.fieldline.lambdas.archive.ArchiveDeletion;
import io.fieldline.lambdas.aws.BatchItemFailures;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.lambdas.scheduler.Schedules;
import io.fieldline.messages.MessageException;
import io.fieldline.messages.api.ApiFunction;
import io.fieldline.messages.api.ApiRoute;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.time.Duration;
import java.util.Map;
import java.util.function.Function;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;
import software.amazon.awssdk.services.s3.S3Client;
import software.amazon.awssdk.services.scheduler.SchedulerClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// What admins do with devices themselves. A function of its own, because nothing else may.
public final class FleetHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(FleetHandler.class.getName());

  private final ApiRoutes routes;
  private final FleetWork work;

  /// The function as Lambda makes it.
  public FleetHandler() {
    this(
        Environment.ofProcess(),
        Clients.dynamoDb(),
        Clients.iot(),
        Clients.iotData(),
        Clients.sqs(),
        Clients.scheduler(),
        Clients::s3,
        Clock.systemUTC());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  FleetHandler(
      Environment environment,
      DynamoDbClient tables,
      IotClient iot,
      IotDataPlaneClient data,
      SqsClient queues,
      SchedulerClient scheduler,
      Function<Environment, S3Client> buckets,
      Clock clock) {
    var fleet = environment.text("FLEET_TABLE");
    var serials = new SerialRoutes(tables, fleet);
    var deletions = new Deletions(tables, fleet);
    var identity = new DeviceIdentity(iot, data, deletions);
    var memberships = new Memberships(tables, fleet);
    var things = new ThingGroups(iot, environment.text("THING_GROUP_PREFIX"), identity);
    var queue = new FleetQueue(queues, environment.text("DELETION_QUEUE_URL"));
    var mirrors = new MirrorQueue(queues, environment.text("MIRROR_QUEUE_URL"));
    var retention = Duration.ofDays(environment.positive("RAW_RETENTION_DAYS"));
    var items =
        new DeviceItems(
            tables, environment.text("TELEMETRY_TABLE"), fleet, retention, deletions, memberships);
    var archive =
        environment
            .optional("ARCHIVE_BUCKET")
            .map(bucket -> new ArchiveDeletion(buckets.apply(environment), bucket));
    var schedules = new Schedules(tables, fleet, scheduler, Schedules.Place.of(environment));
    this.work =
        new FleetWork(
            new DeletionWork(
                tables, fleet, deletions, identity, items, archive, schedules, queue, clock),
            new GroupWork(tables, fleet, memberships, things, queue, mirrors, clock),
            new Placement(tables, fleet, memberships, things, identity, queue, mirrors));
    var groups = new GroupRoutes(tables, fleet, things, queue);
    var members = new MembershipRoutes(memberships, things, mirrors);
    var certificates = new CertificateRoutes(identity, memberships);
    var deleting = new DeletionRoutes(tables, fleet, deletions, identity, queue);
    this.routes =
        new ApiRoutes(
            ApiFunction.FLEET,
            Map.ofEntries(
                entry(ApiRoute.LIST_SERIALS, serials::list),
                entry(ApiRoute.ADD_SERIALS, serials::add),
                entry(ApiRoute.PUT_SERIAL, serials::allow),
                entry(ApiRoute.DELETE_SERIAL, serials::remove),
                entry(ApiRoute.PUT_GROUP, groups::put),
                entry(ApiRoute.DELETE_GROUP, groups::delete),
                entry(ApiRoute.JOIN_GROUP, members::join),
                entry(ApiRoute.LEAVE_GROUP, members::leave),
                entry(ApiRoute.CHANGE_GROUP, members::many),
                entry(ApiRoute.SET_TYPE, members::type),
                entry(ApiRoute.LIST_CERTIFICATES, certificates::list),
                entry(ApiRoute.REVOKE_CERTIFICATE, certificates::revoke),
                entry(ApiRoute.DELETE_DEVICE, deleting::delete),
                entry(ApiRoute.LIST_DELETIONS, deleting::list),
                entry(ApiRoute.FORGET_DELETION, deleting::forget)),
            Audit.of(tables, fleet, environment));
  }

  @Override
  public void prime() throws MessageException {
    routes.prime(ApiRoute.LIST_SERIALS, Map.of("queryStringParameters", Map.of("limit", "1")));
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    var event = JsonObject.parse(input);
    output.write(
        LogScope.of(
            context, () -> event.has("Records") ? worked(event, context) : routes.answer(event)));
  }

  private byte[] worked(JsonObject event, Context context) throws MessageException {
    var failed = new BatchItemFailures();
    for (var record : event.objects("Records")) {
      try {
        work.take(record.text("body"));
      } catch (MessageException | ApiException | RuntimeException e) {
        LOG.log(System.Logger.Level.ERROR, "work failed, will be retried", e);
        failed.add(record.text("messageId"));
      }
    }
    return failed.answer(context);
  }
}
