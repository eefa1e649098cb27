// SPDX-License-Identifier: Apache-2.0
package io.fieldline.lambdas.fleet;

import java.util.Comparator;
import java.util.List;
import java.util.Set;
import java.util.TreeSet;
import software.amazon.awssdk.services.iot.IotClient;
import software.amazon.awssdk.services.iot.model.CertificateDescription;
import software.amazon.awssdk.services.iot.model.CertificateStatus;
import software.amazon.awssdk.services.iot.model.ResourceNotFoundException;
import software.amazon.awssdk.services.iotdataplane.IotDataPlaneClient;

/// What AWS IoT has of a thing: certificates, the connection, jobs, shadows, and the thing itself.
/// Each call may be repeated.
final class DeviceIdentity {
  /// Source: AWS IoT Core quotas: a thing is in at most 10 groups.
  private static final int MOST_GROUPS = 50;

  private final IotClient iot;
  private final IotDataPlaneClient data;
  private final Deletions deletions;

  DeviceIdentity(IotClient iot, IotDataPlaneClient data, Deletions deletions) {
    this.iot = iot;
    this.data = data;
    this.deletions = deletions;
  }

  boolean isThere(String thing) {
    try {
      iot.describeThing(get -> get.thingName(thing));
      return true;
    } catch (ResourceNotFoundException notThere) {
      return false;
    }
  }

  /// The ARNs of its certificates.
  Set<String> certificates(String thing) {
    var found = new TreeSet<String>();
    try {
      for (var page : iot.listThingPrincipalsPaginator(list -> list.thingName(thing))) {
        page.principals().stream().filter(arn -> arn.contains(":cert/")).forEach(found::add);
      }
    } catch (ResourceNotFoundException noSuchThing) {
      return found;
    }
    return found;
  }

  /// Its certificates, the newest last.
  List<CertificateDescription> described(String thing) {
    return certificates(thing).stream()
        .map(arn -> arn.substring(arn.lastIndexOf('/') + 1))
        .map(id -> iot.describeCertificate(get -> get.certificateId(id)).certificateDescription())
        .sorted(Comparator.comparing(CertificateDescription::creationDate))
        .toList();
  }

  /// Other things whose certificate it is, too.
  List<String> others(String thing, String certificate) {
    return iot.listPrincipalThings(list -> list.principal(certificate)).things().stream()
        .filter(other -> !other.equals(thing))
        .toList();
  }

  /// Source: AWS IoT API Reference, UpdateCertificate: within a few minutes of it AWS IoT ends the
  /// connections of a certificate that is not active any more, and takes no new ones at once.
  void revoke(CertificateDescription certificate) {
    if (certificate.status() != CertificateStatus.REVOKED) {
      iot.updateCertificate(update ->
          update.certificateId(certificate.certificateId()).newStatus(CertificateStatus.REVOKED));
    }
  }

  /// From here on it cannot say anything. One that is other things' too stays theirs.
  void discard(String thing, String certificate) {
    var id = certificate.substring(certificate.lastIndexOf('/') + 1);
    try {
      boolean isShared = !others(thing, certificate).isEmpty();
      if (!isShared) {
        deactivate(id);
        iot.listAttachedPolicies(list -> list.target(certificate))
            .policies()
            .forEach(policy ->
                iot.detachPolicy(
                    detach -> detach.policyName(policy.policyName()).target(certificate)));
      }
      detach(thing, certificate);
      if (!isShared) {
        iot.deleteCertificate(delete -> delete.certificateId(id));
      }
    } catch (ResourceNotFoundException goneBefore) {
      // By an earlier try that ended before it was counted.
    }
    deletions.goneCertificate(thing, certificate);
  }

  /// What was revoked stays so until it is deleted.
  private void deactivate(String id) {
    var status =
        iot.describeCertificate(get -> get.certificateId(id)).certificateDescription().status();
    if (status == CertificateStatus.ACTIVE) {
      iot.updateCertificate(
          update -> update.certificateId(id).newStatus(CertificateStatus.INACTIVE));
    }
  }

  /// An earlier try may have ended between this and the certificate itself.
  private void detach(String thing, String certificate) {
    try {
      iot.detachThingPrincipal(detach -> detach.thingName(thing).principal(certificate));
    } catch (ResourceNotFoundException detachedBefore) {
      // As it should be.
    }
  }

  /// Ends the connection; what the thing leaves to be published is not.
  void disconnect(String thing) {
    try {
      data.deleteConnection(
          delete -> delete.clientId(thing).cleanSession(true).preventWillMessage(true));
    } catch (software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException none) {
      // As it should be.
    }
  }

  void deleteJobs(String thing) {
    try {
      for (var page : iot.listJobExecutionsForThingPaginator(list -> list.thingName(thing))) {
        for (var execution : page.executionSummaries()) {
          iot.deleteJobExecution(delete ->
              delete
                  .thingName(thing)
                  .jobId(execution.jobId())
                  .executionNumber(execution.jobExecutionSummary().executionNumber())
                  .force(true));
          deletions.gone(thing, "jobs");
        }
      }
    } catch (ResourceNotFoundException noSuchThing) {
      // As it should be.
    }
  }

  /// Assumed: AWS IoT does not say whether a thing that is deleted leaves its groups.
  void leaveGroups(String thing) {
    try {
      iot.listThingGroupsForThing(list -> list.thingName(thing).maxResults(MOST_GROUPS))
          .thingGroups()
          .forEach(group ->
              iot.removeThingFromThingGroup(
                  leave -> leave.thingName(thing).thingGroupName(group.groupName())));
    } catch (ResourceNotFoundException noSuchThing) {
      // As it should be.
    }
  }

  void deleteShadows(String thing) {
    var names = data.listNamedShadowsForThing(list -> list.thingName(thing)).results();
    for (var name : names) {
      deleteShadow(thing, name);
    }
    deleteShadow(thing, "");
  }

  /// @param name empty for the classic one
  private void deleteShadow(String thing, String name) {
    try {
      data.deleteThingShadow(
          delete -> delete.thingName(thing).shadowName(name.isEmpty() ? null : name));
      deletions.gone(thing, "shadows");
    } catch (software.amazon.awssdk.services.iotdataplane.model.ResourceNotFoundException none) {
      // As it should be.
    }
  }

  void deleteThing(String thing) {
    iot.deleteThing(delete -> delete.thingName(thing));
  }
}
