// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.config;

import java.util.Comparator;
import java.util.List;
import java.util.Map;
import java.util.TreeMap;
import java.util.regex.Pattern;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;

/// The text of a configuration for people: as keys and values, and without its secrets.
public final class ConfigText {
  /// Stands in a secret's place.
  public static final String REMOVED = "(removed)";

  /// Keys whose values are secret, whatever section they are in.
  private static final String SECRET_WORDS =
      "(?i:authorization|password|passphrase|secret|token|api-?key|credential|cookie)";

  private static final Pattern SECRET = Pattern.compile(".*" + SECRET_WORDS + ".*");

  /// Name and password in a URL.
  private static final Pattern USER_INFO = Pattern.compile("(?<=://)[^/@\\s\"']+@");

  /// A secret that was put out of use and left.
  private static final Pattern IN_COMMENT =
      Pattern.compile("(?m)(#[^\\n]*" + SECRET_WORDS + "[^:\\n]*:\\s*)\\S[^\\n]*");

  private ConfigText() {}

  /// Every value under its full key: `cloud.endpoint`, `tcpClients[0].connect`.
  ///
  /// @throws IllegalArgumentException if the text is no YAML
  public static Map<String, String> flat(String text) {
    Map<String, String> values = new TreeMap<>();
    walk("", text, (key, value) -> values.put(key, value.getValue()));
    return values;
  }

  /// Whether the value of that full key is secret.
  public static boolean isSecret(String key) {
    return SECRET.matcher(key).matches();
  }

  /// The text with every secret's place taken; the rest to the letter, comments included.
  ///
  /// @throws IllegalArgumentException if the text is no YAML, so that nothing can be known secret
  public static String withoutSecrets(String text) {
    Map<Integer, Integer> secrets = new TreeMap<>(Comparator.reverseOrder());
    walk(
        "",
        text,
        (key, value) -> {
          if (isSecret(key)) {
            int from = value.getStartMark().map(Mark::getIndex).orElseThrow();
            secrets.put(from, value.getEndMark().map(Mark::getIndex).orElseThrow());
          }
        });
    var cleaned = new StringBuilder(text);
    secrets.forEach((from, to) ->
        cleaned.replace(
            text.offsetByCodePoints(0, from),
            text.offsetByCodePoints(0, to),
            REMOVED + (text.charAt(text.offsetByCodePoints(0, to) - 1) == '\n' ? "\n" : "")));
    String uncommented = IN_COMMENT.matcher(cleaned).replaceAll("$1" + REMOVED);
    return USER_INFO.matcher(uncommented).replaceAll(REMOVED + "@");
  }

  @FunctionalInterface
  private interface Visitor {
    void visit(String key, ScalarNode value);
  }

  private static void walk(String key, String text, Visitor visitor) {
    try {
      new Compose(LoadSettings.builder().build())
          .composeString(text)
          .ifPresent(root -> walk(key, root, visitor));
    } catch (YamlEngineException e) {
      throw new IllegalArgumentException("YAML expected: " + e.getMessage(), e);
    }
  }

  private static void walk(String key, Node node, Visitor visitor) {
    switch (node) {
      case MappingNode mapping -> {
        for (NodeTuple tuple : mapping.getValue()) {
          String name = tuple.getKeyNode() instanceof ScalarNode scalar ? scalar.getValue() : "?";
          walk(key.isEmpty() ? name : key + "." + name, tuple.getValueNode(), visitor);
        }
      }
      case SequenceNode sequence -> {
        List<Node> elements = sequence.getValue();
        for (int i = 0; i < elements.size(); i++) {
          walk(key + "[" + i + "]", elements.get(i), visitor);
        }
      }
      case ScalarNode scalar -> visitor.visit(key, scalar);
      default -> {}
    }
  }
}
