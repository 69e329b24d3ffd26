import { expect, type Locator, type Page } from "@playwright/test";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, expectFailure, FAILURE } from "../problem";
import type { Chapter } from "./chapter";

interface Ids {
  id: string;
  reference: string;
  report: string;
}

interface Fetched {
  what: string;
  path(ids: Ids): string;
  api: RegExp;
  /** The element that shows that it is there. */
  there(page: Page): Locator;
}

const ONE = /registrations\/[^/]+$/;
const panel = (page: Page) => page.getByRole("dialog");

/** Everything that the portal fetches. */
const FETCHED: Fetched[] = [
  { what: "account", path: () => "/registrations", api: /\/me$/, there: (page) => page.getByRole("link", { name: "View Practice LMS" }) },
  { what: "registrations", path: () => "/registrations", api: /registrations$/, there: (page) => page.getByRole("link", { name: "View Practice LMS" }) },
  { what: "registration", path: ({ id }) => `/registrations/${id}`, api: ONE, there: (page) => panel(page).getByRole("heading", { name: "Gateway keys" }) },
  { what: "deployments", path: ({ id }) => `/registrations/${id}`, api: /deployments$/, there: (page) => panel(page).getByRole("button", { name: "Remove deployment 1" }) },
  { what: "recent-launches", path: ({ id }) => `/registrations/${id}`, api: /launches$/, there: (page) => panel(page).getByText("Accepted", { exact: true }) },
  { what: "gateway-keys", path: ({ id }) => `/registrations/${id}`, api: /tool-configuration$/, there: (page) => panel(page).getByRole("button", { name: "Copy Tool URL" }) },
  { what: "saved", path: ({ id }) => `/registrations/${id}/added`, api: ONE, there: (page) => page.getByRole("heading", { name: "Summary" }) },
  { what: "apps", path: () => "/registrations/new", api: /\/apps$/, there: (page) => page.getByRole("radio", { name: "Launch inspector" }) },
  { what: "platforms", path: () => "/registrations/new", api: /\/platforms$/, there: (page) => page.getByRole("radio", { name: "Launch inspector" }) },
  { what: "replaced", path: ({ id }) => `/registrations/new?replaces=${id}`, api: ONE, there: (page) => page.getByText("stays in use until you save") },
  { what: "launches", path: () => "/launches", api: /launches$/, there: (page) => page.getByRole("link", { name: "View launch" }) },
  { what: "launch", path: ({ reference }) => `/launches/${reference}`, api: /launches\/[^/]+$/, there: (page) => page.getByRole("heading", { name: "The launch went through" }) },
  { what: "audit", path: () => "/audit", api: /audit-events$/, there: (page) => page.getByRole("rowheader", { name: "Registration added" }) },
  { what: "reports", path: () => "/reports", api: /problem-reports$/, there: (page) => page.getByRole("rowheader") },
  { what: "report", path: ({ report }) => `/reports/${report}`, api: /problem-reports\/[^/]+$/, there: (page) => page.getByRole("heading", { name: "It is empty" }) },
  { what: "organization", path: () => "/tenant", api: /\/tenant$/, there: (page) => page.getByText("Registered", { exact: true }) },
];

/** A page that can't be fetched says so in its place, with the number for support, and is there after another try. */
export const failing: Chapter = async ({ page, portal, servers, visit }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(page.getByRole("link", { name: "View Practice LMS" })).toBeVisible();
  const headers = { authorization: `Bearer ${await portal.token()}` };
  const sent = await page.request.post(`${portal.address}/api/v1/problem-reports`, { headers, data: { category: "other", summary: "It is empty", description: "Since Monday." } });
  const first = async (list: string) => (await portal.answer<{ value: Record<string, string>[] }>(list)).value[0]!;
  const ids = { id: (await first("registrations")).id!, reference: (await first("launches")).reference!, report: ((await sent.json()) as { id: string }).id };

  const alert = page.getByRole("alert");
  for (const { what, path, api, there } of FETCHED) {
    const mend = await answerWith(page, api, FAILURE);
    await portal.open(path(ids));
    const again = await expectFailure(page, what);
    await visit(what);
    await mend();
    await again.click();
    await expect(there(page).first()).toBeVisible();
    await expect(alert).toHaveCount(0);
  }

  // The list beside it says why.
  const mendChart = await answerWith(page, /launches\/daily$/, FAILURE);
  await portal.open("/launches");
  await expect(page.getByRole("main")).toContainText("The chart couldn’t be loaded.");
  await visit("chart");
  await mendChart();
  await page.getByRole("button", { name: "Load the chart again" }).click();
  await expect(page.getByRole("img", { name: /^Launches a day/ })).toBeVisible();

  await portal.openList();
  await page.context().setOffline(true);
  await page.getByRole("button", { name: "Refresh" }).click();
  await expect(alert).toContainText("The gateway can’t be reached");
  await visit("offline");
  await page.context().setOffline(false);

  /** The files of the portal itself. */
  const parts: [name: string, path: string, status: number, told: string][] = [
    ["part", "**/assets/rest-*.wasm", 404, "The gateway can’t be reached"],
    ["configuration-away", "**/portal/config.json", 0, "The gateway can’t be reached"],
    ["configuration", "**/portal/config.json", 500, "Something went wrong. Try again later."],
  ];
  for (const [name, path, status, told] of parts) {
    await page.route(path, (route) => (status ? route.fulfill({ status }) : route.abort()));
    await portal.open("/launches");
    await expect(page.getByRole("main")).toContainText(told);
    await visit(name);
    await page.unroute(path);
    await page.getByRole("button", { name: "Try again" }).click();
    await expect(portal.heading("Launches")).toBeVisible();
  }

  // Its page is one of its own, as the browser reports an error there.
  const other = await page.context().newPage();
  await other.route("**/*.wasm", (route) => route.abort());
  await other.goto(portal.address);
  await expect(other.getByRole("alert")).toContainText("The portal couldn’t be loaded");
  await visit("program", { page: other, untitled: true });
  await other.close();
};
