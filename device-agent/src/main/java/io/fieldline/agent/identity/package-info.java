// SPDX-License-Identifier: Apache-2.0
/// The thing's certificate and its key: what they say, and whether they belong together.
@NullMarked
package io.fieldline.agent.identity;

import org.jspecify.annotations.NullMarked;
