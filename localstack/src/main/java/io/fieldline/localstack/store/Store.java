// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.store;

import java.nio.file.Path;
import org.h2.mvstore.MVMap;
import org.h2.mvstore.MVStore;
import org.h2.mvstore.type.DataType;
import org.h2.store.fs.FilePath;
import org.jspecify.annotations.Nullable;

/// The stack's memory: named, ordered maps in one file, or only in memory where no file is given.
///
/// {@link #commit()} puts every change so far into the file, so that it survives a kill of the
/// process.
public final class Store implements AutoCloseable {
  /// A commit writes every page that changed, whole: small pages make small commits.
  private static final int PAGE_BYTES = 4 * 1024;

  private final MVStore file;
  private final GroupCommit commits;

  private Store(MVStore file) {
    this.file = file;
    this.commits = new GroupCommit(file);
  }

  /// @param path the file, created if absent; null keeps everything in memory
  public static Store open(@Nullable Path path) {
    var builder =
        new MVStore.Builder().autoCommitDisabled().cacheSize(16).pageSplitSize(PAGE_BYTES);
    if (path != null) {
      FilePath.register(new UninterruptedFile());
      builder.fileName(UninterruptedFile.named(path.toString()));
    }
    return new Store(builder.open());
  }

  /// A map of records (or other types that JSON can carry: see {@link JsonType}) by text, in the
  /// order of its keys. Asking twice for one name gives the same map.
  public <V> MVMap<String, V> map(String name, Class<V> type) {
    return map(name, new JsonType<>(type));
  }

  /// A map whose values have a form of their own, where JSON is too slow or too large.
  public <V> MVMap<String, V> map(String name, DataType<V> type) {
    return file.openMap(
        name,
        new MVMap.Builder<String, V>()
            .keyType(org.h2.mvstore.type.StringDataType.INSTANCE)
            .valueType(type));
  }

  /// Drops a map and all that is in it.
  public void drop(String name) {
    file.removeMap(name);
  }

  /// Makes every change so far survive a kill. Cheap where nothing changed. Those who call it while
  /// a commit is under way share the next one.
  public void commit() {
    commits.commit();
  }

  /// Runs `then` once every change so far survives a kill: at once, or after the next commit, for
  /// which the caller does not wait.
  public void whenCommitted(Runnable then) {
    commits.whenCommitted(then);
  }

  @Override
  public void close() {
    file.commit();
    file.close();
  }
}
