import { expect } from "@playwright/test";
import { people } from "../portal";
import type { Chapter } from "./chapter";

/** What everybody sees, and who gets no further. */
export const arriving: Chapter = async ({ page, portal, visit }) => {
  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  await visit("landing");
  await portal.openHelp();
  await visit("landing-help");
  await page.keyboard.press("Escape");
  await portal.open("/no-such-page");
  await expect(portal.heading("This page doesn’t exist")).toBeVisible();
  await visit("page-not-found");
  for (const [path, heading] of [["/help", "Help"], ["/help/keyboard", "Keyboard"], ["/help/about", "About"]] as const) {
    await portal.open(path);
    await expect(portal.heading(heading)).toBeVisible();
    await visit(path.slice(1).replace("/", "-"));
  }

  await portal.open();
  await page.getByRole("button", { name: "Go to registration portal" }).click();
  await expect(portal.heading("Choose who to sign in as")).toBeVisible();
  await visit("sign-in", { untitled: true });
  await portal.choosePerson(people.student);
  await expect(portal.heading(/have permission/)).toBeVisible();
  await visit("no-permission-student");
  await portal.switchAccount();
  await portal.choosePerson(people.admin);
  await expect(page.getByRole("link", { name: "Register your organization" })).toBeVisible();
  await visit("no-permission-administrator");

  await page.route("**/portal/config.json", (route) => route.abort());
  await portal.open("/registrations");
  await expect(portal.heading("The gateway can’t be reached")).toBeVisible();
  await visit("gateway-unreachable");
  await page.unrouteAll();
};
