// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

import io.fieldline.agent.config.AgentConfig;
import io.fieldline.messages.Topics;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.util.Optional;

/// Where batches go and how: plain, or deflated to the rule that inflates them where that pays.
/// What is refused deflated goes plain, and if that is taken, so does everything until the next
/// start: the policy or the rule for deflated batches is missing.
final class TelemetryRoute {
  private static final Logger LOG = System.getLogger(TelemetryRoute.class.getName());

  private final String plain;
  private final String deflating;
  private volatile boolean deflates;

  TelemetryRoute(AgentConfig config) {
    this.plain = CloudSide.telemetryTopic(config);
    this.deflating = Topics.deflatedIngest(config.stage(), config.thing());
    this.deflates = config.cloud().deflates();
  }

  /// What is published.
  ///
  /// @param deflated whether it is deflated
  record Outgoing(String topic, byte[] payload, boolean deflated) {
    /// Whether AWS IoT would end the session over it. No batch of this agent is; one that an agent
    /// with other bounds has left in the spool may be.
    boolean isTooLarge() {
      return payload.length > TelemetryEncoder.LARGEST_PUBLISH;
    }
  }

  /// The best way for a batch.
  Outgoing of(byte[] payload) {
    Optional<byte[]> smaller = deflates ? Deflation.ifItPays(payload) : Optional.empty();
    return smaller
        .map(deflated -> new Outgoing(deflating, deflated, true))
        .orElseGet(() -> plain(payload));
  }

  /// The way that every cloud has.
  Outgoing plain(byte[] payload) {
    return new Outgoing(plain, payload, false);
  }

  /// A batch was refused deflated, and taken plain.
  void deflatedIsRefused() {
    deflates = false;
    LOG.log(
        Level.WARNING,
        "deflated batches are refused, all go plain until the next start: does a policy of the"
            + " certificate allow iot:Publish on {0}?",
        deflating);
  }
}
