// The gateway against an identity provider that nobody here wrote: oidc-provider, by [[issuers]] of the configuration.
import { once } from "node:events";
import { writeFile } from "node:fs/promises";
import { createServer } from "node:http";
import type { AddressInfo } from "node:net";
import * as oauth from "oauth4webapi";
import Provider from "oidc-provider";
import { startServers } from "../servers";
import { expect, test } from "../world";

const SCHOOL = "5c400100-0000-4000-8000-000000000001";
const insecure = { [oauth.allowInsecureRequests]: true };
const scripts: oauth.Client = { client_id: "scripts" };
const portal: oauth.Client = { client_id: "portal" };
const CALLBACK = "http://localhost:1/callback";

interface Running {
  issuer: string;
  stop(): Promise<void>;
}

/** People are who they say they are: the provider's own pages for developers ask for any name. */
async function startProvider(): Promise<Running> {
  const listener = createServer().listen(0, "localhost");
  await once(listener, "listening");
  const issuer = `http://localhost:${(listener.address() as AddressInfo).port}`;
  const secret = "a secret of this test alone, long enough";
  const provider = new Provider(issuer, {
    clients: [
      { client_id: "scripts", client_secret: secret, grant_types: ["client_credentials"], redirect_uris: [], response_types: [], token_endpoint_auth_method: "client_secret_post" },
      { client_id: "portal", redirect_uris: [CALLBACK], token_endpoint_auth_method: "none", application_type: "native" },
    ],
    scopes: ["openid", "offline_access", "access_as_user"],
    pkce: { required: () => true },
    findAccount: (_, id) => ({ accountId: id, claims: () => ({ sub: id }) }),
    extraTokenClaims: (_, token) => ({
      roles: token.kind === "ClientCredentials" ? ["Registrations.ReadWrite.All", "Tenant.Register"] : token.accountId === "anna" ? ["Admin"] : [],
    }),
    features: {
      clientCredentials: { enabled: true },
      devInteractions: { enabled: true },
      resourceIndicators: {
        enabled: true,
        defaultResource: () => "urn:lms-gateway",
        useGrantedResource: () => true,
        getResourceServerInfo: () => ({ scope: "access_as_user", audience: "lms-gateway", accessTokenFormat: "jwt", jwt: { sign: { alg: "RS256" } } }),
      },
    },
  });
  listener.on("request", provider.callback());
  return {
    issuer,
    async stop() {
      listener.closeAllConnections();
      await new Promise((closed) => listener.close(closed));
    },
  };
}

test("people and applications of oidc-provider use the gateway", async ({ page }, info) => {
  const provider = await startProvider();
  const file = info.outputPath("gateway.toml");
  await writeFile(file, `[[issuers]]\nissuer = "${provider.issuer}"\naudiences = ["lms-gateway"]\ntenant_ids = ["${SCHOOL}"]\n`);
  const servers = await startServers(undefined, {}, ["--config", file]);
  const call = (token: string, path: string, body?: object) =>
    fetch(servers.gateway + path, {
      method: body ? "POST" : "GET",
      headers: { authorization: `Bearer ${token}`, ...(body && { "content-type": "application/json" }) },
      ...(body && { body: JSON.stringify(body) }),
    });
  const server = await oauth.processDiscoveryResponse(new URL(provider.issuer), await oauth.discoveryRequest(new URL(provider.issuer), insecure));

  const granted = await oauth.clientCredentialsGrantRequest(server, scripts, oauth.ClientSecretPost("a secret of this test alone, long enough"), {}, insecure);
  const app = (await oauth.processClientCredentialsResponse(server, scripts, granted)).access_token;
  expect(await (await call(app, "/api/v1/me")).json()).toMatchObject({ id: "scripts", kind: "app", tenantId: SCHOOL, roles: ["Registrations.ReadWrite.All", "Tenant.Register"] });
  expect((await call(app, "/api/v1/tenant", { displayName: "School" })).status).toBe(201);

  const person = async (name: string): Promise<oauth.TokenEndpointResponse> => {
    await page.context().clearCookies();
    const verifier = oauth.generateRandomCodeVerifier();
    const request = new URL(server.authorization_endpoint!);
    request.search = new URLSearchParams({
      client_id: "portal",
      response_type: "code",
      redirect_uri: CALLBACK,
      scope: "openid access_as_user",
      code_challenge: await oauth.calculatePKCECodeChallenge(verifier),
      code_challenge_method: "S256",
      state: "state",
      nonce: "nonce",
    }).toString();
    const returned = page.waitForRequest((asked) => asked.url().startsWith(CALLBACK));
    await page.goto(request.href);
    await page.locator("input[name=login]").fill(name);
    await page.locator("input[name=password]").fill("any");
    await page.locator("button[type=submit]").click();
    await page.locator("button[type=submit]").click({ noWaitAfter: true });
    const answer = oauth.validateAuthResponse(server, portal, new URL((await returned).url()), "state");
    const response = await oauth.authorizationCodeGrantRequest(server, portal, oauth.None(), answer, CALLBACK, verifier, insecure);
    return oauth.processAuthorizationCodeResponse(server, portal, response, { expectedNonce: "nonce", requireIdToken: true });
  };
  const anna = await person("anna");
  expect(await (await call(anna.access_token, "/api/v1/me")).json()).toMatchObject({ id: "anna", kind: "user", tenantId: SCHOOL, tenantState: "registered", roles: ["admin"] });
  expect((await call(anna.access_token, "/api/v1/registrations")).status).toBe(200);
  expect((await call(anna.id_token!, "/api/v1/me")).status).toBe(401);
  const ben = await person("ben");
  expect((await call(ben.access_token, "/api/v1/registrations")).status).toBe(403);
  await servers.stop();
  await provider.stop();
});
