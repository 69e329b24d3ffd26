// The list with 10,000 registrations: the portal never holds more than a page of them, and shows what was asked for last.
import type { Locator, Page } from "@playwright/test";
import { fullList } from "../full";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, changeAnswer, hold, problem } from "../problem";
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
    appDeploymentId: `5c400100-0000-4000-8000-${String(number).padStart(12, "0")}`,
  };
}

/** Answers like the gateway, with 10,000 registrations. A search for few letters takes longer than the next one. */
async function serveMany(page: Page, asked: Asked[]): Promise<void> {
  const all = Array.from({ length: MANY }, (_, number) => registration(number));
  await page.route(/\/api\/v1\/registrations\/[^/]+$/, (route) => {
    const number = Number(route.request().url().slice(-12));
    return route.fulfill({ json: all[number] });
  });
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
  await expect(page.getByRole("heading", { name: "No registrations match" })).toBeVisible();
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

test("launches are narrowed to any of 10,000 registrations", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await serveMany(page, []);
  await portal.open("/launches");
  const registrations = page.getByRole("combobox", { name: "Registration" });
  await registrations.click();
  const options = page.getByRole("listbox").getByRole("option");
  await expect(options.first()).toHaveText("Registration: All");
  expect(await options.count(), "never all of them").toBeLessThan(100);
  await expect(page.getByText("More match: type to narrow them down")).toBeVisible();
  await registrations.pressSequentially("09999");
  await expect(options).toHaveText([/^Registration 09999/]);
  const asked = page.waitForRequest(/launches\?registrationId=0196f2c4-7a31-7c52-9d0e-000000009999/);
  await page.keyboard.press("Enter");
  await asked;
  await expect(page).toHaveURL(/\/launches\?registrationId=0196f2c4-7a31-7c52-9d0e-000000009999$/);
  await expect(registrations).toHaveValue("Registration 09999");
  await page.reload();
  await expect(registrations).toHaveValue("Registration 09999");

  await registrations.fill("no such registration");
  await expect(page.getByText("No registrations match")).toBeVisible();
  await registrations.press("Tab");
  await expect(registrations, "what was chosen still is").toHaveValue("Registration 09999");
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await expect(page).toHaveURL(/\/launches$/);
  await expect(registrations).toHaveValue("");
  await expect(registrations).toBeFocused();
});

test("the list says since when a keyset fails", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await changeAnswer(page, /registrations$/, fullList);
  await portal.openList();
  const failing = page.getByRole("row").filter({ hasText: "Failing" });
  await expect(failing).toHaveCount(1);
  await expect(failing).toContainText("Since Nov 23, 2026");
  await expect(failing.locator("time[datetime^='2026-11-23T08:00']")).toBeVisible();
  await expect(page.getByRole("row").filter({ hasText: "Healthy" }).filter({ hasText: "Since" })).toHaveCount(0);
});

/** Each list, a filter of it, and what the address says then. */
const LISTS: { path: string; api: RegExp; narrow: (page: Page) => Promise<void>; address: string; shown: (page: Page) => Locator; value: string }[] = [
  {
    path: "/registrations",
    api: /registrations$/,
    narrow: async (page) => void (await page.getByLabel("LMS", { exact: true }).selectOption("sakai")),
    address: "/registrations?platform=sakai",
    shown: (page) => page.getByLabel("LMS", { exact: true }),
    value: "sakai",
  },
  {
    path: "/launches",
    api: /launches$/,
    narrow: async (page) => void (await page.getByLabel("Time", { exact: true }).selectOption("7")),
    address: "/launches?days=7",
    shown: (page) => page.getByLabel("Time", { exact: true }),
    value: "7",
  },
  {
    path: "/reports",
    api: /problem-reports$/,
    narrow: (page) => page.getByRole("searchbox", { name: "Search reports" }).pressSequentially("keyset & co"),
    address: "/reports?search=keyset+%26+co",
    shown: (page) => page.getByRole("searchbox", { name: "Search reports" }),
    value: "keyset & co",
  },
  {
    path: "/audit",
    api: /audit-events$/,
    narrow: async (page) => void (await page.getByLabel("Activity", { exact: true }).selectOption("registration.deleted")),
    address: "/audit?action=registration.deleted",
    shown: (page) => page.getByLabel("Activity", { exact: true }),
    value: "registration.deleted",
  },
];

for (const list of LISTS) {
  test(`what narrows a list stands in its address, and the focus stays: ${list.path}`, async ({ page, portal, servers }) => {
    await launchToken(servers.gateway, servers.lms);
    await portal.signIn(people.admin);
    await expect(portal.heading("Registrations")).toBeVisible();
    await portal.open(list.path);
    const filter = list.shown(page);
    await filter.focus();
    await list.narrow(page);
    await expect(page).toHaveURL(portal.address + list.address);
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await expect(filter).toBeFocused();
    await page.reload();
    await expect(filter).toHaveValue(list.value);
    await page.getByRole("banner").getByRole("button", { name: "Help" }).click();
    await page.getByRole("menuitem", { name: "Keyboard" }).click();
    await expect(portal.heading("Keyboard")).toBeVisible();
    await page.goBack();
    await expect(filter, "the back button finds it so").toHaveValue(list.value);
    await expect(page).toHaveURL(portal.address + list.address);

    // A failure says so in the place of the list; what was chosen stays.
    const mend = await answerWith(page, list.api, problem(500, "internal", "The gateway had a problem."));
    await page.reload();
    const again = page.getByRole("alert").getByRole("button", { name: "Try again" });
    await expect(again).toBeVisible();
    await expect(filter).toHaveValue(list.value);
    await mend();
    await again.click();
    await expect(again).toHaveCount(0);
    await expect(page).toHaveURL(portal.address + list.address);

    // The portal's own link leads to all.
    await page.getByRole("navigation", { name: "Portal" }).locator(`a[href="${list.path}"]`).click();
    await expect(page).toHaveURL(portal.address + list.path);
    await expect(page.getByRole("button", { name: "Clear search and filters" })).toHaveCount(0);
  });
}

test("an answer that comes after somebody typed on doesn’t take the text away", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.open("/reports");
  const search = page.getByRole("searchbox", { name: "Search reports" });
  const release = await hold(page, /problem-reports$/);
  const asked = page.waitForRequest(/search=key(&|$)/);
  await search.pressSequentially("key");
  await asked;
  await search.pressSequentially("set");
  await release();
  await expect(page).toHaveURL(/\/reports\?search=keyset$/);
  await expect(search).toHaveValue("keyset");
  await expect(search).toBeFocused();
  await expect(page.getByRole("heading", { name: "No reports match" })).toBeVisible();
});
