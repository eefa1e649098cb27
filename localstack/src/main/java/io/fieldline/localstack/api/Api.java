// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack.api;

import io.fieldline.localstack.ways.Step;
import io.fieldline.localstack.ways.Ways;
import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.time.InstantSource;
import java.util.Collection;
import java.util.Collections;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import java.util.Set;
import java.util.concurrent.ConcurrentHashMap;
import java.util.concurrent.ConcurrentSkipListSet;
import java.util.function.Supplier;
import java.util.regex.Pattern;
import org.jspecify.annotations.Nullable;
import software.amazon.awssdk.awscore.AwsRequest;
import software.amazon.awssdk.awscore.AwsResponse;
import software.amazon.awssdk.core.SdkPojo;

/// The operations that this stack has, and the one path on which each is carried out: authorize,
/// fault plan, handler, durable, record. Thread-safe once the services have registered.
public final class Api {
  private static final System.Logger LOG = System.getLogger(Api.class.getName());

  private static final Pattern UNMET =
      Pattern.compile("\\[(?:(?:None|ConditionalCheckFailed)(?:, )?)+]");
  private static final Pattern ASKS = Pattern.compile("(?:Admin)?(?:Get|Head|Describe|List)");

  private static final ScopedValue<Boolean> UNCOMMITTED = ScopedValue.newInstance();

  private final Map<Class<?>, Operation<?, ?>> operations = new ConcurrentHashMap<>();
  private final Set<String> refused = new ConcurrentSkipListSet<>();
  private final Authorization authorization;
  private final FaultPlan faults;
  private final CallObserver observer;
  private final Runnable makeDurable;
  private final InstantSource clock;
  private final Refusals refusals;

  /// @param makeDurable called after each handler, before the answer: commits what the call changed
  public Api(
      Authorization authorization,
      FaultPlan faults,
      CallObserver observer,
      Runnable makeDurable,
      InstantSource clock,
      Ways ways) {
    this.refusals = new Refusals(ways);
    this.authorization = authorization;
    this.faults = faults;
    this.observer = observer;
    this.makeDurable = makeDurable;
    this.clock = clock;
  }

  /// Registers the handler of an operation; the result takes its permissions.
  public <I extends AwsRequest, O extends AwsResponse> Operation<I, O> on(
      Class<I> requestType, Handler<I, O> handler) {
    return onStream(requestType, (request, _) -> new Streamed<>(handler.handle(request), null));
  }

  /// Registers an operation with a streamed body.
  public <I extends AwsRequest, O extends AwsResponse> Operation<I, O> onStream(
      Class<I> requestType, StreamingHandler<I, O> handler) {
    var operation = new Operation<I, O>(requestType, handler);
    if (operations.putIfAbsent(requestType, operation) != null) {
      throw new IllegalStateException(requestType.getSimpleName() + " is registered twice");
    }
    return operation;
  }

  public Collection<Operation<?, ?>> operations() {
    return Collections.unmodifiableCollection(operations.values());
  }

  public boolean has(Class<?> requestType) {
    return operations.containsKey(requestType);
  }

  /// Carries out a call as {@link Caller#current()}; {@code responseType} only spares a cast.
  public <O extends AwsResponse> O call(AwsRequest request, Class<O> responseType) {
    Streamed<?> answer = stream(request, InputStream.nullInputStream());
    closeQuietly(answer.body());
    return responseType.cast(answer.response());
  }

  /// As {@link #call}, by another caller.
  public <O extends AwsResponse> O call(Caller caller, AwsRequest request, Class<O> responseType) {
    return caller.run(() -> call(request, responseType));
  }

  /// The calls of this thread within `work` do not wait until their changes are durable: for who
  /// makes many and sees to it himself before he tells anybody.
  public <T> T uncommitted(Supplier<T> work) {
    return ScopedValue.where(UNCOMMITTED, true).call(work::get);
  }

  /// Carries out a call with an uploaded body; the answer's body, if any, is the receiver's to
  /// close.
  public Streamed<?> stream(AwsRequest request, InputStream upload) {
    Operation<?, ?> operation = operations.get(request.getClass());
    if (operation == null) {
      throw unsupported(Operation.service(request.getClass()), Operation.name(request.getClass()));
    }
    return carryOut(operation, request, upload);
  }

  /// The error of an operation that AWS has and this stack has not: never a pretended success.
  public AwsFailure unsupported(String service, String operation) {
    String name = service + ":" + operation;
    if (refused.add(name)) {
      LOG.log(System.Logger.Level.WARNING, "refused, not supported: " + name);
    }
    return new AwsFailure(
        "NotImplemented",
        400,
        "This local stack does not support the operation "
            + name
            + "; docs/reference/coverage.md lists those that it does");
  }

