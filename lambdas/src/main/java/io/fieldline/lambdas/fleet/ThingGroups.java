// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;

/// The groups as AWS IoT has them, as static thing groups, for what AWS IoT does by group: jobs.
/// The fleet table says what is right: a device behind a gateway is no thing, and so only there.
/// Each call may be repeated.
final class ThingGroups {
  private final IotClient iot;
  private final String prefix;
  private final DeviceIdentity identity;

  /// @param prefix what their names begin with: an account has other stages' groups, too
  ThingGroups(IotClient iot, String prefix, DeviceIdentity identity) {
    this.iot = iot;
    this.prefix = prefix;
    this.identity = identity;
  }

  void create(String group) {
    iot.createThingGroup(create -> create.thingGroupName(prefix + group));
  }

  /// Its things are in it no more.
  void delete(String group) {
    iot.deleteThingGroup(delete -> delete.thingGroupName(prefix + group));
  }

  /// A device that was heard and is no thing any more is in none.
  void add(String group, String thing) {
    try {
      iot.addThingToThingGroup(add -> add.thingGroupName(prefix + group).thingName(thing));
    } catch (ResourceNotFoundException groupOrThing) {
      if (identity.isThere(thing)) {
        create(group);
        iot.addThingToThingGroup(add -> add.thingGroupName(prefix + group).thingName(thing));
      }
    }
  }

  void remove(String group, String thing) {
    try {
      iot.removeThingFromThingGroup(
          remove -> remove.thingGroupName(prefix + group).thingName(thing));
    } catch (ResourceNotFoundException groupOrThing) {
      // As it should be.
    }
  }
}
