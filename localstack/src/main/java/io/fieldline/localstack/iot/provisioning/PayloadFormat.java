// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.provisioning;

import com.fasterxml.jackson.core.JsonProcessingException;
import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import com.fasterxml.jackson.databind.node.ObjectNode;
import com.fasterxml.jackson.dataformat.cbor.CBORFactory;
import java.io.IOException;
import java.util.Locale;

/// How requests and answers are written, by the last level of the topic.
enum PayloadFormat {
  JSON(new ObjectMapper()),
  CBOR(new ObjectMapper(new CBORFactory()));

  private final ObjectMapper mapper;

  PayloadFormat(ObjectMapper mapper) {
    this.mapper = mapper;
  }

  static PayloadFormat of(String level) {
    return valueOf(level.toUpperCase(Locale.ROOT));
  }

  JsonNode read(byte[] payload) {
    try {
      JsonNode read = mapper.readTree(payload);
      if (read != null && read.isObject()) {
        return read;
      }
    } catch (IOException e) {
      throw ProvisioningFailure.invalidPayload("Failed to parse the payload as " + this);
    }
    throw ProvisioningFailure.invalidPayload("Expected an object in the payload");
  }

  byte[] write(ObjectNode answer) {
    try {
      return mapper.writeValueAsBytes(answer);
    } catch (JsonProcessingException e) {
      throw new IllegalStateException("an answer cannot be written", e);
    }
  }
}
