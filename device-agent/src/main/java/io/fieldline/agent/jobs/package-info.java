// SPDX-License-Identifier: Apache-2.0
/// Jobs of AWS IoT: carries out what the fleet's operator wants done, each execution once, whatever
/// ends the agent meanwhile.
@NullMarked
package io.fieldline.agent.jobs;

import org.jspecify.annotations.NullMarked;
