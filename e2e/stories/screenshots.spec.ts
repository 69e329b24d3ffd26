// Pictures of every page, to look at: shots/<width>-<scheme>/<page>.png
import { walk } from "../walk";
import { test } from "../world";

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 1280, 2560]) {
    test(`${colorScheme}, ${width} px`, async ({ page, portal, lms }) => {
      test.slow();
      await page.setViewportSize({ width, height: width > 1000 ? 900 : 640 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      let number = 0;
      await walk(portal, lms, async (name) => {
        number += 1;
        await page.screenshot({ path: `shots/${width}-${colorScheme}/${String(number).padStart(2, "0")}-${name}.png`, fullPage: true });
      });
    });
  }
}
