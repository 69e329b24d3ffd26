// The session of a tab: how it begins, is renewed, survives and ends.
import { chromium, type Page } from "@playwright/test";
import { people, Portal } from "../portal";
import { expect, test } from "../world";

const CHOOSE = "Choose who to sign in as";
const FAILED = "Authentication failed. Try again";
const TOKEN = /\/oauth2\/v2\.0\/token$/;
const KEY = "lms-gateway.session";

interface Session {
  access_token: string;
  refresh_token: string;
  expires_at: number;
  issued_at: number;
}

const sessionOf = (page: Page) => page.evaluate((key) => JSON.parse(sessionStorage.getItem(key)!) as Session, KEY);

/** As if time had passed: the token was issued this long ago, and ends so soon. */
async function age(page: Page, { issuedAgo, endsIn }: { issuedAgo: number; endsIn: number }): Promise<void> {
  const session = { ...(await sessionOf(page)), issued_at: Date.now() - issuedAgo, expires_at: Date.now() + endsIn };
  await page.evaluate(([key, value]) => sessionStorage.setItem(key!, value!), [KEY, JSON.stringify(session)]);
}

/** The grants that are asked for from now on. */
function grants(page: Page): string[] {
  const asked: string[] = [];
  page.on("request", (request) => {
    if (TOKEN.test(request.url())) asked.push(new URLSearchParams(request.postData()!).get("grant_type")!);
  });
  return asked;
}

async function member(portal: Portal): Promise<void> {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
}

test("a sign-in is bound to the tab, and leaves no trace of its code", async ({ page, portal }) => {
  const asked = page.waitForRequest(/\/oauth2\/v2\.0\/authorize\?/);
  await portal.open();
  await page.getByRole("button", { name: "Go to registration portal" }).click();
  const request = new URL((await asked).url()).searchParams;
  expect(request.get("code_challenge_method")).toBe("S256");
  for (const name of ["state", "nonce", "code_challenge"]) expect(request.get(name), name).toMatch(/^[\w-]{43}$/);
  expect(new Set(["state", "nonce", "code_challenge"].map((name) => request.get(name))).size).toBe(3);
  await portal.choosePerson(people.admin);
  await expect(portal.heading(/have permission/)).toBeVisible();

  expect(page.url()).toBe(`${portal.address}/registrations`);
  expect(await page.evaluate(() => Object.keys(localStorage))).toEqual([]);
  expect(await page.evaluate(() => Object.keys(sessionStorage))).toEqual([KEY]);
  expect(await page.evaluate(() => document.cookie)).toBe("");
  await page.goBack();
  await page.goForward();
  expect(page.url()).not.toContain("code=");
});

test("a deep link survives the sign-in", async ({ page, portal, browser, servers }) => {
  await member(portal);
  const other = new Portal(await (await browser.newContext()).newPage(), servers.gateway);
  await other.open("/launches?outcome=refused");
  await expect(other.heading(CHOOSE)).toBeVisible();
  await other.choosePerson(people.admin);
  await expect(other.heading("Launches")).toBeVisible();
  expect(other.page.url()).toBe(`${servers.gateway}/launches?outcome=refused`);
  await other.page.context().close();
  await expect(page).toHaveURL(/registrations/);
});

test("a token is renewed before it ends", async ({ page, portal }) => {
  await member(portal);
  const before = await sessionOf(page);
  await age(page, { issuedAgo: 3_600_000, endsIn: 200_000 });
  const asked = grants(page);
  await portal.openList();
  expect(asked).toEqual(["refresh_token"]);
  const after = await sessionOf(page);
  expect(after.access_token).not.toBe(before.access_token);
  expect(after.refresh_token).not.toBe(before.refresh_token);
  await portal.openList();
  expect(asked).toHaveLength(1);
});

test("a token that the gateway refuses is renewed once", async ({ page, portal }) => {
  await member(portal);
  await age(page, { issuedAgo: 120_000, endsIn: 3_000_000 });
  const asked = grants(page);
  const refuse = { status: 401, contentType: "application/problem+json", body: "{}" };
  await page.route("**/api/v1/me", (route) => route.fulfill(refuse), { times: 1 });
  await portal.openList();
  expect(asked).toEqual(["refresh_token"]);

  // A gateway that refuses whatever comes doesn't send people round in circles.
  await page.route("**/api/v1/me", (route) => route.fulfill(refuse));
  await portal.open("/registrations");
  await expect(portal.heading(FAILED)).toBeVisible();
  await expect(page.getByRole("button", { name: "Sign in again" })).toBeVisible();
  expect(asked.length).toBeLessThanOrEqual(2);
});

test("a session that has ended leads to the sign-in and back", async ({ page, portal }) => {
  await member(portal);
  await age(page, { issuedAgo: 86_400_000, endsIn: -1 });
  const ended = { error: "invalid_grant", error_description: "AADSTS700084: The refresh token has ended." };
  await page.route(TOKEN, (route) => route.fulfill({ status: 400, json: ended }), { times: 1 });
  await portal.open("/launches?outcome=accepted");
  // The identity provider still knows who it is, so nobody is asked anything.
  await expect(portal.heading("Launches")).toBeVisible();
  expect(page.url()).toBe(`${portal.address}/launches?outcome=accepted`);
});

