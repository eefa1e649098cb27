// SPDX-License-Identifier: Apache-2.0
package io.fieldline.localstack;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.fasterxml.jackson.databind.JsonNode;
import com.fasterxml.jackson.databind.ObjectMapper;
import java.net.URI;
import java.net.URLEncoder;
import java.net.http.HttpClient;
import java.net.http.HttpRequest;
import java.net.http.HttpRequest.BodyPublishers;
import java.net.http.HttpResponse;
import java.net.http.HttpResponse.BodyHandlers;
import java.nio.charset.StandardCharsets;
import java.security.MessageDigest;
import java.util.Base64;
import java.util.List;
import org.junit.jupiter.api.AfterAll;
import org.junit.jupiter.api.BeforeAll;
import org.junit.jupiter.api.Test;
import software.amazon.awssdk.auth.credentials.AwsBasicCredentials;
import software.amazon.awssdk.auth.credentials.StaticCredentialsProvider;
import software.amazon.awssdk.awscore.client.builder.AwsClientBuilder;
import software.amazon.awssdk.core.sync.RequestBody;
import software.amazon.awssdk.http.urlconnection.UrlConnectionHttpClient;
import software.amazon.awssdk.regions.Region;
import software.amazon.awssdk.services.apigatewayv2.ApiGatewayV2Client;
import software.amazon.awssdk.services.apigatewayv2.model.ApiGatewayV2Exception;
import software.amazon.awssdk.services.apigatewayv2.model.AuthorizationType;
import software.amazon.awssdk.services.apigatewayv2.model.AuthorizerType;
import software.amazon.awssdk.services.apigatewayv2.model.IntegrationType;
import software.amazon.awssdk.services.apigatewayv2.model.ProtocolType;
import software.amazon.awssdk.services.cloudfront.CloudFrontClient;
import software.amazon.awssdk.services.cloudfront.model.Origin;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlOriginTypes;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningBehaviors;
import software.amazon.awssdk.services.cloudfront.model.OriginAccessControlSigningProtocols;
import software.amazon.awssdk.services.cloudfront.model.ViewerProtocolPolicy;
import software.amazon.awssdk.services.cognitoidentityprovider.CognitoIdentityProviderClient;
import software.amazon.awssdk.services.cognitoidentityprovider.model.OAuthFlowType;
import software.amazon.awssdk.services.cognitoidentityprovider.model.UsernameAttributeType;
import software.amazon.awssdk.services.s3.S3Client;

/// What a browser meets: sign-in, the API behind it, the site.
class WebFrontTest {
  private static final String CALLBACK = "http://localhost:5173/";
  private static final String VERIFIER = "abcdefghijklmnopqrstuvwxyzabcdefghijklmnopqrstuvwxyz";

  private static LocalStack stack;
  private static HttpClient http;

  @BeforeAll
  static void start() {
    stack = LocalStack.start();
    http = HttpClient.newHttpClient();
  }

  @AfterAll
  static void stop() {
    http.close();
    stack.close();
  }

  @Test
  void aPersonSignsInByThePageAndGetsTokensOnce() throws Exception {
    try (var cognito = client(CognitoIdentityProviderClient.builder())) {
      var pool = pool(cognito, "people-one");

      String code =
          signIn(pool, "Wrong-1-password").headers().firstValue("location").orElse("none");
      assertThat(code).isEqualTo("none");
      var back = signIn(pool, "Secret-1-password").headers().firstValue("location").orElseThrow();
      assertThat(back).startsWith(CALLBACK + "?code=").endsWith("&state=s1");
      var tokens = json(token(pool, back, VERIFIER));
      assertThat(claims(tokens.path("access_token")).path("cognito:groups").path(0).asText())
          .isEqualTo("operator");
      assertThat(claims(tokens.path("id_token")).path("email").asText()).isEqualTo("ann@x.test");
      assertThat(token(pool, back, VERIFIER).statusCode()).isEqualTo(400);

      var renewed =
          post(
              pool.base() + "/oauth2/token",
              "grant_type=refresh_token&client_id="
                  + pool.clientId()
                  + "&refresh_token="
                  + tokens.path("refresh_token").asText());
      assertThat(json(renewed).path("access_token").asText()).isNotEmpty();
    }
  }

