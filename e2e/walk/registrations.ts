import { expect } from "@playwright/test";
import { fullList, LONG_NAME } from "../full";
import { register } from "../launch";
import { people } from "../portal";
import { answerWith, changeAnswer, during, FAILURE } from "../problem";
import type { Chapter } from "./chapter";

/** The list of registrations, the menus over it, and a deletion. The parts of all lists: `lists`. */
export const registrations: Chapter = async ({ page, portal, servers, visit }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await expect(page.getByRole("heading", { name: "Connect your first LMS" })).toBeVisible();
  await visit("empty");
  await portal.openAccount();
  await visit("account-menu");
  await page.keyboard.press("Escape");
  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  await page.getByRole("button", { name: "Navigation" }).click();
  await expect(page.getByRole("navigation", { name: "Portal" })).toBeVisible();
  await visit("navigation", { narrow: true });
  await page.keyboard.press("Escape");
  await page.setViewportSize(size);

  await register(servers.gateway, servers.lms);
  await page.reload();
  await expect(page.getByRole("link", { name: "View Practice LMS" })).toBeVisible();
  await visit("one");
  await during(changeAnswer(page, /registrations$/, fullList), async () => {
    await page.reload();
    await expect(page.getByRole("link", { name: LONG_NAME, exact: true })).toBeVisible();
    await visit("in-every-state");
  });
  await page.reload();
  const question = await portal.askToDelete("Practice LMS");
  await visit("delete");
  await during(answerWith(page, /registrations\/[^/]+$/, FAILURE, "DELETE"), async () => {
    await question.getByRole("button", { name: "Delete", exact: true }).click();
    await expect(question.getByRole("alert")).toContainText("Something went wrong");
    await visit("delete-failed");
  });
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await expect(portal.status("was deleted")).toBeVisible();
  await visit("deleted");
};
