// SPDX-License-Identifier: Apache-2.0

package io.fieldline.localstack.iot.rules;

import io.fieldline.iotsql.MqttProperties;
import java.util.Optional;

/// One accepted publish, as the rules engine needs it. The payload is not copied: nobody changes
/// it.
///
/// @param principal what `principal()` shows: certificate id, `roleId:session` or user id
/// @param clientId the MQTT client, absent for a publish over HTTP
/// @param sourceIp absent where a rule republished
public record RuleMessage(
    String topic,
    byte[] payload,
    Optional<String> clientId,
    Optional<String> principal,
    Optional<String> sourceIp,
    MqttProperties mqtt5) {}
