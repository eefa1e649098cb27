// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.spool;

import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.BitSet;
import java.util.List;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.CopyOnWriteArrayList;
import java.util.concurrent.atomic.AtomicLong;
import java.util.random.RandomGenerator;
import java.util.stream.Stream;

/// A folder on a disk that fails as it is told, can lose its power at any operation, and then holds
/// only what was forced to it, and of the rest what chance left.
///
/// What the program under test calls goes to real files; nothing is forced for real.
final class FaultyDisk {
  /// What is asked of the disk.
  enum Operation {
    OPEN,
    READ,
    WRITE,
    FORCE,
    TRUNCATE,
    DELETE,
    MOVE
  }

  /// Decides on each operation before it is done.
  @FunctionalInterface
  interface Trouble {
    void before(Operation operation, Path file) throws IOException;
  }

  private final Path real;
  private final Path folder;
  private final RandomGenerator random;
  private final AtomicLong operations = new AtomicLong();
  private final Map<Path, byte[]> durable = new ConcurrentHashMap<>();
  private final Map<Path, BitSet> dirty = new ConcurrentHashMap<>();
  private final Map<Path, BitSet> dropped = new ConcurrentHashMap<>();
  private final Set<Path> durableNames = ConcurrentHashMap.newKeySet();
  private volatile Trouble trouble = (_, _) -> {};
  private volatile long powerEndsAt = Long.MAX_VALUE;
  private final List<Spoiled> spoiled = new CopyOnWriteArrayList<>();

  FaultyDisk(Path real, RandomGenerator random) {
    this.real = real;
    this.random = random;
    this.folder = new FaultyFileSystem(this).path(real);
  }

  /// The folder as the program under test sees it.
  Path folder() {
    return folder;
  }

  void trouble(Trouble next) {
    trouble = next;
  }

  /// The power ends at the nth operation from now that changes something.
  void losePowerAfter(long changes) {
    powerEndsAt = operations.get() + changes;
  }

  boolean isWithoutPower() {
    return operations.get() >= powerEndsAt;
  }

  /// Before each operation.
  void ask(Operation operation, Path file) throws IOException {
    boolean changes = operation != Operation.READ && operation != Operation.OPEN;
    long number = changes ? operations.incrementAndGet() : operations.get();
    if (number >= powerEndsAt) {
      throw new IOException(file + ": no power");
    }
    trouble.before(operation, file);
  }

  private record Spoiled(Path file, long from, long to) {}

  /// From now on no page with a byte of these can be read.
  void spoil(Path file, long from, long bytes) {
    long page = 4096;
    spoiled.add(new Spoiled(file, from / page * page, (from + bytes + page - 1) / page * page));
  }

  /// All can be read again.
  void mend() {
    spoiled.clear();
  }

  /// Before bytes are read.
  void askRead(Path file, long from, int bytes) throws IOException {
    ask(Operation.READ, file);
    for (Spoiled one : spoiled) {
      if (one.file.equals(file) && one.from < from + bytes && from < one.to) {
        throw new IOException(file + ": Input/output error");
      }
    }
  }

  /// How much of a write is done where it fails.
  int partOf(int bytes) {
    synchronized (random) {
      return random.nextInt(bytes + 1);
    }
  }

  /// After a force of a file or of a folder.
  void forced(Path file) throws IOException {
    if (Files.isDirectory(file)) {
      Set<Path> there = names(file);
      durableNames.removeIf(name -> file.equals(name.getParent()) && !there.contains(name));
      durableNames.addAll(there);
    } else {
      durable.put(file, onDisk(file));
      bits(dirty, file).clear();
    }
  }

  /// After a write.
  void wrote(Path file, long from, int bytes) {
    int at = Math.toIntExact(from);
    bits(dirty, file).set(at, at + bytes);
    bits(dropped, file).clear(at, at + bytes);
  }

  /// After a file was made shorter.
  void truncated(Path file, long size) {
    int at = Math.toIntExact(size);
    bits(dirty, file).clear(at, Integer.MAX_VALUE);
    bits(dropped, file).clear(at, Integer.MAX_VALUE);
  }

  /// Linux forgets what it could not write: the next force says nothing of it, unless it is written
  /// anew. Source: Rebello and others, "Can Applications Recover from fsync Failures?", 2020.
  void forceFailed(Path file) {
    if (!Files.isDirectory(file)) {
      bits(dropped, file).or(bits(dirty, file));
      bits(dirty, file).clear();
    }
  }

  private byte[] onDisk(Path file) throws IOException {
    byte[] content = Files.readAllBytes(file);
    byte[] before = durable.getOrDefault(file, new byte[0]);
    bits(dropped, file).stream()
        .takeWhile(at -> at < content.length)
        .forEach(at -> content[at] = at < before.length ? before[at] : 0);
    return content;
  }

  private static BitSet bits(Map<Path, BitSet> of, Path file) {
    return of.computeIfAbsent(file, _ -> new BitSet());
  }

  /// Its name is free for another file; whether that lasts is up to the force of its folder.
  void deleted(Path file) {
    dirty.remove(file);
    dropped.remove(file);
  }

  /// A file has another name now; whether that lasts is up to the force of its folder.
  void moved(Path from, Path to) {
    deleted(to);
    byte[] content = durable.remove(from);
    if (content != null) {
      durable.put(to, content);
    }
  }

  /// The power comes back. What was forced is there; of what was written since, and of names that
  /// were made or taken away since, some is.
  void powerCycle() throws IOException {
    Set<Path> all = new TreeSet<>(durable.keySet());
    try (Stream<Path> files = Files.walk(real)) {
      files.filter(Files::isRegularFile).forEach(all::add);
    }
    for (Path file : all) {
      survive(file);
    }
    dirty.clear();
    dropped.clear();
    powerEndsAt = Long.MAX_VALUE;
  }

  private void survive(Path file) throws IOException {
    byte[] forced = durable.getOrDefault(file, new byte[0]);
    boolean isThere = Files.exists(file);
    boolean isNamed = durableNames.contains(file);
    if (isThere != isNamed && random.nextBoolean()) {
      isThere = isNamed;
    }
    if (!isThere) {
      Files.deleteIfExists(file);
      durable.remove(file);
      return;
    }
    byte[] now = Files.exists(file) ? onDisk(file) : forced;
    byte[] left =
        switch (random.nextInt(3)) {
          case 0 -> now;
          case 1 -> forced;
          default -> mixed(forced, now);
        };
    Files.write(file, left);
    durable.put(file, left);
    durableNames.add(file);
  }

  /// Pages of either, in any order; the length of either.
  private byte[] mixed(byte[] forced, byte[] now) {
    int page = 512;
    byte[] left = Arrays.copyOf(now, random.nextBoolean() ? forced.length : now.length);
    for (int at = 0; at < Math.min(left.length, forced.length); at += page) {
      if (random.nextBoolean()) {
        int end = Math.min(Math.min(at + page, left.length), forced.length);
        System.arraycopy(forced, at, left, at, end - at);
      }
    }
    for (int at = forced.length; at < left.length; at++) {
      if (at % page == 0 && random.nextBoolean()) {
        Arrays.fill(left, at, Math.min(at + page, left.length), (byte) 0);
      }
    }
    return left;
  }

  private static Set<Path> names(Path directory) {
    try (Stream<Path> files = Files.list(directory)) {
      return new TreeSet<>(files.toList());
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
