// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import java.time.Instant;
import java.util.ArrayList;
import java.util.List;
import java.util.Optional;

/// An IoT policy as it is kept: up to five versions, one of them in force.
record IotPolicy(
    String name,
    String defaultVersion,
    List<Version> versions,
    int created,
    Instant createdAt,
    Instant modifiedAt,
    String generationId) {
  /// @param id "1", "2", …; never used again
  record Version(String id, String document, Instant createdAt) {}

  Optional<Version> version(String id) {
    return versions.stream().filter(v -> v.id().equals(id)).findFirst();
  }

  String document() {
    return version(defaultVersion).orElseThrow().document();
  }

  IotPolicy with(Version added, String nextDefault, Instant at) {
    var more = new ArrayList<>(versions);
    more.add(added);
    return new IotPolicy(name, nextDefault, more, created + 1, createdAt, at, generationId);
  }

  IotPolicy without(String id, Instant at) {
    var less = new ArrayList<>(versions);
    less.removeIf(v -> v.id().equals(id));
    return new IotPolicy(name, defaultVersion, less, created, createdAt, at, generationId);
  }

  IotPolicy withDefault(String id, Instant at) {
    return new IotPolicy(name, id, versions, created, createdAt, at, generationId);
  }
}
