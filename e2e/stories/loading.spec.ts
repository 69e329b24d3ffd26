// How the portal comes up: nothing moves, nothing is unstyled, and what can't be loaded says so.
import type { Page } from "@playwright/test";
import { fullList, fullPage, LONG_NAME } from "../full";
import { launchToken, register } from "../launch";
import { people } from "../portal";
import { changeAnswer, hold } from "../problem";
import { expect, test } from "../world";

type Observed = Window & { shifts: number[] };

/** From the next page on, writes down what moves by itself. */
async function observeShifts(page: Page): Promise<void> {
  await page.addInitScript(() => {
    const shifts = ((window as unknown as Observed).shifts = []);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value as never);
    }).observe({ type: "layout-shift", buffered: true });
  });
}

/** The cumulative layout shift of the page so far: of what is drawn by the frame after next. */
async function shifted(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    await frame().then(frame).then(frame);
    return (window as unknown as Observed).shifts.reduce((sum, shift) => sum + shift, 0);
  });
}

test("the landing page is drawn without anything moving", async ({ page, portal }) => {
  await observeShifts(page);
  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  expect(await shifted(page)).toBeLessThan(0.02);
});

test("the list takes the place of its skeleton, and nothing flickers for who wants no motion", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(page.getByRole("link", { name: "View Practice LMS" })).toBeVisible();
  await changeAnswer(page, /registrations$/, fullList);
  await observeShifts(page);
  const release = await hold(page, /registrations$/);
  await page.reload();
  const skeleton = page.locator(".skeleton").first();
  await expect(skeleton).toBeVisible();
  const wave = () => skeleton.evaluate((element) => element.getAnimations().length);
  expect(await wave(), "the skeleton moves").toBe(1);
  await page.emulateMedia({ reducedMotion: "reduce" });
  expect(await wave(), "but not for who wants no motion").toBe(0);
  await release();
  await expect(page.getByRole("link", { name: LONG_NAME, exact: true })).toBeVisible();
  expect(await shifted(page)).toBeLessThan(0.01);

  // The panel slides in otherwise.
  await page.getByRole("link", { name: LONG_NAME, exact: true }).click();
  await expect(page.getByRole("dialog")).toBeVisible();
  const longest = await page.evaluate(() => Math.max(0, ...document.getAnimations().map(({ effect }) => Number(effect!.getComputedTiming().duration))));
  expect(longest, "the longest animation in milliseconds").toBeLessThanOrEqual(1);
});

for (const width of [320, 1024, 1280]) {
  test(`no list moves when it takes the place of its skeleton: ${width} px`, async ({ page, portal, servers }) => {
    await launchToken(servers.gateway, servers.lms);
    await page.setViewportSize({ width, height: 800 });
    await portal.signIn(people.admin);
    await expect(portal.heading("Registrations")).toBeVisible();
    const headers = { authorization: `Bearer ${await portal.token()}` };
    const report = { category: "other", summary: LONG_NAME, description: "It moves." };
    expect((await page.request.post(`${servers.gateway}/api/v1/problem-reports`, { headers, data: report })).status()).toBe(201);
    await observeShifts(page);
    for (const [path, answer] of [["/registrations", /registrations$/], ["/launches", /launches$/], ["/reports", /problem-reports$/], ["/audit", /audit-events$/]] as const) {
      const changed = await changeAnswer(page, answer, fullPage);
      const release = await hold(page, answer);
      await portal.open(path);
      await expect(page.locator(".skeleton").first()).toBeVisible();
      await expect(page.locator(".trend-placeholder")).toHaveCount(0);
      await release();
      await expect(page.locator("tbody").last().getByRole("row")).toHaveCount(50);
      expect(await shifted(page), path).toBeLessThan(0.01);
      await changed();
    }
  });
}

test("before the program is there, the page is styled already", async ({ page, portal }) => {
  await page.route("**/*.wasm", () => {});
  await portal.open();
  await expect(page.locator(".boot-bar")).toHaveCSS("height", "48px");
});

test("only one language is fetched, and no part that the page doesn't need", async ({ page, portal }) => {
  const fetched: string[] = [];
  page.on("request", (request) => fetched.push(new URL(request.url()).pathname));
  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  expect(fetched.filter((path) => path.endsWith(".txt"))).toEqual([expect.stringMatching(/\/assets\/en-/)]);
  expect(fetched.filter((path) => path.endsWith(".wasm"))).toEqual([expect.stringMatching(/\/assets\/portal_bg-/)]);
});

test.describe("a program that can't be loaded", () => {
  for (const [missing, fail] of [
    ["program", { path: "**/*.wasm", status: 0 }],
    ["language", { path: "**/*.txt", status: 404 }],
  ] as const) {
    // The browser reports it, as it should.
    test(`is told in place of an empty page: its ${missing} is missing`, async ({ portal, browser }) => {
      const page = await (await browser.newContext()).newPage();
      await page.route(fail.path, (route) => (fail.status ? route.fulfill({ status: fail.status, body: "not a catalogue" }) : route.abort()));
      await page.goto(portal.address);
      await expect(page.getByRole("alert")).toContainText("The portal couldn’t be loaded");
      await expect(page.getByRole("alert").getByRole("link", { name: "Reload the page" })).toBeVisible();
      await page.context().close();
    });
  }
});
