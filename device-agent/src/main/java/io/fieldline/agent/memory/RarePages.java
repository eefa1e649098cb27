// SPDX-License-Identifier: Apache-2.0
package io.fieldline.agent.memory;

import java.io.IOException;
import java.lang.System.Logger;
import java.lang.System.Logger.Level;
import java.lang.foreign.FunctionDescriptor;
import java.lang.foreign.Linker;
import java.lang.foreign.MemorySegment;
import java.lang.foreign.ValueLayout;
import java.lang.invoke.MethodHandle;
import java.nio.file.Files;
import java.nio.file.Path;
import java.time.Duration;
import java.util.ArrayList;
import java.util.List;
import java.util.regex.Matcher;
import java.util.regex.Pattern;

/// The pages of programs and of the AOT cache that are needed rarely: by the start, a rotation, a
/// support bundle. They stay in the process until the kernel is short of memory; the agent unmaps
/// them once it runs, and now and then. What is used again comes back from the page cache, or from
/// the disk, by a fault: 1,500 of them, some milliseconds.
///
/// Only mappings of files are touched that cannot be written and of which nothing was ever changed
/// in memory: there a page that is gone and comes again is the same page.
///
/// Source: madvise(2), MADV_DONTNEED; proc_pid_smaps(5).
public final class RarePages {
  private static final Logger LOG = System.getLogger(RarePages.class.getName());
  private static final Path SMAPS = Path.of("/proc/self/smaps");
  private static final Pattern MAPPING =
      Pattern.compile("([0-9a-f]+)-([0-9a-f]+) (\\S{4}) \\S+ \\S+ \\S+ +(/.*)");
  private static final Pattern CHANGED = Pattern.compile("Anonymous: +(\\d+) kB");
  private static final int MADV_DONTNEED = 4;

  private RarePages() {}

  /// On a thread of its own: when the start is long over, and from then on.
  public static void giveBackAfter(Duration start, Duration every) {
    Thread.ofVirtual()
        .name("rare-pages")
        .start(() -> {
          try {
            Thread.sleep(start);
            while (true) {
              giveBack();
              Thread.sleep(every);
            }
          } catch (InterruptedException e) {
            Thread.currentThread().interrupt();
          }
        });
  }

  /// Never fails: without it the agent is larger.
  static void giveBack() {
    try {
      MethodHandle madvise = madvise();
      for (Mapping mapping : unchanged()) {
        int failed =
            (int)
                madvise.invokeExact(
                    MemorySegment.ofAddress(mapping.start()), mapping.bytes(), MADV_DONTNEED);
        if (failed != 0) {
          LOG.log(Level.DEBUG, "the kernel keeps the pages of {0}", mapping);
        }
      }
    } catch (Error e) {
      throw e;
    } catch (Throwable e) {
      LOG.log(Level.DEBUG, "pages that are rarely used stay", e);
    }
  }

  private record Mapping(long start, long bytes, String file) {}

  private static List<Mapping> unchanged() throws IOException {
    var found = new ArrayList<Mapping>();
    Mapping last = null;
    for (String line : Files.readAllLines(SMAPS)) {
      Matcher mapping = MAPPING.matcher(line);
      Matcher changed = CHANGED.matcher(line);
      if (mapping.matches()) {
        long start = Long.parseUnsignedLong(mapping.group(1), 16);
        long end = Long.parseUnsignedLong(mapping.group(2), 16);
        last =
            mapping.group(3).startsWith("r-")
                ? new Mapping(start, end - start, mapping.group(4))
                : null;
      } else if (changed.matches()) {
        if (last != null && changed.group(1).equals("0")) {
          found.add(last);
        }
        last = null;
      }
    }
    return found;
  }

  @SuppressWarnings("restricted")
  private static MethodHandle madvise() {
    Linker linker = Linker.nativeLinker();
    return linker.downcallHandle(
        linker.defaultLookup().findOrThrow("madvise"),
        FunctionDescriptor.of(
            ValueLayout.JAVA_INT,
            ValueLayout.ADDRESS,
            ValueLayout.JAVA_LONG,
            ValueLayout.JAVA_INT));
  }
}
