// High contrast (forced colours): tints and shadows are gone, so borders, outlines and words carry what they said.
import type { Locator, Page } from "@playwright/test";
import { fullList, LONG_NAME } from "../full";
import { launchToken } from "../launch";
import { faults } from "../look";
import { people } from "../portal";
import { changeAnswer } from "../problem";
import { expect, test } from "../world";

test.use({ colorScheme: "dark", forcedColors: "active" });

/** The edges of an element, in the reader's colours. */
async function edges(element: Locator): Promise<{ border: string; width: number; outline: string }> {
  return element.evaluate((element) => {
    const style = getComputedStyle(element);
    return { border: style.borderTopColor, width: Number.parseFloat(style.borderTopWidth), outline: `${style.outlineStyle} ${style.outlineWidth} ${style.outlineColor}` };
  });
}

/** A system colour, as the browser says it. */
async function systemColour(page: Page, name: string): Promise<string> {
  return page.evaluate((name) => {
    const probe = document.body.appendChild(document.createElement("i"));
    probe.style.setProperty("forced-color-adjust", "none");
    probe.style.color = name;
    const { color } = getComputedStyle(probe);
    probe.remove();
    return color;
  }, name);
}

/** Every button, field and pill that is in sight has a border that differs from the ground. */
async function expectBorders(page: Page, name: string): Promise<void> {
  const ground = await systemColour(page, "Canvas");
  const shapes = page.locator(".button:not(.button-subtle), .input, .select, .pill, .badge, .card, .message-bar").filter({ visible: true });
  await expect(shapes.first()).toBeVisible();
  const flat = await shapes.evaluateAll((elements, ground) => {
    const isFlat = ({ borderTopWidth, borderTopColor }: CSSStyleDeclaration) => Number.parseFloat(borderTopWidth) === 0 || borderTopColor === ground;
    return elements.filter((element) => isFlat(getComputedStyle(element))).map((element) => element.outerHTML.slice(0, 100));
  }, ground);
  expect.soft(flat, `${name}: without a border`).toEqual([]);
  expect.soft(await faults(page), name).toEqual([]);
}

test("shapes, focus, choices, health and the chart stay told apart", async ({ page, portal, servers }) => {
  test.slow();
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(page.getByRole("link", { name: "View Practice LMS" })).toBeVisible();
  const highlight = await systemColour(page, "Highlight");
  const restore = await changeAnswer(page, /registrations$/, fullList);
  await page.reload();
  await expect(page.getByRole("link", { name: LONG_NAME, exact: true })).toBeVisible();
  await expectBorders(page, "list");
  expect(await page.locator(".pill").allInnerTexts(), "health in words").toEqual(["Healthy", "Failing", "Needs attention", "No launches yet", "App withdrawn"]);
  await page.getByRole("main").focus();
  for (let presses = 0; presses < 8; presses++) {
    await page.keyboard.press("Tab");
    const { outline } = await edges(page.locator(":focus"));
    expect(outline, "the focus").toBe(`solid 2px ${highlight}`);
  }
  await restore();

  await page.reload();
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await expect(page.getByRole("dialog").getByRole("img", { name: /^Launches a day/ })).toBeVisible();
  const bars = page.getByRole("dialog").locator(".bar b");
  await expect(bars).toHaveCount(1);
  await expect(bars, "a bar stands out").toHaveCSS("background-color", highlight);
  await expectBorders(page, "details");
  await page.keyboard.press("Escape");

  await portal.startRegistration();
  await portal.chooseApp("Launch inspector");
  await page.getByRole("radio", { name: "Moodle", exact: true }).check();
  const chosen = await edges(page.locator(".pick", { has: page.locator(":checked") }));
  const other = await edges(page.locator(".pick", { hasNot: page.locator(":checked") }).first());
  expect(chosen.border, "the chosen LMS").toBe(highlight);
  expect(chosen.width).toBeGreaterThan(other.width);
  await expectBorders(page, "wizard");

  await portal.open("/launches");
  await expect(page.getByRole("link", { name: "View launch" }).first()).toBeVisible();
  await page.getByText("Accepted", { exact: true }).first().click();
  const segment = await edges(page.locator(".segments label", { has: page.locator(":checked") }));
  expect(segment.border, "the chosen outcome").toBe(highlight);
  await expectBorders(page, "launches");
});
