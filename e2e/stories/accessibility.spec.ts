// axe finds nothing on any page in any state, frames included.
import { faults } from "../look";
import { titleOf, walk } from "../walk";
import { expect, test } from "../world";

for (const colorScheme of ["light", "dark"] as const) {
  test(`every page, ${colorScheme}`, async ({ page, portal, lms }) => {
    test.slow();
    // Axe must not measure the contrast of a colour that is still fading in.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await walk(portal, lms, async (name) => {
      expect.soft(await faults(page), name).toEqual([]);
      expect.soft(await page.evaluate(() => document.documentElement.scrollWidth), `${name} is as wide as the window`).toBeLessThanOrEqual(1280);
      const title = titleOf(name);
      if (title !== undefined) expect.soft(await page.title(), `${name} has a title of its own`).toBe(title);
    });
  });
}
