// SPDX-License-Identifier: Apache-2.0
/// The connection to AWS IoT Core: batches up, commands down, the live path.
@NullMarked
package io.fieldline.agent.cloud;

import org.jspecify.annotations.NullMarked;
