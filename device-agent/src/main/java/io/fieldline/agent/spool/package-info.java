// SPDX-License-Identifier: Apache-2.0
/// Keeps accepted readings on disk until the cloud has acknowledged them: a segmented log a lane,
/// with checksums and one fsync for many writers.
@NullMarked
package io.fieldline.agent.spool;

import org.jspecify.annotations.NullMarked;
