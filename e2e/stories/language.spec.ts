// The browser chooses the language of the portal, the LMS that of a launch page.
import { expect, test } from "../world";

test.use({ locale: "de-AT" });

test("a German browser gets a German portal", async ({ page, portal }) => {
  await portal.open();
  await expect(portal.heading("Verbinden Sie Ihr LMS mit Ihren Lern-Apps")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
});