  @Test
  void aCodeIsOfNoUseWithoutTheVerifier() throws Exception {
    try (var cognito = client(CognitoIdentityProviderClient.builder())) {
      var pool = pool(cognito, "people-two");
      var back = signIn(pool, "Secret-1-password").headers().firstValue("location").orElseThrow();

      var answer = token(pool, back, VERIFIER + "x");

      assertThat(answer.statusCode()).isEqualTo(400);
      assertThat(json(answer).path("error").asText()).isEqualTo("invalid_grant");
    }
  }

  @Test
  void anApiAsksForATokenOfItsPool() throws Exception {
    try (var cognito = client(CognitoIdentityProviderClient.builder());
        var gateway = client(ApiGatewayV2Client.builder())) {
      var pool = pool(cognito, "people-three");
      var back = signIn(pool, "Secret-1-password").headers().firstValue("location").orElseThrow();
      String access = json(token(pool, back, VERIFIER)).path("access_token").asText();
      String url = apiOf(gateway, pool);

      assertThat(get(url + "/devices", "").statusCode()).isEqualTo(401);
      assertThat(get(url + "/devices", "Bearer " + access + "x").statusCode()).isEqualTo(401);
      assertThat(get(url + "/nothing", "Bearer " + access).statusCode()).isEqualTo(404);
      // The token is good; the function is not there.
      var answer = get(url + "/devices", "Bearer " + access);
      assertThat(answer.statusCode()).isEqualTo(500);
      assertThat(answer.body()).isEqualTo("{\"message\":\"Internal Server Error\"}");
    }
  }

  @Test
  void aPreflightIsAnsweredForAllowedOriginsOnly() throws Exception {
    try (var cognito = client(CognitoIdentityProviderClient.builder());
        var gateway = client(ApiGatewayV2Client.builder())) {
      String url = apiOf(gateway, pool(cognito, "people-four"));

      assertThat(preflight(url, "http://d1.cloudfront.localhost:4566"))
          .contains("http://d1.cloudfront.localhost:4566");
      assertThat(preflight(url, "http://elsewhere.test")).isEmpty();
    }
  }

  @Test
  void aWebSocketApiIsRefusedByName() {
    try (var gateway = client(ApiGatewayV2Client.builder())) {
      assertThatThrownBy(
              () -> gateway.createApi(b -> b.name("w").protocolType(ProtocolType.WEBSOCKET)))
          .isInstanceOf(ApiGatewayV2Exception.class)
          .hasMessageContaining("expected HTTP, got WEBSOCKET");
    }
  }

  @Test
  void aDistributionServesWhatTheBucketsPolicyLetsItRead() throws Exception {
    try (var s3 = client(S3Client.builder().forcePathStyle(true));
        var cloudFront = client(CloudFrontClient.builder())) {
      s3.createBucket(b -> b.bucket("site"));
      s3.putObject(
          b -> b.bucket("site").key("index.html").contentType("text/html"),
          RequestBody.fromString("<p>hello"));
      String id = distribution(cloudFront);
      String url = stack.endpoint() + "/_cloudfront/" + id + "/";
      assertThat(get(url, "").statusCode()).isEqualTo(403);

      s3.putBucketPolicy(b -> b.bucket("site").policy(readableBy(id)));

      var page = get(url, "");
      assertThat(page.statusCode()).isEqualTo(200);
      assertThat(page.body()).isEqualTo("<p>hello");
      assertThat(page.headers().firstValue("content-type")).contains("text/html");
      var invalidation =
          cloudFront.createInvalidation(b ->
              b.distributionId(id)
                  .invalidationBatch(
                      i -> i.callerReference("1").paths(p -> p.items("/*").quantity(1))));
      assertThat(invalidation.invalidation().status()).isEqualTo("Completed");
    }
  }

