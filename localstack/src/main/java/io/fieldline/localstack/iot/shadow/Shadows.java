// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.shadow;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.node.JsonNodeFactory;
import com.fasterxml.jackson.databind.node.ObjectNode;
import io.fieldline.localstack.store.Store;
import java.nio.charset.StandardCharsets;
import java.time.Duration;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.Optional;
import java.util.function.BiConsumer;
import org.h2.mvstore.MVMap;
import org.jspecify.annotations.Nullable;

/// The shadows themselves, and what each change publishes. One change at a time, so that its
/// messages come in the order of the versions.
final class Shadows {
  private static final Duration VERSION_KEPT = Duration.ofHours(48);

  private final MVMap<String, Shadow> shadows;
  private final InstantSource clock;
  private final BiConsumer<String, ObjectNode> publish;

  /// @param publish topic and document, at once
  Shadows(Store store, InstantSource clock, BiConsumer<String, ObjectNode> publish) {
    this.shadows = store.map("iot/shadows", Shadow.class);
    this.clock = clock;
    this.publish = publish;
  }

  private static ObjectNode object() {
    return JsonNodeFactory.instance.objectNode();
  }

  private long now() {
    return clock.instant().getEpochSecond();
  }

  private Optional<Shadow> live(ShadowName name) {
    return Optional.ofNullable(shadows.get(name.key())).filter(s -> !s.isDeleted());
  }

  private Shadow require(ShadowName name) {
    return live(name)
        .orElseThrow(() -> new ShadowFailure(404, "No shadow exists with name: " + name.shown()));
  }

  /// The whole document, with the delta where there is one.
  synchronized ObjectNode get(ShadowName name, Optional<String> token) {
    Shadow shadow = require(name);
    ObjectNode state = shadow.state().deepCopy();
    ObjectNode delta = delta(shadow);
    if (!delta.isEmpty()) {
      state.set("delta", delta);
    }
    ObjectNode document = object();
    document.set("state", state);
    document.set("metadata", shadow.metadata());
    document.put("version", shadow.version()).put("timestamp", now());
    token.ifPresent(t -> document.put("clientToken", t));
    return document;
  }

  private static ObjectNode delta(Shadow shadow) {
    return ShadowMerge.delta(shadow.state().path("desired"), shadow.state().path("reported"));
  }

  /// Changes the shadow, tells everybody, and answers what {@code accepted} says.
  synchronized ObjectNode update(ShadowName name, ShadowRequest request) {
    @Nullable Shadow old = shadows.get(name.key());
    Optional<Shadow> before = live(name);
    checkVersion(request, before);
    long timestamp = now();
    Shadow after = merged(old, request.state(), timestamp);
    int size = after.state().toString().getBytes(StandardCharsets.UTF_8).length;
    if (size > ShadowRequest.MAX_BYTES) {
      throw new ShadowFailure(413, "The payload exceeds the maximum size allowed");
    }
    shadows.put(name.key(), after);
    ObjectNode accepted = accepted(request, after);
    publish.accept(name.topic() + "/update/accepted", accepted);
    publish.accept(name.topic() + "/update/documents", documents(request, before, after));
    ObjectNode delta = delta(after);
    if (!delta.isEmpty()) {
      publish.accept(name.topic() + "/update/delta", deltaMessage(request, after, delta));
    }
    return accepted;
  }

  /// On a document that does not exist yet, only version 1 is accepted. Assumed: as Greengrass's
  /// shadow manager does.
  private static void checkVersion(ShadowRequest request, Optional<Shadow> current) {
    if (request.version().isPresent()) {
      long expected = current.map(Shadow::version).orElse(1L);
      if (request.version().getAsLong() != expected) {
        throw new ShadowFailure(409, "Version conflict");
      }
    }
  }