  /// The operations that were asked for and are not supported, in order of their names.
  public Set<String> refused() {
    return Collections.unmodifiableSet(refused);
  }

  /// Fails unless the caller's own policies allow it: what a service asks of a role before it
  /// relies on it, without making the call.
  public void authorize(Caller caller, Access access) {
    authorization.check(caller, access, Optional.empty());
  }

  private <I, O> Streamed<O> carryOut(
      Operation<I, O> operation, AwsRequest untyped, InputStream upload) {
    Caller caller = Caller.current();
    Step before = Step.current();
    if (!before.isOnWay()) {
      return carryOut(operation, untyped, upload, caller, before);
    }
    Step step =
        before.begin(
            Step.Kind.CALL, operation.lane(), operation.label(), "", caller.principal().arn());
    step.asked(Outline.of(untyped, step.mostCharacters()));
    try {
      Streamed<O> answer = step.run(() -> carryOut(operation, untyped, upload, caller, step));
      if (answer.response() instanceof SdkPojo response) {
        step.answered(Outline.of(response, step.mostCharacters()));
      }
      step.done();
      return answer;
    } catch (AwsFailure failure) {
      ended(step, operation, failure);
      throw failure;
    } catch (RuntimeException | Error e) {
      step.failed(e.toString());
      throw e;
    }
  }

  private static void ended(Step step, Operation<?, ?> operation, AwsFailure failure) {
    String text = failure.code() + ": " + failure.message();
    if (isAnswer(operation, failure)) {
      step.done(text);
    } else if (isDenial(failure)) {
      step.refused(text);
    } else {
      step.failed(text);
    }
  }

  /// A role's trust policy is asked by the operation itself.
  private static boolean isDenial(AwsFailure failure) {
    return failure.code().startsWith("AccessDenied") || failure.code().equals("AuthorizationError");
  }

  /// Who asks whether something is there expects that it is not, and who sets a condition that it
  /// does not hold.
  private static boolean isAnswer(Operation<?, ?> operation, AwsFailure failure) {
    String code = failure.code();
    boolean absent =
        failure.status() == 404
            || code.contains("NotFound")
            || code.startsWith("NoSuch")
            || failure.message().contains("does not exist");
    return absent && ASKS.matcher(operation.name()).lookingAt()
        || code.equals("ConditionalCheckFailedException")
        || code.equals("TransactionCanceledException") && UNMET.matcher(failure.message()).find();
  }

  private <I, O> Streamed<O> carryOut(
      Operation<I, O> operation, AwsRequest untyped, InputStream upload, Caller caller, Step step) {
    I request = operation.requestType().cast(untyped);
    long start = System.nanoTime();
    List<Access> needed = operation.accesses(request);
    String resource = needed.isEmpty() ? "" : needed.getFirst().resource();
    step.on(resource);
    @Nullable String failure = null;
    try {
      for (Access access : needed) {
        check(caller, access, operation.resourcePolicyOf(request), step);
      }
      faults.before(caller, operation);
      Streamed<O> answer = handled(operation, request, upload);
      if (!UNCOMMITTED.isBound()) {
        makeDurable.run();
      }
      return answer;
    } catch (IOException e) {
      failure = e.toString();
      throw new UncheckedIOException(e);
    } catch (RuntimeException | Error e) {
      failure = e instanceof AwsFailure f ? f.code() + ": " + f.message() : e.toString();
      if (!step.isOnWay() && e instanceof AwsFailure f && isDenial(f)) {
        refusals.note(caller, operation, resource, failure);
      }
      throw e;
    } finally {
      observer.ended(
          new CallRecord(
              clock.instant(),
              caller.requestId(),
              caller.principal().arn(),
              operation.service(),
              operation.name(),
              resource,
              failure,
              System.nanoTime() - start));
    }
  }

  /// That a call which was made for this one got no answer is no reason to give none to it.
  private static <I, O> Streamed<O> handled(
      Operation<I, O> operation, I request, InputStream upload) throws IOException {
    try {
      return operation.handler().handle(request, upload);
    } catch (DroppedCall within) {
      throw new AwsFailure(within.code(), within.status(), within.message());
    }
  }

  private void check(Caller caller, Access access, Optional<String> resourcePolicy, Step step) {
    try {
      authorization.check(caller, access, resourcePolicy);
    } catch (AwsFailure denied) {
      step.refused(denied.code() + ": " + denied.message());
      throw denied;
    }
  }

  private static void closeQuietly(@Nullable InputStream body) {
    if (body == null) {
      return;
    }
    try {
      body.close();
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }
}