  private static String distribution(CloudFrontClient cloudFront) {
    String control =
        cloudFront
            .createOriginAccessControl(b ->
                b.originAccessControlConfig(c ->
                    c.name("site")
                        .originAccessControlOriginType(OriginAccessControlOriginTypes.S3)
                        .signingBehavior(OriginAccessControlSigningBehaviors.ALWAYS)
                        .signingProtocol(OriginAccessControlSigningProtocols.SIGV4)))
            .originAccessControl()
            .id();
    return cloudFront
        .createDistribution(b ->
            b.distributionConfig(c ->
                c.callerReference("one")
                    .comment("")
                    .enabled(true)
                    .defaultRootObject("index.html")
                    .origins(o -> o.quantity(1).items(origin(control)))
                    .defaultCacheBehavior(d ->
                        d.targetOriginId("site")
                            .viewerProtocolPolicy(ViewerProtocolPolicy.REDIRECT_TO_HTTPS))))
        .distribution()
        .id();
  }

  private static Origin origin(String control) {
    return Origin.builder()
        .id("site")
        .domainName("site.s3.us-east-1.amazonaws.com")
        .originAccessControlId(control)
        .s3OriginConfig(s -> s.originAccessIdentity(""))
        .build();
  }

  private static String readableBy(String distribution) {
    return """
    {"Version":"2012-10-17","Statement":[{"Effect":"Allow",
    "Principal":{"Service":"cloudfront.amazonaws.com"},"Action":"s3:GetObject",
    "Resource":"arn:aws:s3:::site/*","Condition":{"StringEquals":{"AWS:SourceArn":
    "arn:aws:cloudfront::000000000000:distribution/%s"}}}]}\
    """
        .formatted(distribution);
  }

  private record Pool(String id, String clientId, String domain) {
    String base() {
      return stack.endpoint() + "/_cognito/" + domain;
    }
  }

  private static Pool pool(CognitoIdentityProviderClient cognito, String domain) {
    String id =
        cognito
            .createUserPool(b -> b.poolName(domain).usernameAttributes(UsernameAttributeType.EMAIL))
            .userPool()
            .id();
    cognito.createUserPoolDomain(b -> b.userPoolId(id).domain(domain));
    String client =
        cognito
            .createUserPoolClient(b ->
                b.userPoolId(id)
                    .clientName("app")
                    .allowedOAuthFlows(OAuthFlowType.CODE)
                    .allowedOAuthFlowsUserPoolClient(true)
                    .allowedOAuthScopes("openid", "email")
                    .callbackURLs(CALLBACK))
            .userPoolClient()
            .clientId();
    cognito.createGroup(b -> b.userPoolId(id).groupName("operator"));
    cognito.adminCreateUser(b -> b.userPoolId(id).username("ann@x.test").messageAction("SUPPRESS"));
    cognito.adminSetUserPassword(
        b -> b.userPoolId(id).username("ann@x.test").password("Secret-1-password").permanent(true));
    cognito.adminAddUserToGroup(b -> b.userPoolId(id).username("ann@x.test").groupName("operator"));
    return new Pool(id, client, domain);
  }

  private static HttpResponse<String> signIn(Pool pool, String password) throws Exception {
    byte[] hash =
        MessageDigest.getInstance("SHA-256").digest(VERIFIER.getBytes(StandardCharsets.US_ASCII));
    String query =
        "response_type=code&client_id="
            + pool.clientId()
            + "&redirect_uri="
            + encoded(CALLBACK)
            + "&scope=openid+email&state=s1&code_challenge_method=S256&code_challenge="
            + Base64.getUrlEncoder().withoutPadding().encodeToString(hash);
    String login =
        get(pool.base() + "/oauth2/authorize?" + query, "")
            .headers()
            .firstValue("location")
            .orElseThrow();
    return post(stack.endpoint() + login, "username=ann%40x.test&password=" + encoded(password));
  }

