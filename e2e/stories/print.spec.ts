// Printed pages: dark on white, whole, and nothing to press.
import { launchToken } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test.use({ colorScheme: "dark" });

test("a registration’s details are printed whole and alone, those of a launch without what leads elsewhere", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const details = page.getByRole("dialog");
  await expect(details.getByRole("img", { name: /^Launches a day/ })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(portal.heading("Registrations")).toBeHidden();
  await expect(page.getByRole("button").filter({ visible: true })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Skip to main content" }), "it would stand on every sheet").toBeHidden();
  await expect(details).toHaveCSS("color", "rgb(36, 36, 36)");
  await expect(details.getByText("Registration ID")).toBeVisible();
  const clipped = await details.evaluate((dialog) => [dialog, dialog.querySelector(".drawer-body")!].filter((part) => part.scrollHeight > part.clientHeight).length);
  expect(clipped, "nothing is left to scroll to").toBe(0);

  await page.emulateMedia({ media: "screen" });
  await page.keyboard.press("Escape");
  await page.getByRole("navigation").getByRole("link", { name: "Launches" }).click();
  await page.getByRole("link", { name: "View launch" }).click();
  await expect(page.getByRole("heading", { name: "What the gateway checked" })).toBeVisible();
  await page.emulateMedia({ media: "print" });
  await expect(page.getByRole("navigation").filter({ visible: true })).toHaveCount(0);
  await expect(page.getByRole("link", { name: "Report a problem" }).filter({ visible: true })).toHaveCount(0);
  await expect(page.getByText("Hand-over to the app")).toBeVisible();
});
