import { expect } from "@playwright/test";
import { fullList, inTrouble, LONG_NAME, withWaiting } from "../full";
import { launchToken } from "../launch";
import { people } from "../portal";
import { answerWith, changeAnswer, FAILURE, hold } from "../problem";
import type { Chapter } from "./chapter";

const NAME = "Practice LMS";

/** The list, what lies over it, and the details of one. */
export const registrations: Chapter = async ({ page, portal, servers, visit }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await expect(page.getByRole("heading", { name: "Connect your first LMS" })).toBeVisible();
  await visit("empty");
  await portal.openAccount();
  await visit("account-menu");
  await page.keyboard.press("Escape");
  const mend = await answerWith(page, /registrations$/, FAILURE);
  await page.reload();
  await expect(page.getByRole("alert")).toBeVisible();
  await visit("failed");
  await mend();

  await launchToken(servers.gateway, servers.lms);
  await page.getByRole("button", { name: "Try again" }).click();
  await expect(page.getByRole("link", { name: `View ${NAME}` })).toBeVisible();
  await visit("one");
  const release = await hold(page, /registrations$/);
  await page.reload();
  await expect(page.locator(".skeleton").first()).toBeVisible();
  await visit("loading");
  await release();
  const emptied = await changeAnswer(page, /registrations$/, fullList);
  await page.reload();
  await expect(page.getByRole("link", { name: LONG_NAME, exact: true })).toBeVisible();
  await visit("in-every-state");
  await emptied();

  const mended = await changeAnswer(page, /registrations\/[^/]+$/, inTrouble);
  const decided = await changeAnswer(page, /deployments$/, withWaiting);
  await page.reload();
  await page.getByRole("link", { name: `View ${NAME}` }).click();
  await expect(page.getByRole("dialog").getByText("4", { exact: true })).toBeVisible();
  await visit("details-waiting");
  await mended();
  await decided();
  await page.reload();
  await expect(page.getByRole("dialog").getByRole("img", { name: /^Launches a day/ })).toBeVisible();
  await visit("details");
  await page.getByRole("button", { name: "Check now" }).click();
  await expect(page.getByText("Checked just now")).toBeVisible();
  await visit("details-checked");
  await page.keyboard.press("Escape");
  await expect(page.getByRole("dialog")).toHaveCount(0);

  const size = page.viewportSize()!;
  await page.setViewportSize({ width: 320, height: 640 });
  await page.getByRole("button", { name: "Navigation" }).click();
  await expect(page.getByRole("navigation", { name: "Portal" })).toBeVisible();
  await visit("navigation");
  await page.keyboard.press("Escape");
  await page.setViewportSize(size);
  await page.getByRole("searchbox", { name: "Search registrations" }).fill("nothing like it");
  await expect(page.getByRole("heading", { name: "No registration fits" })).toBeVisible();
  await visit("none-found");
  await page.getByRole("button", { name: "Clear search and filters" }).click();
  await portal.askToDelete(NAME);
  await visit("delete");
  await page.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(portal.status("was deleted")).toBeVisible();
  await visit("deleted");
};