test("tabs have sessions of their own, and end together", async ({ page, portal }) => {
  await member(portal);
  const second = new Portal(await page.context().newPage(), portal.address);
  await second.openList();
  expect((await sessionOf(second.page)).access_token).not.toBe((await sessionOf(page)).access_token);

  await portal.openAccount();
  await page.getByRole("menuitem", { name: "Sign out" }).click();
  for (const tab of [portal, second]) {
    await expect(tab.heading(/Connect your LMS/)).toBeVisible();
    expect(await tab.page.evaluate(() => Object.keys(sessionStorage))).toEqual([]);
  }
  // At the identity provider too.
  await second.open("/registrations");
  await expect(second.heading(CHOOSE)).toBeVisible();
});

test("an answer that nobody here asked for signs nobody in", async ({ page, portal }) => {
  for (const answer of ["#code=stolen&state=forged", "?code=stolen&state=forged", "#code=stolen", ""]) {
    await portal.open(`/auth/callback${answer}`);
    await expect(portal.heading(FAILED)).toBeVisible();
    expect(await page.evaluate((key) => sessionStorage.getItem(key), KEY)).toBeNull();
  }
});

const CHANGES: Record<string, (claims: Record<string, unknown>) => void> = {
  "another nonce": (claims) => (claims.nonce = "replayed"),
  "no nonce": (claims) => delete claims.nonce,
  "another client": (claims) => (claims.aud = "c0ffee00-0000-4000-8000-0000000000a0"),
  "another issuer": (claims) => (claims.iss = "https://evil.example/v2.0"),
};

for (const [name, change] of Object.entries(CHANGES)) {
  test(`an id_token with ${name} signs nobody in`, async ({ page, portal }) => {
    await page.route(TOKEN, async (route) => {
      const answer = await route.fetch();
      const tokens = (await answer.json()) as { id_token: string };
      const [header, payload, signature] = tokens.id_token.split(".");
      const claims = JSON.parse(Buffer.from(payload!, "base64url").toString());
      change(claims);
      tokens.id_token = [header, Buffer.from(JSON.stringify(claims)).toString("base64url"), signature].join(".");
      await route.fulfill({ response: answer, json: tokens });
    });
    await portal.signIn(people.admin);
    await expect(portal.heading(FAILED)).toBeVisible();
    expect(await page.evaluate((key) => sessionStorage.getItem(key), KEY)).toBeNull();
  });
}

test("the back button leads out of the sign-in, and nothing sticks", async ({ page, portal }) => {
  await portal.open();
  await portal.open("/launches");
  await expect(portal.heading(CHOOSE)).toBeVisible();
  await page.goBack();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  // A sign-in that was given up prevents no other.
  await page.getByRole("button", { name: "Go to registration portal" }).click();
  await expect(portal.heading(CHOOSE)).toBeVisible();
  await page.goBack();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  await page.getByRole("button", { name: "Go to registration portal" }).click();
  await portal.choosePerson(people.admin);
  await expect(portal.heading(/have permission/)).toBeVisible();
});

test.describe("in the browser’s cache of left pages", () => {
  // Chromium doesn't keep every page: this tests only the portal's reaction when it did.
  test.describe.configure({ retries: 7 });
  test("a page that the browser kept as it was begins anew", async ({ servers }, info) => {
    // Playwright switches this cache of the browser off, for which another browser is needed.
    const { launchOptions } = info.project.use;
    const browser = await chromium.launch({ ...launchOptions, ignoreDefaultArgs: ["--disable-back-forward-cache"] });
    const page = await browser.newPage();
    const portal = new Portal(page, servers.gateway);
    let times = 0;
    /** Goes back to this page later, and proves that it was kept. */
    const backTo = async (leave: () => Promise<void>) => {
      const kept = `kept ${++times}`;
      await page.evaluate((kept) => addEventListener("pageshow", (event) => event.persisted && (window.name = kept)), kept);
      await leave();
      await page.goBack({ waitUntil: "commit" });
      await expect(async () => expect(await page.evaluate(() => window.name)).toBe(kept)).toPass({ timeout: 5_000 });
    };
    await portal.open();
    await backTo(async () => {
      await page.getByRole("button", { name: "Go to registration portal" }).click();
      await expect(portal.heading(CHOOSE)).toBeVisible();
    });
    await page.getByRole("button", { name: "Go to registration portal" }).click();
    await portal.choosePerson(people.admin);
    await expect(portal.heading(/have permission/)).toBeVisible();

    // The pages that a person saw before signing out aren't there for the next.
    await backTo(async () => {
      await portal.openAccount();
      await page.getByRole("menuitem", { name: "Sign out" }).click();
      await expect(portal.heading(/Connect your LMS/)).toBeVisible();
    });
    await expect(portal.heading(CHOOSE)).toBeVisible();
    await browser.close();
  });
});
