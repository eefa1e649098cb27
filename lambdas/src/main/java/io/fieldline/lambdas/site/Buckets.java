// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.site;

import java.io.IOException;
import java.util.Set;

/// The bucket of assets and the bucket of the site.
interface Buckets {
  byte[] read(String bucket, String key) throws IOException;

  /// Every key; none where the bucket is gone.
  Set<String> keys(String bucket);

  void write(String bucket, SiteFile file);

  void delete(String bucket, String key);
}
