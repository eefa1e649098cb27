// SPDX-License-Identifier: Apache-2.0
/// Readings of what is on the machine itself: serial lines, programs, files, pages of the network
/// it is in, 1-wire buses and GPIO lines.
@NullMarked
package io.fieldline.agent.ingest.host;

import org.jspecify.annotations.NullMarked;
