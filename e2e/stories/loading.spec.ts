// How the portal comes up: nothing moves, nothing is unstyled, and what can't be loaded says so.
import { expect, test } from "../world";

test("the landing page is drawn without anything moving", async ({ page, portal }) => {
  await page.addInitScript(() => {
    const shifts = ((window as unknown as { shifts: number[] }).shifts = [] as number[]);
    new PerformanceObserver((list) => {
      for (const entry of list.getEntries()) shifts.push((entry as unknown as { value: number }).value);
    }).observe({ type: "layout-shift", buffered: true });
  });
  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  const shifted = await page.evaluate(() => (window as unknown as { shifts: number[] }).shifts.reduce((sum, shift) => sum + shift, 0));
  expect(shifted).toBeLessThan(0.02);
});

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
      await expect(page.getByRole("alert").getByRole("link", { name: "reload the page" })).toBeVisible();
      await page.context().close();
    });
  }
});
