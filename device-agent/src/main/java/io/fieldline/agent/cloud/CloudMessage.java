// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.cloud;

/// A message from the cloud.
public record CloudMessage(String topic, byte[] payload) {}
