// The development sign-in and the API's challenges, judged by a strict client that nobody here wrote.
import { spawn } from "node:child_process";
import { resolve } from "node:path";
import { createInterface } from "node:readline";
import * as oauth from "oauth4webapi";
import { apiScope, automationClient, automationSecret, contoso, megan, portalClient, signIn } from "../identity";
import { expect, test } from "../world";

const insecure = { [oauth.allowInsecureRequests]: true };
const portal: oauth.Client = { client_id: portalClient };
const automation: oauth.Client = { client_id: automationClient };

async function discover(gateway: string): Promise<oauth.AuthorizationServer> {
  const issuer = new URL(`${gateway}/dev/identity/${contoso}/v2.0`);
  return oauth.processDiscoveryResponse(issuer, await oauth.discoveryRequest(issuer, insecure));
}

class CodeFlow {
  readonly verifier = oauth.generateRandomCodeVerifier();
  readonly state = oauth.generateRandomState();
  readonly nonce = oauth.generateRandomNonce();

  constructor(
    readonly server: oauth.AuthorizationServer,
    readonly redirectUri: string,
  ) {}

  async callback(changes: Record<string, string> = {}): Promise<URL> {
    const request = new URL(this.server.authorization_endpoint!);
    request.search = new URLSearchParams({
      client_id: portalClient,
      response_type: "code",
      redirect_uri: this.redirectUri,
      scope: `openid profile offline_access ${apiScope}`,
      code_challenge: await oauth.calculatePKCECodeChallenge(this.verifier),
      code_challenge_method: "S256",
      state: this.state,
      nonce: this.nonce,
      ...changes,
    }).toString();
    return signIn(request, megan);
  }

  validate(callback: URL): URLSearchParams {
    return oauth.validateAuthResponse(this.server, portal, callback, this.state);
  }

  async redeem(answer: URLSearchParams, changes: { verifier?: string; redirectUri?: string } = {}): Promise<oauth.TokenEndpointResponse> {
    const { verifier = this.verifier, redirectUri = this.redirectUri } = changes;
    const response = await oauth.authorizationCodeGrantRequest(this.server, portal, oauth.None(), answer, redirectUri, verifier, insecure);
    const tokens = await oauth.processAuthorizationCodeResponse(this.server, portal, response, {
      expectedNonce: this.nonce,
      requireIdToken: true,
    });
    await oauth.validateApplicationLevelSignature(this.server, response, insecure);
    return tokens;
  }
}

test("a strict client signs a person in, renews, and calls the API", async ({ servers }) => {
  const flow = new CodeFlow(await discover(servers.gateway), `${servers.gateway}/auth/callback`);
  const tokens = await flow.redeem(flow.validate(await flow.callback()));
  const claims = oauth.getValidatedIdTokenClaims(tokens)!;
  expect(claims).toMatchObject({ iss: flow.server.issuer, aud: portalClient, oid: megan, tid: contoso, nonce: flow.nonce });

  const response = await oauth.refreshTokenGrantRequest(flow.server, portal, oauth.None(), tokens.refresh_token!, insecure);
  const renewed = await oauth.processRefreshTokenResponse(flow.server, portal, response);
  await oauth.validateApplicationLevelSignature(flow.server, response, insecure);
  expect(oauth.getValidatedIdTokenClaims(renewed)!.sub).toBe(claims.sub);
  expect(renewed.refresh_token).not.toBe(tokens.refresh_token);

  const me = await oauth.protectedResourceRequest(renewed.access_token, "GET", new URL(`${servers.gateway}/api/v1/me`), undefined, null, insecure);
  expect(await me.json()).toMatchObject({ id: megan, tenantId: contoso, roles: ["admin"] });
});

test("a strict client gets a token for an application, by either way to send a secret", async ({ servers }) => {
  const server = await discover(servers.gateway);
  for (const authentication of [oauth.ClientSecretPost(automationSecret), oauth.ClientSecretBasic(automationSecret)]) {
    const scope = { scope: "api://lms-gateway/.default" };
    const response = await oauth.clientCredentialsGrantRequest(server, automation, authentication, scope, insecure);
    const tokens = await oauth.processClientCredentialsResponse(server, automation, response);
    expect(tokens.refresh_token).toBeUndefined();
    const me = new URL(`${servers.gateway}/api/v1/me`);
    const answer = await oauth.protectedResourceRequest(tokens.access_token, "GET", me, undefined, null, insecure);
    expect(await answer.json()).toMatchObject({ kind: "app", tenantId: contoso });
  }
});

