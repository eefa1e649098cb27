// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.util.ArrayList;
import java.util.List;
import java.util.zip.ZipInputStream;

/// Reads the zip of the built app.
final class SiteArchive {
  private static final int MAX_BYTES = 64 * 1024 * 1024;

  private SiteArchive() {}

  /// Its files, the pages last: whoever reads a page finds what it names.
  static List<SiteFile> files(byte[] zip) throws IOException {
    var files = new ArrayList<SiteFile>();
    var pages = new ArrayList<SiteFile>();
    int left = MAX_BYTES;
    try (var in = new ZipInputStream(new ByteArrayInputStream(zip))) {
      for (var entry = in.getNextEntry(); entry != null; entry = in.getNextEntry()) {
        if (entry.isDirectory()) {
          continue;
        }
        var content = in.readNBytes(left + 1);
        left -= content.length;
        if (left < 0) {
          throw new IOException("site: expected at most " + MAX_BYTES + " bytes, got more");
        }
        var file = new SiteFile(entry.getName(), content);
        (file.key().endsWith(".html") ? pages : files).add(file);
      }
    }
    files.addAll(pages);
    if (pages.stream().noneMatch(page -> page.key().equals("index.html"))) {
      throw new IOException(
          "site: expected a zip with index.html, got one with " + files.size() + " other files");
    }
    return files;
  }
}
