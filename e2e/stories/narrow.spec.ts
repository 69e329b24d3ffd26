// At 320 pixels (WCAG 2.2, 1.4.10: also a wide window at 400 %) nothing has to be scrolled sideways.
import { walk } from "../walk";
import { expect, test } from "../world";

test.use({ viewport: { width: 320, height: 640 } });

test("every page fits into 320 pixels", async ({ page, portal, lms }) => {
  test.slow();
  await walk(portal, lms, async (name) => {
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, `${name} is as wide as the window`).toBeLessThanOrEqual(320);
  });
});
