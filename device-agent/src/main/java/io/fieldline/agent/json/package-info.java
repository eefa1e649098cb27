// SPDX-License-Identifier: Apache-2.0
/// JSON text to plain Java values and back, on a streaming parser.
@NullMarked
package io.fieldline.agent.json;

import org.jspecify.annotations.NullMarked;
