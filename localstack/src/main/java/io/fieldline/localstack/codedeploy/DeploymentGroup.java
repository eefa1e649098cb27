// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import java.util.List;

/// How an alias is deployed, as it is kept.
///
/// @param alarms those that stop a deployment; none where they are disabled
/// @param ignorePollFailure a deployment goes on where the alarms cannot be read
/// @param rollbackEvents on which traffic goes back by itself; none where that is disabled
record DeploymentGroup(
    String application,
    String name,
    String id,
    String roleArn,
    String config,
    List<String> alarms,
    boolean ignorePollFailure,
    List<String> rollbackEvents) {
  static final String STOP_ON_ALARM = "DEPLOYMENT_STOP_ON_ALARM";
  static final String STOP_ON_REQUEST = "DEPLOYMENT_STOP_ON_REQUEST";
  static final String FAILURE = "DEPLOYMENT_FAILURE";

  DeploymentGroup {
    alarms = List.copyOf(alarms);
    rollbackEvents = List.copyOf(rollbackEvents);
  }

  String key() {
    return key(application, name);
  }

  static String key(String application, String name) {
    return application + "/" + name;
  }

  boolean rollsBackOn(String event) {
    return rollbackEvents.contains(event);
  }
}
