// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.lambda;

import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.function.Function;
import java.util.random.RandomGenerator;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/// Functions, their versions and aliases, durable; and what a name with a qualifier means.
final class FunctionRecords {
  private final MVMap<String, FunctionVersion> versions;
  private final MVMap<String, Alias> aliases;
  private final StackInfo stack;
  private final RandomGenerator random = RandomGenerator.getDefault();

  /// @param weights at most one other version, and which part of the invocations it gets
  record Alias(
      String function,
      String name,
      String version,
      String description,
      String revisionId,
      @Nullable Map<String, Double> weights) {
    Alias {
      // Null where it was kept before there were weights.
      weights = weights == null ? Map.of() : Map.copyOf(weights);
    }

    @Override
    public Map<String, Double> weights() {
      return java.util.Objects.requireNonNull(weights);
    }

    private String anyVersion(RandomGenerator random) {
      for (var weight : weights().entrySet()) {
        if (random.nextDouble() < weight.getValue()) {
          return weight.getKey();
        }
      }
      return version;
    }

    boolean names(String itsVersion) {
      return version.equals(itsVersion) || weights().containsKey(itsVersion);
    }
  }

  FunctionRecords(Store store, StackInfo stack) {
    this.versions = store.map("lambda/functions", FunctionVersion.class);
    this.aliases = store.map("lambda/aliases", Alias.class);
    this.stack = stack;
  }

  boolean exists(String name) {
    return versions.containsKey(FunctionVersion.key(name, FunctionVersion.LATEST));
  }

  void put(FunctionVersion version) {
    versions.put(version.key(), version);
  }

  void put(Alias alias) {
    aliases.put(alias.function() + ":" + alias.name(), alias);
  }

  /// The version that a name means: of the qualifier, an alias, or the latest.
  FunctionVersion get(FunctionName name) {
    return find(name).orElseThrow(() -> notFound(name));
  }

  Optional<FunctionVersion> find(FunctionName name) {
    return find(name, Alias::version);
  }

  /// The version that this invocation goes to: of an alias with weights, by chance.
  FunctionVersion route(FunctionName name) {
    return find(name, alias -> alias.anyVersion(random)).orElseThrow(() -> notFound(name));
  }

  private Optional<FunctionVersion> find(FunctionName name, Function<Alias, String> versionOf) {
    String qualifier = name.qualifier() == null ? FunctionVersion.LATEST : name.qualifier();
    Alias alias = aliases.get(name.name() + ":" + qualifier);
    String version = alias == null ? qualifier : versionOf.apply(alias);
    return Optional.ofNullable(versions.get(FunctionVersion.key(name.name(), version)));
  }

  boolean isWeighted(FunctionName name) {
    Alias alias = aliases.get(name.name() + ":" + name.qualifier());
    return alias != null && !alias.weights().isEmpty();
  }

  AwsFailure notFound(FunctionName name) {
    return AwsFailure.notFound("Function not found: " + arn(name.name(), name.qualifier()));
  }

  Alias alias(String function, String name) {
    Alias alias = aliases.get(function + ":" + name);
    if (alias == null) {
      throw AwsFailure.notFound("Cannot find alias arn: " + arn(function, name));
    }
    return alias;
  }

  boolean hasAlias(String function, String name) {
    return aliases.containsKey(function + ":" + name);
  }

  void removeAlias(String function, String name) {
    aliases.remove(function + ":" + name);
  }

  List<Alias> aliases(String function) {
    return aliases.values().stream().filter(a -> a.function().equals(function)).toList();
  }

  /// Oldest first; the latest, unpublished one is the first.
  List<FunctionVersion> versions(String function) {
    return versions.values().stream()
        .filter(v -> v.name().equals(function))
        .sorted(
            java.util.Comparator.comparingInt(v ->
                v.version().equals(FunctionVersion.LATEST) ? 0 : Integer.parseInt(v.version())))
        .toList();
  }

  List<FunctionVersion> all() {
    return List.copyOf(versions.values());
  }

  List<FunctionVersion> latest() {
    return versions.values().stream()
        .filter(v -> v.version().equals(FunctionVersion.LATEST))
        .toList();
  }

  void removeVersion(String function, String version) {
    versions.remove(FunctionVersion.key(function, version));
  }

  void removeAll(String function) {
    versions(function).forEach(v -> versions.remove(v.key()));
    aliases(function).forEach(a -> removeAlias(function, a.name()));
  }

  String arn(String function, @Nullable String qualifier) {
    return stack.arn("lambda", "function:" + function + (qualifier == null ? "" : ":" + qualifier));
  }

  String arn(FunctionName name) {
    return arn(name.name(), name.qualifier());
  }
}
