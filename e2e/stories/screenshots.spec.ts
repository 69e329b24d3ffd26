// Pictures of every page, to look at: shots/<width>-<scheme>/<page>.png, and of the main pages in German.
import { launchToken } from "../launch";
import { people } from "../portal";
import { walk } from "../walk";
import { expect, test } from "../world";

for (const colorScheme of ["light", "dark"] as const) {
  for (const width of [320, 1280, 2560]) {
    test(`${colorScheme}, ${width} px`, async ({ page, portal, lms }) => {
      test.slow();
      await page.setViewportSize({ width, height: width > 1000 ? 900 : 640 });
      await page.emulateMedia({ colorScheme, reducedMotion: "reduce" });
      let number = 0;
      await walk(portal, lms, async (name) => {
        number += 1;
        // What sticks to the top would else stand in the middle of the picture.
        await page.evaluate(() => scrollTo(0, 0));
        await page.screenshot({ path: `shots/${width}-${colorScheme}/${String(number).padStart(2, "0")}-${name}.png`, fullPage: true });
      });
    });
  }
}

test.describe("in German", () => {
  test.use({ locale: "de-DE" });
  const pages = { list: "/registrations", wizard: "/registrations/new", launches: "/launches", audit: "/audit", organization: "/tenant", help: "/help", keyboard: "/help/keyboard", about: "/help/about" };

  for (const width of [320, 1280]) {
    test(`${width} px`, async ({ page, portal, servers }) => {
      await launchToken(servers.gateway, servers.lms);
      await page.setViewportSize({ width, height: 900 });
      const picture = (name: string) => page.screenshot({ path: `shots/${width}-german/${name}.png`, fullPage: true });
      await portal.open();
      await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
      await picture("landing");
      await portal.open("/registrations");
      await portal.choosePerson(people.admin);
      for (const [name, path] of Object.entries(pages)) {
        await portal.open(path);
        await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
        await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
        await picture(name);
      }
      await portal.open("/registrations");
      await page.getByRole("link", { name: "Practice LMS anzeigen" }).click();
      await expect(page.getByRole("dialog").getByRole("img", { name: /^Starts pro Tag/ })).toBeVisible();
      await picture("details");
    });
  }
});
