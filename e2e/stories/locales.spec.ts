// Dates and numbers as the reader's locale writes them.
import type { Browser } from "@playwright/test";
import { launchToken } from "../launch";
import { people, Portal } from "../portal";
import { answerWith } from "../problem";
import { expect, test } from "../world";

const LAUNCH = { reference: "5TFA-R7YN-2K8Q", at: "2026-11-03T14:05:09Z", outcome: "accepted", code: null, registrationId: null, registration: null, messageType: null };
const DAYS = [
  { date: "2026-11-02", accepted: 12_345, refused: 0 },
  { date: "2026-11-03", accepted: 0, refused: 6_789 },
];

/** The times and counts on the launches page. */
async function shown(browser: Browser, gateway: string, locale: string): Promise<{ time: string; chart: string }> {
  const context = await browser.newContext({ locale, timezoneId: "UTC" });
  const page = await context.newPage();
  const portal = new Portal(page, gateway);
  await answerWith(page, /launches$/, { json: { value: [LAUNCH] } });
  await answerWith(page, /launches\/daily$/, { json: { value: DAYS } });
  await portal.open();
  await page.getByRole("main").getByRole("button").first().click();
  await portal.choosePerson(people.admin);
  await expect(page.getByRole("heading", { level: 1 })).toHaveText(/Registrations|Registrierungen/);
  await portal.open("/launches");
  const time = page.getByRole("row").filter({ hasText: LAUNCH.reference }).getByRole("time");
  const words = { time: await time.innerText(), chart: (await page.getByRole("img").first().getAttribute("aria-label"))! };
  await expect(page.locator(".stats b")).toHaveText([/^12.345$/, /^6.789$/]);
  await context.close();
  // Engines put one kind of space or another before AM and PM.
  return { time: words.time.replace(/\s/g, " "), chart: words.chart };
}

test("dates and numbers are the reader's: American, British, German", async ({ browser, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  expect(await shown(browser, servers.gateway, "en-US")).toEqual({
    time: "Nov 3, 2026, 2:05:09 PM",
    chart: "Launches a day, Nov 2 to Nov 3: 12,345 accepted, 6,789 refused.",
  });
  expect(await shown(browser, servers.gateway, "en-GB")).toEqual({
    time: "3 Nov 2026, 14:05:09",
    chart: "Launches a day, 2 Nov to 3 Nov: 12,345 accepted, 6,789 refused.",
  });
  expect(await shown(browser, servers.gateway, "de-DE")).toEqual({
    time: "03.11.2026, 14:05:09",
    chart: "Starts pro Tag, 2. Nov. bis 3. Nov.: 12.345 angenommen, 6.789 abgelehnt.",
  });
});