  private Shadow merged(@Nullable Shadow old, JsonNode patch, long timestamp) {
    ObjectNode state = old == null ? object() : old.state().deepCopy();
    ObjectNode metadata = old == null ? object() : old.metadata().deepCopy();
    if (patch.isNull()) {
      state.removeAll();
      metadata.removeAll();
    }
    for (var section : patch.properties()) {
      String name = section.getKey();
      if (section.getValue().isNull()) {
        state.remove(name);
        metadata.remove(name);
        continue;
      }
      ObjectNode inner = state.get(name) instanceof ObjectNode known ? known : object();
      ObjectNode stamps = metadata.get(name) instanceof ObjectNode known ? known : object();
      ShadowMerge.apply(inner, stamps, section.getValue(), timestamp);
      put(state, name, inner);
      put(metadata, name, stamps);
      if (inner.isEmpty()) {
        metadata.remove(name);
      }
    }
    return new Shadow(state, metadata, nextVersion(old), timestamp, null);
  }

  /// A section with nothing in it disappears.
  private static void put(ObjectNode into, String name, ObjectNode section) {
    if (section.isEmpty()) {
      into.remove(name);
    } else {
      into.set(name, section);
    }
  }

  private long nextVersion(@Nullable Shadow old) {
    if (old == null) {
      return 1;
    }
    var deleted = old.deletedAt();
    boolean forgotten = deleted != null && deleted.plus(VERSION_KEPT).isBefore(clock.instant());
    return forgotten ? 1 : old.version() + 1;
  }

  private static ObjectNode accepted(ShadowRequest request, Shadow after) {
    ObjectNode document = object();
    document.set("state", request.state());
    document.set("metadata", ShadowMerge.stamped(request.state(), after.timestamp()));
    return stamped(document, request, after);
  }

  private static ObjectNode stamped(ObjectNode document, ShadowRequest request, Shadow after) {
    document.put("version", after.version()).put("timestamp", after.timestamp());
    request.clientToken().ifPresent(t -> document.put("clientToken", t));
    return document;
  }

  private static ObjectNode deltaMessage(ShadowRequest request, Shadow after, ObjectNode delta) {
    ObjectNode document = object();
    document.put("version", after.version()).put("timestamp", after.timestamp());
    document.set("state", delta);
    document.set("metadata", ShadowMerge.select(after.metadata().path("desired"), delta));
    request.clientToken().ifPresent(t -> document.put("clientToken", t));
    return document;
  }

  private static ObjectNode documents(
      ShadowRequest request, Optional<Shadow> before, Shadow after) {
    ObjectNode document = object();
    document.set("previous", before.<JsonNode>map(Shadows::snapshot).orElse(object().nullNode()));
    document.set("current", snapshot(after));
    document.put("timestamp", after.timestamp());
    request.clientToken().ifPresent(t -> document.put("clientToken", t));
    return document;
  }

  private static ObjectNode snapshot(Shadow shadow) {
    ObjectNode snapshot = object();
    snapshot.set("state", shadow.state());
    snapshot.set("metadata", shadow.metadata());
    return snapshot.put("version", shadow.version());
  }

  synchronized ObjectNode delete(ShadowName name, Optional<String> token) {
    Shadow shadow = require(name);
    shadows.put(
        name.key(), new Shadow(object(), object(), shadow.version(), now(), clock.instant()));
    ObjectNode document = object().put("version", shadow.version()).put("timestamp", now());
    token.ifPresent(t -> document.put("clientToken", t));
    publish.accept(name.topic() + "/delete/accepted", document);
    return document;
  }

  /// The names of a thing's shadows, the classic one apart.
  List<String> names(String thing) {
    String prefix = thing + ShadowName.SEPARATOR;
    var names = new ArrayList<String>();
    for (Iterator<String> keys = shadows.keyIterator(prefix); keys.hasNext(); ) {
      String key = keys.next();
      if (!key.startsWith(prefix)) {
        break;
      }
      Shadow shadow = shadows.get(key);
      if (key.length() > prefix.length() && shadow != null && !shadow.isDeleted()) {
        names.add(key.substring(prefix.length()));
      }
    }
    return names;
  }
}
