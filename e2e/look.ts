// One look at what a page shows, in every size and colour that people have it in: axe, the width, the headings, the title, and a picture
// of each in `shots/<look>/<name>.png`.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";
import axe from "axe-core";
import { unmarked } from "./catalogue";

interface Look {
  name: string;
  width: number;
  height: number;
  colorScheme?: "light" | "dark";
  forcedColors?: "active";
  /** The rules of axe: where only colours differ from another look, the rules about colours. */
  rules?: "all" | "colours";
  picture?: boolean;
}

/** The last is the one that people go on in. At 200 % a window of 1280 pixels has room for 640; 320 are those of 400 %, too (WCAG 2.2, 1.4.10). */
const LOOKS: Look[] = [
  { name: "2560-light", width: 2560, height: 900 },
  { name: "320-light", width: 320, height: 640 },
  { name: "200-percent", width: 640, height: 450 },
  { name: "high-contrast", width: 1280, height: 900, colorScheme: "dark", forcedColors: "active", rules: "colours" },
  { name: "320-dark", width: 320, height: 640, colorScheme: "dark", rules: "all", picture: true },
  { name: "1280-dark", width: 1280, height: 900, colorScheme: "dark", rules: "colours" },
  { name: "1280-light", width: 1280, height: 900, rules: "all", picture: true },
];
/** `just screenshots` takes all pictures; each time, there are those looks that are judged. */
const everything = process.env.LOOKS === "all";
const NARROW = 700;
const COLOURS = ["color-contrast", "link-in-text-block"];

/** The faults that axe finds on a page, frames included. */
export async function faults(page: Page, rules?: string[]): Promise<{ id: string; nodes: object[] }[]> {
  const { violations } = page.frames().length > 1 ? await framedFaults(page, rules) : await ownFaults(page, rules);
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }));
}

/** An LMS and the app in its frame are two documents, each with a `main` of its own. */
async function framedFaults(page: Page, rules?: string[]): Promise<axe.AxeResults> {
  const builder = new AxeBuilder({ page });
  return (rules ? builder.withRules(rules) : builder.disableRules("landmark-unique")).analyze();
}

/** Without the window that the builder opens each time. */
async function ownFaults(page: Page, rules?: string[]): Promise<axe.AxeResults> {
  if (!(await page.evaluate(() => "axe" in window))) await page.evaluate(axe.source);
  const options: axe.RunOptions = { resultTypes: ["violations"], ...(rules && { runOnly: rules }) };
  return page.evaluate((options) => (window as unknown as { axe: typeof axe }).axe.run(document, options), options);
}

export interface Shown {
  /** No page of the portal, with a title of its own: of an LMS, with what is in its frames, and of the sign-in. */
  untitled?: true;
  /** There only where there is little room. */
  narrow?: true;
  page?: Page;
}

export async function look(page: Page, name: string, { untitled, narrow }: Shown = {}): Promise<void> {
  // Its style sheet too: Playwright sees elements before that.
  await page.waitForLoadState();
  const own = page.viewportSize()!;
  for (const look of LOOKS.filter(({ rules, width }) => (everything || rules) && (!narrow || width < NARROW))) {
    const { width, height, colorScheme = "light", forcedColors = "none" } = look;
    await page.setViewportSize({ width, height });
    await page.emulateMedia({ colorScheme, forcedColors, reducedMotion: "reduce" });
    const needed = await settled(page);
    expect.soft(needed, `${name} needs no more than ${width} px`).toBeLessThanOrEqual(width);
    // Of a link Chromium tells the colour that it would have without the reader's.
    const judged = look.rules && !(forcedColors === "active" && untitled);
    if (judged) expect.soft(await faults(page, look.rules === "colours" ? COLOURS : undefined), `${name}, ${look.name}`).toEqual([]);
    if (everything || look.picture) await picture(page, `${look.name}/${name}`);
  }
  await page.setViewportSize(own);
  if (!untitled) await expectHeadings(page, name);
}

/** Waits for what fades in, whose contrast is not to be measured yet; then, how wide the page is. */
async function settled(page: Page): Promise<number> {
  return page.evaluate(async () => {
    const frame = () => new Promise((drawn) => requestAnimationFrame(drawn));
    await frame().then(frame);
    await Promise.allSettled(document.getAnimations().map(({ finished }) => finished));
    return document.documentElement.scrollWidth;
  });
}

/** Exactly one `h1`, before all other headings; it, or that of the panel that lies over it, is the title. */
async function expectHeadings(page: Page, name: string): Promise<void> {
  const headings = await page.evaluate(() => {
    const shown = Array.from(document.querySelectorAll("h1, h2, h3, h4, h5, h6")).filter((heading) => heading.checkVisibility());
    const panel = document.querySelector("dialog.drawer[open] h2");
    return { ranks: shown.map(({ tagName }) => tagName), titled: (panel ?? shown[0])?.textContent ?? "" };
  });
  expect.soft(headings.ranks[0], `${name}: the first heading`).toBe("H1");
  expect.soft(headings.ranks.filter((rank) => rank === "H1"), `${name}: its main heading`).toHaveLength(1);
  expect.soft(unmarked(await page.title()), `${name}: its title`).toBe(`${unmarked(headings.titled).trim()} - LMS Gateway`);
}

/** All of a page, also what scrolls in a panel: in a window that is as high as that, so that what sticks to an edge covers nothing. */
export async function picture(page: Page, path: string): Promise<void> {
  const own = page.viewportSize()!;
  const hidden = await page.evaluate(() => {
    scrollTo(0, 0);
    const scrolling = document.querySelector("dialog.drawer[open] .drawer-body") ?? document.documentElement;
    return scrolling.scrollHeight - scrolling.clientHeight;
  });
  if (hidden > 0) await page.setViewportSize({ width: own.width, height: own.height + hidden });
  await page.screenshot({ path: `shots/${path}.png` });
  if (hidden > 0) await page.setViewportSize(own);
}
