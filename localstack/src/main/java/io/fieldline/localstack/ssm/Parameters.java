// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.ssm;

import io.fieldline.localstack.api.Access;
import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import io.fieldline.localstack.api.Caller;
import io.fieldline.localstack.api.StackInfo;
import io.fieldline.localstack.store.Store;
import java.time.Instant;
import java.time.InstantSource;
import java.util.ArrayList;
import java.util.List;
import org.h2.mvstore.MVMap;
import software.amazon.awssdk.services.ssm.model.DeleteParameterRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParameterResponse;
import software.amazon.awssdk.services.ssm.model.DeleteParametersRequest;
import software.amazon.awssdk.services.ssm.model.DeleteParametersResponse;
import software.amazon.awssdk.services.ssm.model.GetParameterRequest;
import software.amazon.awssdk.services.ssm.model.GetParameterResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersByPathResponse;
import software.amazon.awssdk.services.ssm.model.GetParametersRequest;
import software.amazon.awssdk.services.ssm.model.GetParametersResponse;
import software.amazon.awssdk.services.ssm.model.Parameter;
import software.amazon.awssdk.services.ssm.model.PutParameterRequest;
import software.amazon.awssdk.services.ssm.model.PutParameterResponse;

/// Parameters by name; the latest version only. A SecureString is kept as it came: the data folder
/// of a local stack is no vault. Thread-safe.
public final class Parameters {
  private final MVMap<String, Kept> parameters;
  private final StackInfo stack;
  private final InstantSource clock;

  public Parameters(Store store, StackInfo stack, InstantSource clock) {
    this.parameters = store.map("ssm.parameters", Kept.class);
    this.stack = stack;
    this.clock = clock;
  }

  record Kept(String name, String type, String value, long version, Instant modified) {}

  public void register(Api api) {
    api.on(PutParameterRequest.class, this::put).resource(r -> arn(r.name()));
    api.on(GetParameterRequest.class, this::get).resource(r -> arn(r.name()));
    api.on(GetParametersRequest.class, this::getAll)
        .access(r -> accesses("ssm:GetParameters", r.names()));
    api.on(GetParametersByPathRequest.class, this::byPath).resource(r -> arn(r.path()));
    api.on(DeleteParameterRequest.class, this::delete).resource(r -> arn(r.name()));
    api.on(DeleteParametersRequest.class, this::deleteAll)
        .access(r -> accesses("ssm:DeleteParameters", r.names()));
  }

  private List<Access> accesses(String action, List<String> names) {
    return names.stream().map(n -> new Access(action, arn(n))).toList();
  }

  private String arn(String name) {
    return Caller.current().arn("ssm", "parameter" + (name.startsWith("/") ? "" : "/") + name);
  }

  /// Makes a parameter unless it is there.
  public void ensure(String name, String value) {
    parameters.putIfAbsent(name, new Kept(name, "String", value, 1, clock.instant()));
  }

  private PutParameterResponse put(PutParameterRequest request) {
    Kept old = parameters.get(request.name());
    if (old != null && !Boolean.TRUE.equals(request.overwrite())) {
      throw new AwsFailure(
          "ParameterAlreadyExists",
          400,
          "The parameter already exists. To overwrite this value, set the overwrite option in the"
              + " request to true.");
    }
    String type =
        request.typeAsString() == null
            ? (old == null ? "String" : old.type())
            : request.typeAsString();
    long version = old == null ? 1 : old.version() + 1;
    parameters.put(
        request.name(), new Kept(request.name(), type, request.value(), version, clock.instant()));
    return PutParameterResponse.builder().version(version).tier("Standard").build();
  }

  private GetParameterResponse get(GetParameterRequest request) {
    Kept kept = parameters.get(plain(request.name()));
    if (kept == null) {
      throw new AwsFailure("ParameterNotFound", 400, "Parameter " + request.name() + " not found.");
    }
    return GetParameterResponse.builder().parameter(parameter(kept)).build();
  }

  /// A parameter may be named by its ARN.
  private static String plain(String name) {
    return name.startsWith("arn:") ? name.substring(name.indexOf(":parameter/") + 10) : name;
  }

  private Parameter parameter(Kept kept) {
    String path = kept.name().startsWith("/") ? kept.name() : "/" + kept.name();
    return Parameter.builder()
        .name(kept.name())
        .type(kept.type())
        .value(kept.value())
        .version(kept.version())
        .lastModifiedDate(kept.modified())
        .arn(stack.arn("ssm", "parameter" + path))
        .dataType("text")
        .build();
  }

  private GetParametersResponse getAll(GetParametersRequest request) {
    var found = new ArrayList<Parameter>();
    var invalid = new ArrayList<String>();
    for (String name : request.names()) {
      Kept kept = parameters.get(plain(name));
      if (kept == null) {
        invalid.add(name);
      } else {
        found.add(parameter(kept));
      }
    }
    return GetParametersResponse.builder().parameters(found).invalidParameters(invalid).build();
  }

  private GetParametersByPathResponse byPath(GetParametersByPathRequest request) {
    String path = request.path().endsWith("/") ? request.path() : request.path() + "/";
    boolean deep = Boolean.TRUE.equals(request.recursive());
    var found =
        parameters.values().stream()
            .filter(p -> p.name().startsWith(path))
            .filter(p -> deep || p.name().indexOf('/', path.length()) < 0)
            .map(this::parameter)
            .toList();
    return GetParametersByPathResponse.builder().parameters(found).build();
  }

  private DeleteParameterResponse delete(DeleteParameterRequest request) {
    if (parameters.remove(request.name()) == null) {
      throw new AwsFailure("ParameterNotFound", 400, "Parameter " + request.name() + " not found.");
    }
    return DeleteParameterResponse.builder().build();
  }

  private DeleteParametersResponse deleteAll(DeleteParametersRequest request) {
    var deleted = new ArrayList<String>();
    var invalid = new ArrayList<String>();
    for (String name : request.names()) {
      (parameters.remove(name) == null ? invalid : deleted).add(name);
    }
    return DeleteParametersResponse.builder()
        .deletedParameters(deleted)
        .invalidParameters(invalid)
        .build();
  }
}