  private static HttpResponse<String> token(Pool pool, String back, String verifier)
      throws Exception {
    String code = back.substring(back.indexOf("code=") + 5, back.indexOf("&state"));
    return post(
        pool.base() + "/oauth2/token",
        "grant_type=authorization_code&client_id="
            + pool.clientId()
            + "&code="
            + code
            + "&redirect_uri="
            + encoded(CALLBACK)
            + "&code_verifier="
            + verifier);
  }

  private static String apiOf(ApiGatewayV2Client gateway, Pool pool) {
    String id =
        gateway
            .createApi(b ->
                b.name("api")
                    .protocolType(ProtocolType.HTTP)
                    .corsConfiguration(c ->
                        c.allowOrigins("https://d1.cloudfront.localhost:4566").allowMethods("GET")))
            .apiId();
    gateway.createStage(b -> b.apiId(id).stageName("$default").autoDeploy(true));
    String authorizer =
        gateway
            .createAuthorizer(b ->
                b.apiId(id)
                    .name("people")
                    .authorizerType(AuthorizerType.JWT)
                    .identitySource("$request.header.Authorization")
                    .jwtConfiguration(j ->
                        j.issuer(stack.endpoint() + "/" + pool.id()).audience(pool.clientId())))
            .authorizerId();
    String integration =
        gateway
            .createIntegration(b ->
                b.apiId(id)
                    .integrationType(IntegrationType.AWS_PROXY)
                    .payloadFormatVersion("2.0")
                    .integrationUri("arn:aws:lambda:us-east-1:000000000000:function:absent"))
            .integrationId();
    gateway.createRoute(b ->
        b.apiId(id)
            .routeKey("GET /devices")
            .target("integrations/" + integration)
            .authorizationType(AuthorizationType.JWT)
            .authorizerId(authorizer));
    return stack.endpoint() + "/_api/" + id + "/$default";
  }

  private static List<String> preflight(String url, String origin) throws Exception {
    var request =
        HttpRequest.newBuilder(URI.create(url + "/devices"))
            .method("OPTIONS", BodyPublishers.noBody())
            .header("Origin", origin)
            .header("Access-Control-Request-Method", "GET")
            .build();
    return http.send(request, BodyHandlers.ofString())
        .headers()
        .allValues("access-control-allow-origin");
  }

  private static HttpResponse<String> get(String url, String authorization) throws Exception {
    var request = HttpRequest.newBuilder(URI.create(url));
    if (!authorization.isEmpty()) {
      request.header("Authorization", authorization);
    }
    return http.send(request.build(), BodyHandlers.ofString());
  }

  private static HttpResponse<String> post(String url, String form) throws Exception {
    return http.send(
        HttpRequest.newBuilder(URI.create(url))
            .header("Content-Type", "application/x-www-form-urlencoded")
            .POST(BodyPublishers.ofString(form))
            .build(),
        BodyHandlers.ofString());
  }

  private static JsonNode json(HttpResponse<String> answer) throws Exception {
    return new ObjectMapper().readTree(answer.body());
  }

  private static JsonNode claims(JsonNode token) throws Exception {
    return new ObjectMapper()
        .readTree(Base64.getUrlDecoder().decode(token.asText().split("\\.")[1]));
  }

  private static String encoded(String text) {
    return URLEncoder.encode(text, StandardCharsets.UTF_8);
  }

  private static <
          B extends
              AwsClientBuilder<B, C>
                  & software.amazon.awssdk.core.client.builder.SdkSyncClientBuilder<B, C>,
          C>
      C client(B builder) {
    return builder
        .endpointOverride(stack.endpoint())
        .region(Region.US_EAST_1)
        .httpClient(UrlConnectionHttpClient.create())
        .credentialsProvider(
            StaticCredentialsProvider.create(AwsBasicCredentials.create("test", "test")))
        .build();
  }
}
