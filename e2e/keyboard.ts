// The steps of a person without a pointer. Every element that is reached must show that it is.
import { expect, type Locator, type Page } from "@playwright/test";
import type { Portal } from "./portal";

/** More stops than any page has. */
const ENOUGH = 150;

interface Stop {
  /** The name that tells it from the others of its page; radio buttons of a group are one. */
  name: string;
  /** Why nobody sees that it has the focus (WCAG 2.2, 2.4.7 and 2.4.11); empty where everybody does. */
  fault: string;
}

/** The element with the focus; nothing where the page, or the dialog over it, was left. */
function focused(): Stop | null {
  const element = document.activeElement;
  if (!(element instanceof HTMLElement) || element === document.body) return null;
  // A radio button is drawn as its label.
  const shown = element.closest("label") ?? element;
  const { left, top, width, height } = shown.getBoundingClientRect();
  const parts = [0.1, 0.5, 0.9];
  const points = parts.flatMap((x) => parts.map((y) => document.elementFromPoint(left + width * x, top + height * y)));
  const isThere = points.some((hit) => hit !== null && (shown.contains(hit) || hit.contains(shown)));
  // An element that takes the focus but is no control needs no mark.
  const styles = [element, shown].map((drawn) => getComputedStyle(drawn));
  const isMarked = element.tabIndex < 0 || styles.some(({ outlineStyle, boxShadow }) => outlineStyle !== "none" || boxShadow !== "none");
  const place = Array.from(document.querySelectorAll("*")).indexOf(element);
  const isRadio = element instanceof HTMLInputElement && element.type === "radio";
  return {
    name: isRadio ? `radio ${element.name}` : `${place} ${element.tagName} ${element.ariaLabel ?? element.textContent.slice(0, 40)}`,
    fault: isThere ? (isMarked ? "" : "not marked") : "out of sight",
  };
}

/** The focus is here, and seen. */
export async function expectFocus(target: Locator, why?: string): Promise<void> {
  await expect(target, why).toBeFocused();
  await expect.poll(async () => (await target.page().evaluate(focused))?.fault, `the focus on ${target} must be seen`).toBe("");
}

/** On a page that the portal itself put in the place of another. */
export async function arrive(portal: Portal, heading: string | RegExp): Promise<void> {
  await expectFocus(portal.heading(heading), "a new page focuses its heading");
}

/** Tabs on until this has the focus. */
export async function tabTo(target: Locator, key: "Tab" | "Shift+Tab" = "Tab"): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < ENOUGH; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) return expectFocus(target);
    await target.page().keyboard.press(key);
  }
  throw new Error(`${key} never reaches ${target}`);
}

export async function press(target: Locator, key = "Enter"): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press(key);
}

export async function type(target: Locator, text: string): Promise<void> {
  await tabTo(target);
  await target.page().keyboard.press("Control+a");
  await target.page().keyboard.type(text);
}

/** Tab enters a group of radio buttons, arrows choose in it. */
export async function choose(radio: Locator): Promise<void> {
  const page = radio.page();
  const group = page.locator(`input[name="${await radio.getAttribute("name")}"]`);
  for (let presses = 0; presses < ENOUGH && (await group.and(page.locator(":focus")).count()) === 0; presses++) await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  for (let presses = 0; presses < 20 && !(await radio.isChecked()); presses++) await page.keyboard.press("ArrowDown");
  await expect(radio).toBeChecked();
  await expectFocus(radio);
}

/** Arrows choose in a list of options, which keeps the focus. */
export async function pick(list: Locator, option: string): Promise<void> {
  await expect(list.locator("option", { hasText: option })).toBeAttached();
  await press(list, "Home");
  const chosen = list.locator("option:checked");
  for (let presses = 0; presses < 30 && (await chosen.textContent()) !== option; presses++) await list.page().keyboard.press("ArrowDown");
  await expect(chosen).toHaveText(option);
  await expectFocus(list);
}

export async function signIn(portal: Portal, name: string): Promise<void> {
  await portal.open();
  await press(portal.page.getByRole("button", { name: "Go to registration portal" }));
  await press(portal.page.getByRole("button", { name }));
}

/** Tab goes through all that there is and leaves it, Shift+Tab goes the same way back, all of it is seen, and no order is forced. */
export async function expectWayThrough(page: Page): Promise<void> {
  const where = new URL(page.url()).pathname;
  expect(await page.locator("[tabindex]").evaluateAll((all) => all.filter((element) => (element as HTMLElement).tabIndex > 0).length), where).toBe(0);
  // From wherever the focus is to the end.
  await stops(page, "Tab");
  const there = await stops(page, "Tab");
  const back = await stops(page, "Shift+Tab");
  expect(there.length, `what can be reached at ${where}`).toBeGreaterThan(1);
  expect(back.reverse().map(({ name }) => name), `back through ${where}`).toEqual(there.map(({ name }) => name));
  expect(there.filter(({ fault }) => fault !== ""), `the focus is seen everywhere at ${where}`).toEqual([]);
}

async function stops(page: Page, key: "Tab" | "Shift+Tab"): Promise<Stop[]> {
  const found: Stop[] = [];
  while (found.length < ENOUGH) {
    await page.keyboard.press(key);
    const stop = await page.evaluate(focused);
    if (stop === null) return found;
    found.push(stop);
  }
  throw new Error(`${key} never leaves ${page.url()}`);
}
