// Microsoft's own clients against the development sign-in. They take https authorities only, so they are given its metadata
// beforehand, whose addresses are http, under an authority of the same path that is never asked.
import { readFile } from "node:fs/promises";
import { join } from "node:path";
import { ConfidentialClientApplication, type Configuration, CryptoProvider, PublicClientApplication } from "@azure/msal-node";
import { apiScope, automationClient, automationSecret, contoso, megan, portalClient, signIn } from "../identity";
import { people } from "../portal";
import { expect, test } from "../world";
import { servePages } from "./pages";

const HOST = "localhost:1";

async function authority(gateway: string): Promise<{ authority: string; knownAuthorities: string[]; authorityMetadata: string }> {
  const answer = await fetch(`${gateway}/dev/identity/${contoso}/v2.0/.well-known/openid-configuration`);
  return { authority: `https://${HOST}/dev/identity/${contoso}`, knownAuthorities: [HOST], authorityMetadata: await answer.text() };
}

async function me(gateway: string, token: string): Promise<unknown> {
  const answer = await fetch(`${gateway}/api/v1/me`, { headers: { authorization: `Bearer ${token}` } });
  return answer.json();
}

test("@azure/msal-node signs a person in, and renews silently", async ({ servers }) => {
  const configuration: Configuration = { auth: { clientId: portalClient, ...(await authority(servers.gateway)) } };
  const client = new PublicClientApplication(configuration);
  const redirectUri = `${servers.gateway}/auth/callback`;
  const { verifier, challenge } = await new CryptoProvider().generatePkceCodes();
  const nonce = "8a1d-nonce";
  const url = await client.getAuthCodeUrl({ scopes: [apiScope], redirectUri, codeChallenge: challenge, codeChallengeMethod: "S256", nonce, state: "state|user state/+" });
  const callback = await signIn(new URL(url), megan);
  expect(callback.searchParams.get("state")).toBe("state|user state/+");
  const code = callback.searchParams.get("code")!;
  const tokens = await client.acquireTokenByCode({ code, scopes: [apiScope], redirectUri, codeVerifier: verifier }, { code, nonce });
  expect(tokens.account).toMatchObject({ tenantId: contoso, localAccountId: megan, name: people.admin });
  expect(await me(servers.gateway, tokens.accessToken)).toMatchObject({ id: megan, roles: ["admin"] });

  const renewed = await client.acquireTokenSilent({ scopes: [apiScope], account: tokens.account!, forceRefresh: true });
  expect(renewed.fromCache).toBe(false);
  expect(renewed.accessToken).not.toBe(tokens.accessToken);
  expect(await me(servers.gateway, renewed.accessToken)).toMatchObject({ id: megan });
});

test("@azure/msal-node gets a token for an application", async ({ servers }) => {
  const auth = { clientId: automationClient, clientSecret: automationSecret, ...(await authority(servers.gateway)) };
  const client = new ConfidentialClientApplication({ auth });
  const tokens = await client.acquireTokenByClientCredential({ scopes: ["api://lms-gateway/.default"] });
  expect(await me(servers.gateway, tokens!.accessToken)).toMatchObject({ kind: "app", tenantId: contoso });
  const wrong = new ConfidentialClientApplication({ auth: { ...auth, clientSecret: "guess" } });
  await expect(wrong.acquireTokenByClientCredential({ scopes: ["api://lms-gateway/.default"] })).rejects.toThrow(/AADSTS7000215|invalid_client/);
});

interface Msal {
  client: {
    loginRedirect(request: object): Promise<void>;
    logoutRedirect(request: object): Promise<void>;
    acquireTokenSilent(request: object): Promise<{ accessToken: string; fromCache: boolean }>;
    getAllAccounts(): { username: string; name: string; tenantId: string; localAccountId: string }[];
  };
}

test("@azure/msal-browser signs a person in, renews silently, and signs out", async ({ page, servers }) => {
  const settings = { auth: { clientId: portalClient, ...(await authority(servers.gateway)) } };
  const pages = await servePages({
    "/msal.js": await readFile(join(import.meta.dirname, "node_modules/@azure/msal-browser/lib/msal-browser.min.js"), "utf8"),
    "/app.js": `
      const settings = ${JSON.stringify(settings)};
      settings.auth.redirectUri = settings.auth.postLogoutRedirectUri = location.origin + "/";
      msal.createStandardPublicClientApplication(settings).then(async (client) => {
        window.client = client;
        await client.handleRedirectPromise().catch((error) => (document.title = String(error)));
        document.body.append(client.getAllAccounts().length ? "signed in" : "signed out");
      });`,
    "/": `<!doctype html><title>App</title><body><script src="/msal.js"></script><script src="/app.js"></script></body>`,
  });
  await page.goto(pages.origin);
  await expect(page.getByText("signed out")).toBeVisible();
  await page.evaluate((scope) => void (window as unknown as Msal).client.loginRedirect({ scopes: [scope] }), apiScope);
  await page.getByRole("button", { name: people.admin }).click();
  await expect(page.getByText("signed in")).toBeVisible();
  expect(await page.title()).toBe("App");
  const account = await page.evaluate(() => (window as unknown as Msal).client.getAllAccounts()[0]!);
  expect(account).toMatchObject({ name: people.admin, tenantId: contoso, localAccountId: megan });

  const acquire = (forceRefresh: boolean) =>
    page.evaluate(
      async ([scope, force]) => {
        const { client } = window as unknown as Msal;
        const { accessToken, fromCache } = await client.acquireTokenSilent({ scopes: [scope], account: client.getAllAccounts()[0], forceRefresh: force });
        return { accessToken, fromCache };
      },
      [apiScope, forceRefresh] as const,
    );
  const cached = await acquire(false);
  const renewed = await acquire(true);
  expect([cached.fromCache, renewed.fromCache]).toEqual([true, false]);
  expect(renewed.accessToken).not.toBe(cached.accessToken);
  expect(await me(servers.gateway, renewed.accessToken)).toMatchObject({ id: megan, roles: ["admin"] });

  await page.evaluate(() => {
    const { client } = window as unknown as Msal;
    void client.logoutRedirect({ account: client.getAllAccounts()[0] });
  });
  await expect(page.getByText("signed out")).toBeVisible();
  await pages.stop();
});
