// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import io.fieldline.agent.config.AgentConfig.KeyOrigin;
import io.fieldline.agent.config.AgentConfig.Provisioning;
import io.fieldline.agent.state.StateFile;
import java.io.IOException;
import java.nio.file.Path;
import java.util.LinkedHashMap;
import java.util.Map;
import java.util.Optional;

/// Reads `provisioning`: how a new device comes by its own certificate.
final class ProvisioningSection {
  private static final String TEMPLATE = "[0-9A-Za-z_-]{1,36}";

  private ProvisioningSection() {}

  /// @param folder where a thing's name is kept once provisioning gave it
  static Optional<Provisioning> read(YamlSection section, Path folder) {
    if (!section.isPresent()) {
      return Optional.empty();
    }
    var provisioning =
        new Provisioning(
            section.requiredFile("certificate", "the claim certificate, PEM"),
            section.requiredFile("key", "its private key, PEM"),
            // Source: AWS IoT API Reference, CreateProvisioningTemplate, templateName.
            section.required(
                "template",
                TEMPLATE,
                "1 to 36 letters, digits, '_' or '-'",
                "name of the fleet provisioning template"),
            section.choice(
                "mode",
                KeyOrigin.CSR,
                "csr: the device makes its key and keeps it; keys-by-aws: AWS makes it and sends"
                    + " it"),
            parameters(section),
            provisionedThing(folder));
    section.end();
    return Optional.of(provisioning);
  }

  private static Map<String, String> parameters(YamlSection section) {
    Map<String, String> parameters = new LinkedHashMap<>();
    for (String text :
        section.texts(
            "parameters",
            "NAME=VALUE",
            "what the template asks for; a VALUE of @FILE is the first line of that file")) {
      int equals = text.indexOf('=');
      if (equals < 1) {
        section.problem("parameters", "NAME=VALUE expected, got '" + text + "'");
      } else {
        parameters.put(text.substring(0, equals), text.substring(equals + 1));
      }
    }
    return parameters;
  }

  private static Optional<String> provisionedThing(Path folder) {
    try {
      return StateFile.at(folder.resolve("identity"), "provisioning")
          .read()
          .map(state -> state.get("thing"))
          .filter(String.class::isInstance)
          .map(String.class::cast);
    } catch (IOException e) {
      // It is as if it were not provisioned; provisioning itself says why the file cannot be read.
      return Optional.empty();
    }
  }
}
