// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.AwsFailure;
import java.util.List;
import java.util.Map;
import org.snakeyaml.engine.v2.api.Load;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import software.amazon.awssdk.services.codedeploy.model.RevisionLocation;

/// What is to be deployed: an alias of a function, from one version to another.
///
/// Source: AWS CodeDeploy User Guide, "AppSpec file structure for AWS Lambda deployments".
record AppSpec(String function, String alias, String currentVersion, String targetVersion) {

  static AppSpec of(RevisionLocation revision) {
    if (revision.appSpecContent() != null) {
      return parse(String.valueOf(revision.appSpecContent().content()));
    }
    if (revision.string() != null) {
      return parse(String.valueOf(revision.string().content()));
    }
    throw CodeDeployFailures.unsupported(
        "InvalidRevisionException",
        "A revision elsewhere than in appSpecContent or string, as in "
            + revision.revisionTypeAsString()
            + ",");
  }

  private static AppSpec parse(String text) {
    Object read;
    try {
      read = new Load(LoadSettings.builder().build()).loadFromString(text);
    } catch (YamlEngineException e) {
      throw invalid("it is neither JSON nor YAML: " + e.getMessage());
    }
    var spec = map(read, "the AppSpec");
    if (spec.get("Hooks") instanceof List<?> hooks && !hooks.isEmpty()) {
      throw CodeDeployFailures.unsupported("InvalidRevisionException", "Hooks in an AppSpec");
    }
    if (!(spec.get("Resources") instanceof List<?> resources) || resources.size() != 1) {
      throw invalid("expected one resource under Resources, got " + spec.get("Resources"));
    }
    var resource = map(resources.getFirst(), "the resource");
    if (resource.size() != 1) {
      throw invalid("expected one named resource, got " + resource.keySet());
    }
    var named = map(resource.values().iterator().next(), "the resource's definition");
    if (!"AWS::Lambda::Function".equals(named.get("Type"))) {
      throw invalid("expected the type AWS::Lambda::Function, got " + named.get("Type"));
    }
    var properties = map(named.get("Properties"), "Properties");
    return new AppSpec(
        text(properties, "Name"),
        text(properties, "Alias"),
        text(properties, "CurrentVersion"),
        text(properties, "TargetVersion"));
  }

  private static Map<?, ?> map(@org.jspecify.annotations.Nullable Object value, String what) {
    if (value instanceof Map<?, ?> map) {
      return map;
    }
    throw invalid("expected an object as " + what + ", got " + value);
  }

  private static String text(Map<?, ?> properties, String name) {
    Object value = properties.get(name);
    if (value == null || value.toString().isEmpty()) {
      throw invalid("expected the property " + name + ", got " + properties.keySet());
    }
    return value.toString();
  }

  private static AwsFailure invalid(String why) {
    return CodeDeployFailures.of(
        "InvalidRevisionException", "The AppSpec file is not valid: " + why);
  }
}
