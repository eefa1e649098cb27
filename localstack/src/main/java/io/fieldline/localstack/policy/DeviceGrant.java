// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.policy;

import java.util.List;
import java.util.Map;

/// The IoT policies of a device, and the variables and condition keys that they may use.
public record DeviceGrant(List<PolicyDocument> policies, Map<String, List<String>> context) {}
