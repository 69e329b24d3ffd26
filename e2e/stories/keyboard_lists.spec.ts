// The lists, without a pointer: searched, narrowed, sorted, refreshed and paged through.
import type { Page } from "@playwright/test";
import { appToken, typedClient } from "../automation";
import { arrive, expectFocus, pick, press, tabTo, type } from "../keyboard";
import { launch, launchToken } from "../launch";
import { people } from "../portal";
import type { Servers } from "../servers";
import { expect, test } from "../world";

type Platform = "moodle" | "sakai";

/** Adds a registration by REST, for an LMS that nobody launches from. */
async function add(servers: Servers, name: string, platform: Platform): Promise<void> {
  const api = typedClient(servers.gateway, await appToken(servers.gateway));
  const host = `https://${platform}.contoso.example`;
  const body = { name, platform, appId: "launch-inspector", issuer: host, clientId: name, deploymentIds: ["1"], authenticationUrl: `${host}/auth`, keysetUrl: `${host}/keys` };
  expect((await api.POST("/api/v1/registrations", { body })).error).toBeUndefined();
}

const button = (page: Page, name: string) => page.getByRole("button", { name, exact: true });

test("registrations are searched, narrowed, sorted and refreshed by keyboard", async ({ page, portal, servers }) => {
  test.slow();
  await launchToken(servers.gateway, servers.lms);
  await add(servers, "Anatomy", "sakai");
  await add(servers, "Contoso Moodle", "moodle");
  await portal.signIn(people.admin);
  const expectNames = (...names: string[]) => expect(page.getByRole("rowheader")).toHaveText(names.map((name) => new RegExp(`^${name}`)));
  await expectNames("Anatomy", "Contoso Moodle", "Practice LMS");

  // Each order is another one; who never launched comes before who did.
  const orders: [column: string, order: "ascending" | "descending", names: string[]][] = [
    ["Name", "descending", ["Practice LMS", "Contoso Moodle", "Anatomy"]],
    ["Created", "ascending", ["Practice LMS", "Anatomy", "Contoso Moodle"]],
    ["Created", "descending", ["Contoso Moodle", "Anatomy", "Practice LMS"]],
    ["Last launch", "ascending", ["Anatomy", "Contoso Moodle", "Practice LMS"]],
    ["Last launch", "descending", ["Practice LMS", "Contoso Moodle", "Anatomy"]],
    ["Name", "ascending", ["Anatomy", "Contoso Moodle", "Practice LMS"]],
  ];
  for (const [column, order, names] of orders) {
    await press(button(page, column), order === "ascending" ? "Enter" : "Space");
    await expect(page.getByRole("columnheader", { name: column })).toHaveAttribute("aria-sort", order);
    await expect(page.locator("[aria-sort]"), "and by nothing else").toHaveCount(1);
    await expectNames(...names);
    await expectFocus(button(page, column), "to turn the order round");
  }

  const search = page.getByRole("searchbox", { name: "Search registrations" });
  await type(search, "anat");
  await expectNames("Anatomy");
  await expect(portal.status("1 registration"), "what was found is announced").toBeAttached();
  await expectFocus(search, "to type on");
  await page.keyboard.press("Escape");
  await expect(search).toHaveValue("");
  await expectNames("Anatomy", "Contoso Moodle", "Practice LMS");
  await expectFocus(search);

  const filter = (name: string) => page.getByLabel(name, { exact: true });
  await pick(filter("App"), "App: Launch inspector");
  await pick(filter("LMS"), "LMS: Sakai");
  await expectNames("Anatomy");
  await pick(filter("Health"), "Health: Healthy");
  await expect(page.getByRole("heading", { name: "No registrations match" })).toBeVisible();
  await expectFocus(filter("Health"), "to choose something else");
  await pick(filter("LMS"), "LMS: All");
  await expectNames("Practice LMS");
  await type(search, "nowhere");
  await expect(page.getByRole("heading", { name: "No registrations match" })).toBeVisible();
  await press(button(page, "Clear search and filters"));
  await expectFocus(search, "the button is gone");
  await expect(search).toHaveValue("");
  for (const name of ["App", "LMS", "Health"]) await expect(filter(name)).toHaveValue("");
  await expectNames("Anatomy", "Contoso Moodle", "Practice LMS");

  await add(servers, "Botany", "sakai");
  await press(button(page, "Refresh"));
  await expectNames("Anatomy", "Botany", "Contoso Moodle", "Practice LMS");
  await expect(portal.status("4 registrations")).toBeAttached();
  await expectFocus(button(page, "Refresh"));
});

