// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.admission;

import com.amazonaws.services.lambda.runtime.Context;
import com.amazonaws.services.lambda.runtime.RequestStreamHandler;
import io.fieldline.lambdas.aws.Clients;
import io.fieldline.lambdas.aws.Environment;
import io.fieldline.lambdas.aws.Primed;
import io.fieldline.lambdas.json.JsonObject;
import io.fieldline.lambdas.log.JsonLines;
import io.fieldline.lambdas.log.LogScope;
import io.fieldline.messages.MessageException;
import java.io.IOException;
import java.io.InputStream;
import java.io.OutputStream;
import java.time.Clock;
import java.util.Map;
import java.util.Optional;
import software.amazon.awssdk.services.dynamodb.DynamoDbClient;
import software.amazon.awssdk.services.sqs.SqsClient;

/// Says of each device that asks to be registered whether it may be, and as which thing: whatever
/// the device says of that, the name is made here. A function that fails lets nobody in.
///
/// Source: AWS IoT Core Developer Guide, "Pre-provisioning hooks".
public final class AdmissionHandler implements RequestStreamHandler, Primed {
  private static final System.Logger LOG = System.getLogger(AdmissionHandler.class.getName());

  private final AllowList serials;
  private final Provisioned provisioned;
  private final String devices;
  private final String rotation;

  /// The function as Lambda makes it.
  public AdmissionHandler() {
    this(Environment.ofProcess(), Clients.dynamoDb(), Clients.sqs(), Clock.systemUTC());
    JsonLines.install();
    primeBeforeSnapshot();
  }

  AdmissionHandler(Environment environment, DynamoDbClient tables, SqsClient queues, Clock clock) {
    this.serials = new AllowList(tables, environment.text("FLEET_TABLE"), clock);
    this.provisioned = new Provisioned(queues, environment.text("FLEET_QUEUE_URL"));
    this.devices = environment.text("DEVICES_TEMPLATE");
    this.rotation = environment.text("ROTATION_TEMPLATE");
  }

  /// A serial number that cannot be.
  @Override
  public void prime() {
    serials.admit(" ", "none");
  }

  @Override
  public void handleRequest(InputStream input, OutputStream output, Context context)
      throws IOException {
    output.write(LogScope.of(context, () -> answer(JsonObject.parse(input))));
  }

  private byte[] answer(JsonObject event) throws MessageException {
    var arn = event.text("templateArn");
    var template = arn.substring(arn.lastIndexOf('/') + 1);
    if (template.equals(devices)) {
      return ofNew(event);
    }
    if (template.equals(rotation)) {
      return ofKnown(event);
    }
    return refused(Optional.of("expected one of this stage's templates, got " + template));
  }

  /// The thing is named as the serial number.
  private byte[] ofNew(JsonObject event) throws MessageException {
    var serial = event.object("parameters").text("SerialNumber");
    var refusal = serials.admit(serial, event.text("certificateId"));
    if (refusal.isPresent()) {
      return refused(refusal);
    }
    provisioned.tell(serial);
    return allowed(serial);
  }

  /// By the policies of devices, who asks under a client identifier is the thing of that name. It
  /// stays that: a device that could say which thing's certificate it wants could become another.
  private static byte[] ofKnown(JsonObject event) throws MessageException {
    return allowed(event.text("clientId"));
  }

  private static byte[] allowed(String thing) {
    LOG.log(System.Logger.Level.INFO, "admitted", Map.of("thing", thing));
    return JsonObject.write(
        Map.of("allowProvisioning", true, "parameterOverrides", Map.of("ThingName", thing)));
  }

  private static byte[] refused(Optional<String> why) {
    LOG.log(System.Logger.Level.WARNING, "not admitted", Map.of("reason", why.orElse("")));
    return JsonObject.write(Map.of("allowProvisioning", false));
  }
}
