// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import java.io.ByteArrayOutputStream;
import java.io.FileNotFoundException;
import java.io.IOException;
import java.nio.charset.StandardCharsets;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeMap;
import java.util.TreeSet;
import java.util.zip.ZipEntry;
import java.util.zip.ZipOutputStream;

/// Buckets in memory, which remember in which order they were written to.
final class MemoryBuckets implements Buckets {
  final List<String> written = new ArrayList<>();
  private final Map<String, Map<String, byte[]>> buckets = new HashMap<>();

  @Override
  public byte[] read(String bucket, String key) throws IOException {
    var content = buckets.getOrDefault(bucket, Map.of()).get(key);
    if (content == null) {
      throw new FileNotFoundException(bucket + "/" + key);
    }
    return content;
  }

  @Override
  public Set<String> keys(String bucket) {
    return new TreeSet<>(buckets.getOrDefault(bucket, Map.of()).keySet());
  }

  @Override
  public void write(String bucket, SiteFile file) {
    written.add(file.key());
    buckets.computeIfAbsent(bucket, _ -> new TreeMap<>()).put(file.key(), file.content());
  }

  @Override
  public void delete(String bucket, String key) {
    buckets.get(bucket).remove(key);
  }

  String text(String bucket, String key) throws IOException {
    return new String(read(bucket, key), StandardCharsets.UTF_8);
  }

  void zip(String bucket, String key, String... names) throws IOException {
    var bytes = new ByteArrayOutputStream();
    try (var zip = new ZipOutputStream(bytes)) {
      for (var name : names) {
        zip.putNextEntry(new ZipEntry(name));
        zip.write(("content of " + name).getBytes(StandardCharsets.UTF_8));
      }
    }
    write(bucket, new SiteFile(key, bytes.toByteArray()));
    written.clear();
  }
}
