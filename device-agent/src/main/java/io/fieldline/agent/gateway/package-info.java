// SPDX-License-Identifier: Apache-2.0
/// The devices behind the agent: who may speak for whom, how much, and whether they are heard.
@NullMarked
package io.fieldline.agent.gateway;

import org.jspecify.annotations.NullMarked;
