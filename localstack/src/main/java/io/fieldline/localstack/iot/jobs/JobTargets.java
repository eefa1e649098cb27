// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot.jobs;

import java.util.List;

/// Things and groups, as far as jobs are sent to them.
public interface JobTargets {
  boolean thingExists(String thing);

  boolean groupExists(String group);

  /// The things of a group and of the groups below it.
  List<String> thingsOf(String group);

  String thingArn(String thing);

  String groupArn(String group);
}
