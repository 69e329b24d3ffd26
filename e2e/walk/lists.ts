import { expect } from "@playwright/test";
import { fullPage } from "../full";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, during, hold } from "../problem";
import type { Chapter } from "./chapter";

const ROWS = 10;
const LISTS = [
  { name: "registrations", path: "/registrations", narrowed: "?search=nothing+like+it", title: "Registrations", api: "registrations", none: "No registrations match" },
  { name: "launches", path: "/launches", narrowed: "?outcome=refused", title: "Launches", api: "launches", none: "No launches match these filters" },
  { name: "reports", path: "/reports", narrowed: "?search=nothing+like+it", title: "Problem reports", api: "problem-reports", none: "No reports match" },
  { name: "audit", path: "/audit", narrowed: "?action=registration.deleted", title: "Audit", api: "audit-events", none: "No activities match this filter" },
];

/** The common parts of the four lists. */
export const lists: Chapter = async ({ page, portal, servers, visit }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  const headers = { authorization: `Bearer ${await portal.token()}` };
  const report = { category: "other", summary: "The app opens, but what it shows belongs to another course", description: "Since Monday." };
  expect((await page.request.post(`${portal.address}/api/v1/problem-reports`, { headers, data: report })).status()).toBe(201);

  for (const { name, path, narrowed, title, api, none } of LISTS) {
    const answered = new RegExp(`/${api}$`);
    const release = await hold(page, answered);
    await portal.open(path);
    await expect(portal.heading(title)).toBeVisible();
    await expect(page.locator(".skeleton").first()).toBeVisible();
    await visit(`${name}-loading`);
    await release();
    await expect(page.locator("tbody").last().getByRole("row").first()).toBeVisible();
    await visit(name);
    await portal.open(path + narrowed);
    await expect(page.getByRole("heading", { name: none })).toBeVisible();
    await visit(`${name}-none-fits`);
    const full = { ...fullPage(await portal.answer(api), ROWS), nextLink: `${portal.address}/api/v1/${api}?cursor=2` };
    await during(answerWith(page, answered, { json: full }), async () => {
      await portal.open(path);
      await page.getByRole("button", { name: /^(Next|Older)$/ }).click();
      await expect(page.getByRole("button", { name: /^(Previous|Newer)$/ })).toBeEnabled();
      await expect(page.locator("tbody").last().getByRole("row")).toHaveCount(ROWS);
      await visit(`${name}-second-page`);
    });
  }
};
