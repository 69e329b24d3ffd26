// At 320 pixels (WCAG 2.2, 1.4.10: also a wide window at 400 %) nothing has to be scrolled sideways, with German's long words either.
import { launchToken } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test.use({ viewport: { width: 320, height: 640 }, locale: "de-DE" });

test("the long words of the main pages fit", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.open("/registrations");
  await portal.choosePerson(people.admin);
  await expect(portal.heading("Registrierungen")).toBeVisible();
  for (const path of ["/", "/registrations", "/registrations/new", "/launches", "/reports", "/reports/new", "/audit", "/tenant", "/help", "/help/keyboard"]) {
    await portal.open(path);
    await expect(page.getByRole("heading", { level: 1 })).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    const width = await page.evaluate(() => document.documentElement.scrollWidth);
    expect.soft(width, `${path} is as wide as the window`).toBeLessThanOrEqual(320);
  }
});
