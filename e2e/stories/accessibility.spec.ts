// axe finds nothing on any page in any state, frames included.
import { AxeBuilder } from "@axe-core/playwright";
import { walk } from "../walk";
import { expect, test } from "../world";

for (const colorScheme of ["light", "dark"] as const) {
  test(`every page, ${colorScheme}`, async ({ page, portal, lms }) => {
    test.slow();
    // Axe must not measure the contrast of a colour that is still fading in.
    await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
    await walk(portal, lms, async (name) => {
      // An LMS and the app in its frame are two documents, each with a `main` of its own.
      const framed = page.frames().length > 1;
      const { violations } = await new AxeBuilder({ page }).disableRules(framed ? ["landmark-unique"] : []).analyze();
      const found = violations.map(({ id, nodes }) => ({ id, nodes: nodes.map(({ target, failureSummary }) => ({ target, failureSummary })) }));
      expect.soft(found, name).toEqual([]);
      expect.soft(await page.title(), `${name} has a title of its own`).toMatch(/\S/);
    });
  });
}
