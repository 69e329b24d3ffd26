// The browser's language is the portal's, and that of the pages inside an LMS which doesn't say its own.
import { expect, test } from "../world";

test.use({ locale: "de-AT" });

test("a German browser gets a German portal", async ({ page, portal }) => {
  await portal.open();
  await expect(portal.heading("Verbinden Sie Ihr LMS mit Ihren Lern-Apps")).toBeVisible();
  await expect(page.locator("html")).toHaveAttribute("lang", "de");
});

test("a German browser gets a German launch error", async ({ lms }) => {
  await lms.openCourse("Sam Student");
  const refusal = await lms.launchInFrame();
  await expect(refusal.getByRole("heading", { name: "Registrierungsdetails nicht gefunden" })).toBeVisible();
  await expect(refusal.locator("html")).toHaveAttribute("lang", "de");
});
