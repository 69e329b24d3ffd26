// One look at a page: axe in light and dark, no sideways scrolling where there is little room, and pictures in shots/stories.
import { AxeBuilder } from "@axe-core/playwright";
import { expect, type Page } from "@playwright/test";

/** What axe finds on a page, frames included. */
export async function faults(page: Page): Promise<{ id: string; nodes: object[] }[]> {
  // An LMS and the app in its frame are two documents, each with a `main` of its own.
  const framed = page.frames().length > 1;
  const { violations } = await new AxeBuilder({ page }).disableRules(framed ? ["landmark-unique"] : []).analyze();
  return violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }));
}

export async function look(page: Page, name: string): Promise<void> {
  const size = page.viewportSize()!;
  const picture = (kind: string) => page.screenshot({ path: `shots/stories/${name}-${kind}.png`, fullPage: true });
  for (const colorScheme of ["dark", "light"] as const) {
    // Axe must not measure the contrast of a colour that is still fading in.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await page.evaluate(() => Promise.allSettled(document.getAnimations().map(({ finished }) => finished)));
    expect.soft(await faults(page), `${name}, ${colorScheme}`).toEqual([]);
    await picture(colorScheme);
  }
  await page.setViewportSize({ width: 320, height: 640 });
  const width = await page.evaluate(() => document.documentElement.scrollWidth);
  expect.soft(width, `${name} at 320 px`).toBeLessThanOrEqual(320);
  await picture("320");
  await page.setViewportSize(size);
}
