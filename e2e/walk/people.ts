import { expect } from "@playwright/test";
import { launchToken } from "../launch";
import { people as names } from "../portal";
import type { Chapter } from "./chapter";

/** The pages for educators, who change nothing; support staff: `reports`. */
export const people: Chapter = async ({ page, portal, servers, visit }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(names.educator);
  await expect(page.getByRole("link", { name: "View Practice LMS" })).toBeVisible();
  await visit("educator-registrations");
  await portal.openAccount();
  await visit("educator-account-menu");
  await page.keyboard.press("Escape");
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await expect(page.getByRole("dialog").getByRole("button", { name: "Copy Tool URL" })).toBeVisible();
  await visit("educator-details");
  await portal.open("/registrations/new");
  await expect(portal.heading(/have permission/)).toBeVisible();
  await visit("educator-add-registration");
  for (const [path, heading] of [["/launches", "Launches"], ["/tenant", "Organization"], ["/audit", "Audit"], ["/reports", "My reports"]] as const) {
    await portal.open(path);
    await expect(portal.heading(heading)).toBeVisible();
    await expect(page.locator("[aria-busy=true]")).toHaveCount(0);
    await visit(`educator-${heading.toLowerCase().replace(" ", "-")}`);
  }
};
