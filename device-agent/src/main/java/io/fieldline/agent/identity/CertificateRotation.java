// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.identity;

import io.fieldline.agent.cloud.SeparateSession;
import io.fieldline.agent.cloud.ServiceRejection;
import io.fieldline.agent.cloud.ServiceRequests;
import io.fieldline.agent.config.AgentConfig;
import io.fieldline.messages.Topics;
import java.io.IOException;
import java.time.Clock;
import java.util.LinkedHashMap;
import java.util.Map;

/// Gives the thing another certificate in two phases: the new one is made, registered and proven
/// while the old one is in use; then they change places, and the old one is kept until the agent
/// has connected with the new one. If it does not, they change back.
///
/// The steps are the caller's to keep and to call in order; each may be called again after a kill.
public final class CertificateRotation {
  private final AgentConfig.Cloud cloud;
  private final String thing;
  private final IdentityFiles files;
  private final ServiceRequests requests;
  private final Clock clock;

  /// @param requests over the connection with the certificate in use
  public CertificateRotation(
      AgentConfig.Cloud cloud, String thing, ServiceRequests requests, Clock clock) {
    this.cloud = cloud;
    this.thing = thing;
    this.files = files(cloud);
    this.requests = requests;
    this.clock = clock;
  }

  private static IdentityFiles files(AgentConfig.Cloud cloud) {
    return new IdentityFiles(cloud.certificate(), cloud.key());
  }

  /// Makes a key. One in a token stays as it is: it gets another certificate.
  public void makeKey() throws IOException {
    files.makeKey();
  }

  /// Has a certificate made for it.
  ///
  /// @return its `certificateId` and the `token` to register it with
  public Map<String, Object> certify() throws IOException, ServiceRejection, InterruptedException {
    Map<String, Object> made =
        requests.ask(
            Topics.createCertificateFromCsr(),
            Map.of("certificateSigningRequest", files.signingRequest(thing)));
    Map<String, Object> kept = new LinkedHashMap<>();
    kept.put(
        "certificateId",
        files.takeCertificate(String.valueOf(made.getOrDefault("certificatePem", ""))).id());
    kept.put("token", String.valueOf(made.getOrDefault("certificateOwnershipToken", "")));
    return kept;
  }

  /// Has it put in force.
  ///
  /// @throws IOException if the template gave it to another thing
  public void register(String template, Map<String, String> parameters, String token)
      throws IOException, ServiceRejection, InterruptedException {
    Map<String, Object> registered =
        requests.ask(
            Topics.registerThing(template),
            Map.of("certificateOwnershipToken", token, "parameters", parameters));
    if (!thing.equals(registered.get("thingName"))) {
      throw new IOException(
          "the template "
              + template
              + " registered the certificate for "
              + registered.get("thingName")
              + ", expected "
              + thing);
    }
  }

  /// Connects with it, in place of the agent's own connection for a moment.
  public void prove() throws IOException, InterruptedException {
    SeparateSession.connected(cloud.as(files.newCertificate(), files.newKey()), thing, clock)
        .close();
  }

  /// The id of the certificate in use.
  public String certificateId() throws IOException {
    return DeviceCertificate.read(cloud.certificate()).id();
  }

  /// Keeps the pair in use aside.
  public void keepOld() throws IOException {
    files.keepOld();
  }

  /// Puts the new pair in its place. The connection uses it after a restart.
  public static void moveIn(AgentConfig.Cloud cloud) throws IOException {
    files(cloud).moveIn();
  }

  /// Puts the old pair back. The connection uses it after a restart.
  public static void moveBack(AgentConfig.Cloud cloud) throws IOException {
    files(cloud).moveBack();
  }

  /// Forgets the pair that is not in use.
  public void forgetOther() throws IOException {
    files.dropNew();
    files.dropOld();
  }
}