test("what Entra refuses is refused, in a form that a strict client understands", async ({ servers }) => {
  const server = await discover(servers.gateway);
  const flow = new CodeFlow(server, `${servers.gateway}/auth/callback`);
  const refused = (error: string, code: number) =>
    expect.objectContaining({ error, cause: expect.objectContaining({ error_codes: [code] }) });

  const answer = flow.validate(await flow.callback());
  await expect(flow.redeem(answer, { verifier: oauth.generateRandomCodeVerifier() })).rejects.toEqual(refused("invalid_grant", 501481));
  await expect(flow.redeem(answer, { redirectUri: `${servers.gateway}/` })).rejects.toEqual(refused("invalid_grant", 500112));
  await flow.redeem(answer);
  await expect(flow.redeem(answer)).rejects.toEqual(refused("invalid_grant", 54005));

  const elsewhere = new CodeFlow(server, "https://evil.example/callback");
  await expect(elsewhere.callback()).rejects.toThrow("AADSTS50011");
  const silent = await flow.callback({ prompt: "none" });
  expect(() => flow.validate(silent)).toThrow(expect.objectContaining({ error: "login_required" }));

  const wrong = await oauth.clientCredentialsGrantRequest(server, automation, oauth.ClientSecretPost("guess"), { scope: "api://lms-gateway/.default" }, insecure);
  await expect(oauth.processClientCredentialsResponse(server, automation, wrong)).rejects.toEqual(refused("invalid_client", 7000215));
});

test("the API's challenges are what RFC 6750 says", async ({ servers }) => {
  const call = (token: string, path: string) =>
    oauth.protectedResourceRequest(token, "GET", new URL(servers.gateway + path), undefined, null, insecure);
  const challenged = (status: number, error: string) =>
    expect.objectContaining({
      status,
      cause: [{ scheme: "bearer", parameters: expect.objectContaining({ realm: "lms-gateway", error, error_description: expect.any(String) }) }],
    });
  await expect(call("garbage", "/api/v1/me")).rejects.toEqual(challenged(401, "invalid_token"));
  const server = await discover(servers.gateway);
  const scope = { scope: "api://lms-gateway/.default" };
  const response = await oauth.clientCredentialsGrantRequest(server, automation, oauth.ClientSecretPost(automationSecret), scope, insecure);
  const { access_token } = await oauth.processClientCredentialsResponse(server, automation, response);
  await expect(call(access_token, "/api/v1/registrations")).rejects.toEqual(challenged(403, "insufficient_scope"));
});

/** Signs a person in with Python's MSAL, which gets `bend` of the answer. */
async function signInWithMsal(gateway: string, bend: (answer: Record<string, string>) => object): Promise<Record<string, unknown>> {
  const script = resolve(import.meta.dirname, "../msal_person.py");
  const authority = `${gateway}/dev/identity/${contoso}/v2.0`;
  const child = spawn(process.env.PYTHON ?? "python3", ["-W", "ignore", script, authority, portalClient, apiScope, `${gateway}/auth/callback`]);
  child.stderr.on("data", (data) => console.error(String(data)));
  const lines = createInterface({ input: child.stdout })[Symbol.asyncIterator]();
  const say = async () => JSON.parse((await lines.next()).value as string);
  const callback = await signIn(new URL(await say()), megan);
  const answer = Object.fromEntries(new URLSearchParams(callback.hash.slice(1) || callback.search));
  child.stdin.end(`${JSON.stringify(bend(answer))}\n`);
  return say();
}

test("Python's MSAL signs a person in, and renews silently", async ({ servers }) => {
  const person = await signInWithMsal(servers.gateway, (answer) => answer);
  expect(person).toMatchObject({ claims: { oid: megan, tid: contoso }, username: "megan.bowen@contoso.example", renewed: true });
  const me = await fetch(`${servers.gateway}/api/v1/me`, { headers: { authorization: `Bearer ${person.token}` } });
  expect(await me.json()).toMatchObject({ id: megan, roles: ["admin"] });
  const guessed = await signInWithMsal(servers.gateway, (answer) => ({ ...answer, code: "guess" }));
  expect(guessed).toEqual({ error: "invalid_grant", codes: [70000] });
});
