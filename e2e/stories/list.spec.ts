// The list with 10,000 registrations: the portal never holds more than a page of them, and shows what was asked for last.
import type { Page } from "@playwright/test";
import { launchToken } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

const MANY = 10_000;
const PAGE = 50;

interface Asked {
  search: string;
  sort: string;
  platform: string;
}

function registration(number: number): { name: string; platform: string } & Record<string, unknown> {
  const name = `Registration ${String(number).padStart(5, "0")}`;
  const id = `0196f2c4-7a31-7c52-9d0e-${String(number).padStart(12, "0")}`;
  const host = `https://lms-${number}.contoso.example`;
  return {
    id,
    name,
    tenantId: "c0ffee00-0000-4000-8000-000000000001",
    appId: "launch-inspector",
    platform: number % 2 === 0 ? "moodle" : "sakai",
    issuer: host,
    clientId: String(number),
    deploymentIds: ["1"],
    authenticationUrl: `${host}/auth`,
    keysetUrl: `${host}/keys`,
    accessTokenUrl: null,
    accessTokenAudience: null,
    allowAnonymous: false,
    acceptAnyDeployment: false,
    createdAt: "2026-11-23T08:00:00Z",
    createdBy: { id: "o", name: "Megan Bowen", kind: "user" },
    lastLaunchAt: null,
    health: { state: "unknown", since: null, detail: null },
    waitingDeployments: 0,
    appWithdrawn: false,
    clientIdShared: false,
  };
}

/** Answers like the gateway, with 10,000 registrations. A search for few letters takes longer than the next one. */
async function serveMany(page: Page, asked: Asked[]): Promise<void> {
  const all = Array.from({ length: MANY }, (_, number) => registration(number));
  await page.route(
    (url) => url.pathname === "/api/v1/registrations",
    async (route) => {
      const url = new URL(route.request().url());
      const value = (name: string) => url.searchParams.get(name) ?? "";
      asked.push({ search: value("search"), sort: value("sort"), platform: value("platform") });
      const found = all.filter(({ name, platform }) => name.toLowerCase().includes(value("search").toLowerCase()) && platform.includes(value("platform")));
      if (value("sort").startsWith("-")) found.reverse();
      const start = Number(value("cursor") || 0);
      url.searchParams.set("cursor", String(start + PAGE));
      const nextLink = start + PAGE < found.length ? { nextLink: url.href } : {};
      if (value("search").length === 1) await new Promise((later) => setTimeout(later, 1_000));
      await route.fulfill({ json: { value: found.slice(start, start + PAGE), ...nextLink } });
    },
  );
}

test("10,000 registrations are searched, sorted, filtered and paged through", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  const asked: Asked[] = [];
  await serveMany(page, asked);
  await portal.openList();
  const rows = page.getByRole("row");
  const first = page.getByRole("rowheader").first();
  await expect(rows).toHaveCount(1 + PAGE);
  await expect(first).toContainText("Registration 00000");

  await page.getByRole("button", { name: "Next" }).click();
  await expect(first).toContainText("Registration 00050");
  await page.getByRole("button", { name: "Previous" }).click();
  await expect(first).toContainText("Registration 00000");

  await page.getByRole("button", { name: "Name" }).click();
  await expect(page.getByRole("columnheader", { name: "Name" })).toHaveAttribute("aria-sort", "descending");
  await expect(first).toContainText("Registration 09999");
  await expect(page.getByRole("button", { name: "Name" }), "the focus stays while the list is fetched").toBeFocused();

  await page.getByLabel("LMS", { exact: true }).selectOption({ label: "LMS: Sakai" });
  await expect(first).toContainText("Registration 09999");
  await page.getByLabel("LMS", { exact: true }).selectOption({ label: "LMS: Moodle" });
  await expect(first).toContainText("Registration 09998");

  // The slow answer to the first letter comes after the answer to the rest, and must not replace it.
  const search = page.getByRole("searchbox", { name: "Search registrations" });
  await search.pressSequentially("0");
  await expect.poll(() => asked.at(-1)?.search).toBe("0");
  await search.pressSequentially("0042");
  await expect(first).toContainText("Registration 00042");
  await expect.poll(() => asked.at(-1)).toEqual({ search: "00042", sort: "-name", platform: "moodle" });
  await page.waitForTimeout(1_200);
  await expect(rows).toHaveCount(2);
  await expect(search).toBeFocused();
  await expect(page.getByRole("status").filter({ hasText: "1 registration" })).toBeAttached();

  await search.fill("nowhere");
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(rows).toHaveCount(1 + PAGE);
});

test("registrations are narrowed by app and by health", async ({ page, portal, servers }) => {
  // A launch has fetched the keyset, so its health is known.
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  const row = page.getByRole("row", { name: /Practice LMS/ });
  await expect(row).toContainText("Healthy");
  const asked = (part: string) => page.waitForResponse((answer) => answer.url().includes(part));
  const byApp = asked("appId=launch-inspector");
  await page.getByLabel("App", { exact: true }).selectOption({ label: "App: Launch inspector" });
  await byApp;
  await expect(row).toBeVisible();
  await page.getByLabel("Health", { exact: true }).selectOption({ label: "Health: Failing" });
  await expect(page.getByRole("heading", { name: "No registration fits" })).toBeVisible();
  const both = asked("appId=launch-inspector&health=good");
  await page.getByLabel("Health", { exact: true }).selectOption({ label: "Health: Healthy" });
  await both;
  await expect(row).toBeVisible();
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { name: "Gateway keys" })).toBeVisible();
  await page.keyboard.press("Escape");
  await expect(page, "what was chosen stands in the address").toHaveURL(/\/registrations\?appId=launch-inspector&health=good$/);
  await page.reload();
  await expect(row).toBeVisible();
  await expect(page.getByLabel("Health", { exact: true })).toHaveValue("good");
});

test("while the list is fetched its rows are drawn grey, and its place is kept", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  let answer = () => {};
  const asked = new Promise<void>((resolve) => (answer = resolve));
  await page.route(
    (url) => url.pathname === "/api/v1/registrations",
    async (route) => {
      await asked;
      await route.fulfill({ json: { value: [registration(1)] } });
    },
  );
  await portal.open("/registrations");
  await expect(page.locator(".card[aria-busy=true] .skeleton").first()).toBeVisible();
  answer();
  await expect(page.getByRole("link", { name: "View Registration 00001" })).toBeVisible();
  await expect(page.locator(".skeleton")).toHaveCount(0);
});
