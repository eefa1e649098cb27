// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.iot;

import io.fieldline.localstack.api.Api;
import io.fieldline.localstack.api.AwsFailure;
import java.util.List;
import java.util.Optional;
import java.util.function.Function;
import java.util.function.Predicate;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.services.iot.model.AttachThingPrincipalRequest;
import software.amazon.awssdk.services.iot.model.AttachThingPrincipalResponse;
import software.amazon.awssdk.services.iot.model.DetachThingPrincipalRequest;
import software.amazon.awssdk.services.iot.model.DetachThingPrincipalResponse;
import software.amazon.awssdk.services.iot.model.ListPrincipalThingsRequest;
import software.amazon.awssdk.services.iot.model.ListPrincipalThingsResponse;
import software.amazon.awssdk.services.iot.model.ListThingPrincipalsRequest;
import software.amazon.awssdk.services.iot.model.ListThingPrincipalsResponse;
import software.amazon.awssdk.services.iot.model.ThingPrincipalType;

/// Which certificate belongs to which thing.
public final class ThingPrincipals {
  private static final String EXCLUSIVE = ThingPrincipalType.EXCLUSIVE_THING.toString();
  private static final String SHARED = ThingPrincipalType.NON_EXCLUSIVE_THING.toString();

  private final Things things;
  private final Links links;
  private final Predicate<String> principalExists;

  /// @param links thing to principal ARN
  ThingPrincipals(Things things, Links links, Predicate<String> principalExists) {
    this.things = things;
    this.links = links;
    this.principalExists = principalExists;
  }

  void register(Api api) {
    api.on(AttachThingPrincipalRequest.class, this::attach)
        .resource(r -> things.arn(r.thingName()));
    api.on(DetachThingPrincipalRequest.class, this::detach)
        .resource(r -> things.arn(r.thingName()));
    api.on(ListThingPrincipalsRequest.class, this::listThingPrincipals)
        .resource(r -> things.arn(r.thingName()));
    api.on(ListPrincipalThingsRequest.class, this::listPrincipalThings)
        .resource(r -> r.principal());
  }

  /// The thing that a connection stands for: the one named as the client and attached to the
  /// certificate, or the one that the certificate belongs to exclusively.
  public Optional<Thing> thingOf(String principalArn, String clientId) {
    for (String name : links.leftsOf(principalArn)) {
      boolean named = name.equals(clientId);
      if (named || links.note(name, principalArn).equals(EXCLUSIVE)) {
        return things.find(name);
      }
    }
    return Optional.empty();
  }

  /// Whether the thing is the only one of this principal, by its attachment.
  public boolean isExclusive(String thing, String principalArn) {
    return links.note(thing, principalArn).equals(EXCLUSIVE);
  }

  private AttachThingPrincipalResponse attach(AttachThingPrincipalRequest request) {
    things.get(request.thingName());
    String principal = request.principal();
    if (!principalExists.test(principal)) {
      throw AwsFailure.notFound("The principal " + principal + " does not exist.");
    }
    String kind =
        request.thingPrincipalTypeAsString() == null
            ? SHARED
            : request.thingPrincipalTypeAsString();
    List<String> others =
        links.leftsOf(principal).stream().filter(t -> !t.equals(request.thingName())).toList();
    boolean taken = others.stream().anyMatch(t -> isExclusive(t, principal));
    if (taken || (kind.equals(EXCLUSIVE) && !others.isEmpty())) {
      throw AwsFailure.invalidRequest(
          "The principal " + principal + " is attached to " + others + " and cannot be shared.");
    }
    links.add(request.thingName(), principal, kind);
    return AttachThingPrincipalResponse.builder().build();
  }

  private DetachThingPrincipalResponse detach(DetachThingPrincipalRequest request) {
    things.get(request.thingName());
    if (!links.remove(request.thingName(), request.principal())) {
      throw AwsFailure.notFound(
          "The principal "
              + request.principal()
              + " is not attached to the thing "
              + request.thingName()
              + ".");
    }
    return DetachThingPrincipalResponse.builder().build();
  }

  private ListThingPrincipalsResponse listThingPrincipals(ListThingPrincipalsRequest request) {
    things.get(request.thingName());
    var page = page(links.rightsOf(request.thingName()), request.maxResults(), request.nextToken());
    return ListThingPrincipalsResponse.builder()
        .principals(page.items())
        .nextToken(page.next())
        .build();
  }

  private ListPrincipalThingsResponse listPrincipalThings(ListPrincipalThingsRequest request) {
    var page = page(links.leftsOf(request.principal()), request.maxResults(), request.nextToken());
    return ListPrincipalThingsResponse.builder()
        .things(page.items())
        .nextToken(page.next())
        .build();
  }

  private static Page<String> page(
      List<String> all, @Nullable Integer most, @Nullable String from) {
    return Page.of(all, Function.identity(), most, from);
  }
}
