// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.iotsql.MqttProperties;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.Authorization;
import io.fieldline.localstack.api.StackClock;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.api.Timers;
import io.fieldline.localstack.iot.jobs.JobService;
import io.fieldline.localstack.iot.jobs.JobTargets;
import io.fieldline.localstack.iot.mqtt.AcceptedMessage;
import io.fieldline.localstack.iot.mqtt.HttpsDevices;
import io.fieldline.localstack.iot.mqtt.IotCoreBroker;
import io.fieldline.localstack.iot.mqtt.IotMqtt;
import io.fieldline.localstack.iot.mqtt.ReservedRequest;
import io.fieldline.localstack.iot.mqtt.SignedUpgrades;
import io.fieldline.localstack.iot.mqtt.StackTls;
import io.fieldline.localstack.iot.provisioning.FleetProvisioning;
import io.fieldline.localstack.iot.provisioning.ProvisioningTemplates;
import io.fieldline.localstack.iot.rules.RuleEngine;
import io.fieldline.localstack.iot.rules.RuleMessage;
import io.fieldline.localstack.iot.shadow.ShadowService;
import io.fieldline.localstack.store.Store;
import io.fieldline.localstack.ways.Ways;
import io.fieldline.mqtt.MessageProperties;
import java.io.IOException;
import java.net.InetSocketAddress;
import java.security.SecureRandom;
import java.time.Clock;
import java.util.Base64;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Optional;
import java.util.UUID;

/// AWS IoT Core as a whole: its nouns, wired, and its broker.
public final class IotService implements AutoCloseable {
  private final IotMqtt parts;
  private final IotCoreBroker broker;
  private final CertificateAuthority authority;
  private final ShadowService shadows;
  private final FleetProvisioning provisioning;
  private final JobService jobs;
  private final HttpsDevices httpsDevices;
  private final List<Registration> registrations;

  private interface Registration {
    void register(Api api);
  }

  /// @param iam decides about clients that connect with a signature
  /// @param rules sees every accepted publish
  /// @param signed tells who signed a WebSocket's request
  public IotService(
      Api api,
      Store store,
      StackInfo info,
      StackClock clock,
      Timers timers,
      Authorization iam,
      RuleEngine rules,
      SignedUpgrades signed,
      Ways ways) {
    var version = new RegistryVersion();
    var principalLinks = new Links(store, "iot/thing-principals", version);
    var targetLinks = new Links(store, "iot/policy-targets", version);
    var groupLinks = new Links(store, "iot/group-things", version);
    authority = CertificateAuthority.open(store, new SecureRandom(), Clock.systemUTC());
    var tags = new Tags(store);
    var types = new ThingTypes(store, info, clock, tags, IotService::id);
    var things = new Things(store, types, principalLinks, info, IotService::id, version);
    var groups = new ThingGroups(store, groupLinks, things, info, clock, tags, IotService::id);
    var claims = new ProvisioningClaims(store, authority, info, clock);
    var certificates =
        new Certificates(
            store, authority, principalLinks, targetLinks, claims, info, clock, IotService::id);
    var policies = new Policies(store, targetLinks, info, clock, tags, IotService::id, version);
    var targets =
        new PolicyTargets(
            policies, targetLinks, arn -> certificates.existsArn(arn) && groups.existsArn(arn));
    var principals = new ThingPrincipals(things, principalLinks, certificates::existsArn);
    var authorizers = new Authorizers(store, info, clock, tags);
    shadows = new ShadowService(store, info, clock, this::publishOwn);
    var templates = new ProvisioningTemplates(api, store, info, clock, tags, claims);
    provisioning =
        new FleetProvisioning(
            api, store, info, clock, timers, templates, certificates, this::answerSubscriber);
    jobs = new JobService(api, store, info, clock, tags, targets(things, groups), new JobsBroker());
    groups.whenMembershipChanges(jobs::membershipChanged);
    things.whenDeleted(thing -> {
      groups.thingDeleted(thing);
      jobs.thingDeleted(thing);
    });
    var registry = new DeviceRegistry(principals, groups, policies, targetLinks, claims, version);
    httpsDevices = new HttpsDevices(registry, certificates);
    parts =
        new IotMqtt(
            api,
            iam,
            info,
            clock,
            registry,
            certificates,
            authorizers,
            signed,
            (message, settlement) -> rules.onMessage(ruleMessage(message), settlement),
            this::request,
            store::whenCommitted,
            ways,
            IotService::id);
    broker = parts.start();
    jobs.start(timers);
    certificates.whenDeactivated(broker::disconnectCertificate);
    registrations =
        List.of(
            tags::register,
            a -> types.register(a, t -> things.all().stream().anyMatch(x -> t.equals(x.type()))),
            things::register,
            groups::register,
            certificates::register,
            policies::register,
            targets::register,
            principals::register,
            authorizers::register,
            templates::register,
            jobs::register,
            new Endpoints(info)::register,
            shadows::register,
            new IotData(info, broker)::register);
  }

