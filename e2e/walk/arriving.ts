import { expect } from "@playwright/test";
import { people } from "../portal";
import { answerWith, problem, refuseSignIn } from "../problem";
import type { Chapter } from "./chapter";

/** The answers of the identity provider, and which of the three documented pages is shown for each. */
const REFUSED = [
  ["denied", "access_denied", "AADSTS50105: Your administrator has configured the application to block users.", /have permission/],
  ["sign-in-failed", "interaction_required", "AADSTS50076: You must use multi-factor authentication.", "Authentication failed. Try again"],
  ["sign-in-wrong", "temporarily_unavailable", "AADSTS50058: Try later", "Something went wrong. Try again later."],
] as const;

/** The pages for everybody, and for people who get no further. */
export const arriving: Chapter = async ({ page, portal, visit }) => {
  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  await visit("landing");
  await portal.openHelp();
  await visit("help-menu");
  await page.keyboard.press("Escape");
  await portal.open("/no-such-page");
  await expect(portal.heading("This page doesn’t exist")).toBeVisible();
  await visit("page-not-found");
  for (const [path, heading] of [["/help", "Help"], ["/help/keyboard", "Keyboard"], ["/help/about", "About"]] as const) {
    await portal.open(path);
    await expect(portal.heading(heading)).toBeVisible();
    await visit(path.slice(1).replace("/", "-"));
  }

  const signIn = page.getByRole("button", { name: "Go to registration portal" });
  for (const [name, error, description, heading] of REFUSED) {
    await refuseSignIn(page, error, description);
    await portal.open();
    await signIn.click();
    await expect(portal.heading(heading)).toBeVisible();
    await visit(name);
    await page.unrouteAll();
  }
  await portal.open("/auth/callback?code=stolen&state=forged");
  await expect(portal.heading("Authentication failed. Try again")).toBeVisible();
  await visit("callback-forged");

  await portal.open();
  await signIn.click();
  await expect(portal.heading("Choose who to sign in as")).toBeVisible();
  await visit("sign-in", { untitled: true });
  await portal.choosePerson(people.student);
  await expect(portal.heading(/have permission/)).toBeVisible();
  await visit("student");
  await portal.openAccount();
  await visit("account-menu-student");
  await page.keyboard.press("Escape");
  await portal.switchAccount();
  await portal.choosePerson(people.admin);
  await expect(page.getByRole("link", { name: "Register your organization" })).toBeVisible();
  await visit("unregistered-administrator");

  const closed = problem(403, "tenant.not_allowed", "This gateway is open to other organizations. Ask its operator whether yours may join.");
  await answerWith(page, /\/me$/, closed);
  await portal.open("/registrations");
  await expect(page.getByRole("main")).toContainText("Ask its operator");
  await visit("refused-by-the-gateway");
  await page.unrouteAll();
  await answerWith(page, /\/me$/, problem(401, "token.invalid", "The token isn't valid."));
  await portal.open("/registrations");
  await expect(portal.heading("Authentication failed. Try again")).toBeVisible();
  await visit("token-refused");
  await page.unrouteAll();
};