test("launches are narrowed by time, and their numbers read as a table, by keyboard", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await press(page.getByRole("navigation", { name: "Portal" }).getByRole("link", { name: "Launches" }));
  await arrive(portal, "Launches");
  const asked = page.waitForRequest(/\/launches\?from=/);
  await pick(page.getByLabel("Time", { exact: true }), "Time: Last 7 days");
  await asked;
  await expect(page.getByRole("heading", { name: "Last 7 days" })).toBeVisible();
  await expect(page.getByRole("link", { name: /^View launch/ })).toHaveCount(1);

  const numbers = page.getByRole("table", { name: "Launches a day" });
  const opener = page.getByText("Show the numbers as a table");
  await tabTo(opener, "Shift+Tab");
  await page.keyboard.press("Space");
  await expect(numbers.getByRole("row")).toHaveCount(1 + 7);
  await page.keyboard.press("Tab");
  await expectFocus(page.getByRole("group", { name: "Launches a day" }), "arrows scroll it where it is wide");
  await page.keyboard.press("Shift+Tab");
  await page.keyboard.press("Enter");
  await expect(numbers).toBeHidden();
  await expectFocus(opener);
});

/** Each list with its pages, as far as three entries fill them. */
const LISTS: { path: string; api: string; on: string; back: string }[] = [
  { path: "/registrations", api: "/api/v1/registrations", on: "Next", back: "Previous" },
  { path: "/launches", api: "/api/v1/launches", on: "Older", back: "Newer" },
  { path: "/audit?action=registration.created", api: "/api/v1/audit-events", on: "Older", back: "Newer" },
  { path: "/reports", api: "/api/v1/problem-reports", on: "Older", back: "Newer" },
];

test("lists are paged through, and back, by keyboard", async ({ page, portal, servers }) => {
  test.slow();
  await launchToken(servers.gateway, servers.lms);
  for (const name of ["Anatomy", "Botany"]) {
    await add(servers, name, "sakai");
    await launch(servers.lms);
  }
  await portal.signIn(people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  const mine = typedClient(servers.gateway, await portal.token());
  for (const summary of ["First", "Second", "Third"]) {
    expect((await mine.POST("/api/v1/problem-reports", { body: { category: "other", summary, description: "It is so." } })).error).toBeUndefined();
  }

  for (const { path, api, on, back } of LISTS) {
    await test.step(path, async () => {
      // The gateway's own pages, of one entry each.
      const isFirst = (url: URL) => url.pathname === api && url.searchParams.get("limit") === "50";
      await page.route(isFirst, (route) => route.continue({ url: route.request().url().replace("limit=50", "limit=1") }));
      const answer = () => page.waitForResponse((answered) => new URL(answered.url()).pathname === api);
      const entry = page.getByRole("row").filter({ has: page.getByRole("rowheader") });
      const next = button(page, on);
      const previous = button(page, back);

      const first = answer();
      await portal.open(path);
      const { nextLink } = (await (await first).json()) as { nextLink: string };
      await expect(entry).toHaveCount(1);
      await expect(previous).toBeDisabled();
      const shown = [await entry.innerText()];
      const second = answer();
      await press(next);
      expect((await second).url(), "as the gateway named it").toBe(nextLink);
      expect(nextLink).toMatch(/cursor=/);
      await expect(entry).not.toHaveText(shown[0]!, { useInnerText: true });
      shown.push(await entry.innerText());
      await expect(portal.status(/^Page 2/), "which page it is is announced").toBeAttached();
      await expectFocus(next, "to go on");
      await page.keyboard.press("Enter");
      await expect(next).toBeDisabled();
      await expect(portal.status(/^Page 3/)).toBeAttached();
      shown.push(await entry.innerText());
      expect(new Set(shown).size, "each page is another").toBe(3);
      await expectFocus(next, "the focus isn’t lost at the end");
      await page.keyboard.press("Enter");
      await expect(entry, "there is no more").toHaveText(shown[2]!, { useInnerText: true });

      await tabTo(previous, "Shift+Tab");
      for (const before of [shown[1]!, shown[0]!]) {
        await page.keyboard.press("Enter");
        await expect(entry).toHaveText(before, { useInnerText: true });
        await expectFocus(previous);
      }
      await expect(previous).toBeDisabled();
      await page.unroute(isFirst);
    });
  }
});
