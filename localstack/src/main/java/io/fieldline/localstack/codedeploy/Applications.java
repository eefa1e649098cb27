// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.codedeploy;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.UUID;
import java.util.function.Consumer;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.codedeploy.model.*;

/// Applications, which are names above deployment groups.
final class Applications {
  private final MVMap<String, Kept> applications;
  private final StackInfo stack;
  private final InstantSource clock;
  private final Consumer<String> forget;

  record Kept(String name, String id, Instant createdAt) {}

  /// @param forget told of each application that is deleted
  Applications(Store store, StackInfo stack, InstantSource clock, Consumer<String> forget) {
    this.applications = store.map("codedeploy/applications", Kept.class);
    this.stack = stack;
    this.clock = clock;
    this.forget = forget;
  }

  void register(Api api) {
    api.on(CreateApplicationRequest.class, this::create).resource(r -> arn(r.applicationName()));
    api.on(GetApplicationRequest.class, this::get).resource(r -> arn(r.applicationName()));
    api.on(DeleteApplicationRequest.class, this::delete).resource(r -> arn(r.applicationName()));
    api.on(ListApplicationsRequest.class, _ -> list());
  }

  String arn(String name) {
    return stack.arn("codedeploy", "application:" + name);
  }

  Kept kept(String name) {
    Kept application = applications.get(name);
    if (application == null) {
      throw CodeDeployFailures.noApplication(name);
    }
    return application;
  }

  private CreateApplicationResponse create(CreateApplicationRequest request) {
    String platform = String.valueOf(request.computePlatformAsString());
    if (request.computePlatform() != ComputePlatform.LAMBDA) {
      // Source: API reference, CreateApplication: who says nothing gets Server.
      throw CodeDeployFailures.unsupported(
          "InvalidComputePlatformException",
          "The compute platform " + (request.computePlatform() == null ? "Server" : platform));
    }
    if (request.hasTags()) {
      throw CodeDeployFailures.unsupported("InvalidTagsToAddException", "Tagging an application");
    }
    var kept = new Kept(request.applicationName(), UUID.randomUUID().toString(), clock.instant());
    if (applications.putIfAbsent(kept.name(), kept) != null) {
      throw CodeDeployFailures.of(
          "ApplicationAlreadyExistsException", "Application already exists: " + kept.name());
    }
    return CreateApplicationResponse.builder().applicationId(kept.id()).build();
  }

  private GetApplicationResponse get(GetApplicationRequest request) {
    Kept kept = kept(request.applicationName());
    return GetApplicationResponse.builder()
        .application(a ->
            a.applicationName(kept.name())
                .applicationId(kept.id())
                .createTime(kept.createdAt())
                .computePlatform(ComputePlatform.LAMBDA)
                .linkedToGitHub(false))
        .build();
  }

  /// Source: API reference, DeleteApplication: one that is not there is no error.
  private DeleteApplicationResponse delete(DeleteApplicationRequest request) {
    applications.remove(request.applicationName());
    forget.accept(request.applicationName());
    return DeleteApplicationResponse.builder().build();
  }

  private ListApplicationsResponse list() {
    return ListApplicationsResponse.builder().applications(applications.keyList()).build();
  }
}
