// SPDX-License-Identifier: Apache-2.0
/// The thing's certificate and its key: what they say, and how a new device comes by them.
@NullMarked
package io.fieldline.agent.identity;

import org.jspecify.annotations.NullMarked;