  private static JobTargets targets(Things things, ThingGroups groups) {
    return new JobTargets() {
      @Override
      public boolean thingExists(String thing) {
        return things.find(thing).isPresent();
      }

      @Override
      public boolean groupExists(String group) {
        return groups.exists(group);
      }

      @Override
      public List<String> thingsOf(String group) {
        return groups.thingsOf(group);
      }

      @Override
      public String thingArn(String thing) {
        return things.arn(thing);
      }

      @Override
      public String groupArn(String group) {
        return groups.arn(group);
      }
    };
  }

  private final class JobsBroker implements JobService.Broker {
    @Override
    public void publish(String topic, byte[] payload) {
      publishOwn(topic, payload);
    }

    @Override
    public void answer(String clientId, String topic, byte[] payload) {
      broker.answer(clientId, topic, payload);
    }
  }

  private static String id() {
    return UUID.randomUUID().toString();
  }

  /// What clients ask on reserved topics. Others see requests to shadows, and no others.
  private boolean request(ReservedRequest request) {
    if (provisioning.take(request) || jobs.take(request)) {
      return true;
    }
    shadows.onMessage(request.topic(), request.payload());
    return false;
  }

  private void answerSubscriber(String clientId, String topic, byte[] payload) {
    broker.answerSubscriber(clientId, topic, payload);
  }

  private void publishOwn(String topic, byte[] payload) {
    broker.publishOwn(topic, payload);
  }

  private static RuleMessage ruleMessage(AcceptedMessage accepted) {
    MessageProperties p = accepted.message().properties();
    var mqtt5 =
        p.equals(MessageProperties.NONE)
            ? MqttProperties.NONE
            : new MqttProperties(
                Objects.equals(p.payloadFormat(), 1),
                Optional.ofNullable(p.contentType()),
                Optional.ofNullable(p.responseTopic()),
                Optional.ofNullable(p.correlationData()).map(Base64.getEncoder()::encodeToString),
                p.userProperties().stream().map(u -> Map.entry(u.name(), u.value())).toList());
    return new RuleMessage(
        accepted.message().topic().text(),
        accepted.message().payload(),
        accepted.clientId(),
        accepted.principal(),
        accepted.sourceIp(),
        mqtt5);
  }

  public void register(Api api) {
    registrations.forEach(r -> r.register(api));
  }

  /// Takes MQTT from the stack's one port.
  public IotCoreBroker broker() {
    return broker;
  }

  /// Who calls over HTTPS with a certificate.
  public HttpsDevices httpsDevices() {
    return httpsDevices;
  }

  /// What devices and browsers must trust.
  public CertificateAuthority authority() {
    return authority;
  }

  /// TLS of the stack's ports, which listen on this address.
  public StackTls tls(String address) {
    var names = List.of("localhost", "127.0.0.1", "::1", "*.localhost", address);
    try {
      return parts.tls(authority, names.stream().distinct().toList());
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  /// Listens for devices with mutual TLS; the answer is the port.
  public int listen(InetSocketAddress address, StackTls tls) {
    try {
      return broker.listen(address, tls.devices());
    } catch (IOException e) {
      throw new IllegalStateException(e.getMessage(), e);
    }
  }

  @Override
  public void close() {
    broker.close();
  }
}
