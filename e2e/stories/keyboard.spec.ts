// The administrator's whole story without a pointer.
import { expect, type Locator, type Page } from "@playwright/test";
import { launchToken, register } from "../launch";
import { people } from "../portal";
import { test } from "../world";

/** Tabs on until this has the focus, which must then be visible. */
async function tabTo(page: Page, target: Locator): Promise<void> {
  await expect(target).toBeVisible();
  for (let presses = 0; presses < 80; presses++) {
    if (await target.evaluate((element) => element === document.activeElement)) {
      await expect(target, "the focus must be visible").toBeInViewport();
      return;
    }
    await page.keyboard.press("Tab");
  }
  throw new Error(`Tab never reaches ${target}`);
}

async function press(page: Page, target: Locator, key = "Enter"): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press(key);
}

async function type(page: Page, target: Locator, text: string): Promise<void> {
  await tabTo(page, target);
  await page.keyboard.press("Control+a");
  await page.keyboard.type(text);
}

/** Tab enters a group of radio buttons, arrows choose in it. */
async function choose(page: Page, radio: Locator): Promise<void> {
  const group = page.getByRole("radio");
  for (let presses = 0; presses < 80 && (await group.and(page.locator(":focus")).count()) === 0; presses++) await page.keyboard.press("Tab");
  await page.keyboard.press("Space");
  for (let presses = 0; presses < 20 && !(await radio.isChecked()); presses++) await page.keyboard.press("ArrowDown");
  await expect(radio).toBeChecked();
}

test("from signing in to deleting, by keyboard", async ({ page, portal, lms }) => {
  test.slow();
  const keys = await lms.keys();
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const link = (name: string) => page.getByRole("link", { name, exact: true });
  const heading = (name: string | RegExp) => expect(portal.heading(name), "a new page focuses its heading").toBeFocused();

  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  await page.keyboard.press("Tab");
  await expect(link("Skip to main content")).toBeFocused();
  await press(page, button("Go to registration portal"));
  await press(page, button(/^Megan Bowen/));
  // A page that the browser itself loads and announces.
  await expect(portal.heading(/have permission/)).toBeVisible();
  await press(page, link("Register your organization"));
  await heading("Register your organization");
  await type(page, page.getByLabel("Organization name"), "Contoso University");
  await press(page, page.getByRole("checkbox"), "Space");
  await press(page, button("Register Contoso University"));
  await heading("Organization");
  await press(page, link("Go to registration portal"));
  await heading("Registrations");

  await press(page, link("Add new registration").first());
  await heading(/Which app/);
  await choose(page, page.getByRole("radio", { name: "Launch inspector" }));
  await press(page, button("Next"));
  await heading(/Name it/);
  await type(page, page.getByLabel("Registration name"), "Practice LMS");
  await choose(page, page.getByRole("radio", { name: "Moodle", exact: true }));
  await press(page, button("Next"));
  await heading(/Copy the gateway keys/);
  await press(page, button("Next"));
  await heading(/Enter the keys/);
  const field = (name: string) => page.getByRole("textbox", { name });
  await type(page, field("Issuer"), keys.issuer);
  await type(page, field("Client ID"), keys.clientId);
  await type(page, field("Keyset URL"), keys.keysetUrl);
  await type(page, field("Authentication URL"), keys.authenticationUrl);
  await type(page, field("Access token URL"), keys.accessTokenUrl);
  await type(page, field("Deployment ID"), keys.deploymentId);
  await press(page, button("Check the keys"));
  await heading(/Check and save/);
  await press(page, button("Save registration"));
  await expect(portal.status("Registration saved")).toBeVisible();

  await press(page, link("Back to registrations"));
  await heading("Registrations");
  await press(page, link("View Practice LMS"));
  await expect(page.getByRole("dialog")).toContainText(keys.clientId);
  await page.keyboard.press("Escape");
  await expect(link("View Practice LMS"), "the focus returns to where it was").toBeFocused();
  await press(page, button("Delete Practice LMS"));
  await expect(page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }), "nothing is deleted by a second Enter").toBeFocused();
  await page.keyboard.press("Escape");
  await expect(button("Delete Practice LMS")).toBeFocused();
  await page.keyboard.press("Enter");
  await press(page, page.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }));
  await expect(portal.status("was deleted")).toBeVisible();
  await heading("Registrations");
});

test("from a launch to what was checked, the audit trail, a report and signing out, by keyboard", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const nav = (name: string) => page.getByRole("navigation", { name: "Portal" }).getByRole("link", { name, exact: true });
  const heading = (name: string | RegExp) => expect(portal.heading(name), "a new page focuses its heading").toBeFocused();

  await portal.open();
  await press(page, button("Go to registration portal"));
  await press(page, button(/^Megan Bowen/));
  await expect(portal.heading("Registrations")).toBeVisible();
  await press(page, nav("Launches"));
  await heading("Launches");
  const view = page.getByRole("link", { name: /^View launch/ });
  await expect(view).toHaveCount(1);
  await choose(page, page.getByRole("radio", { name: "Refused" }));
  await expect(page.getByRole("heading", { name: "No launch fits these filters" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "Accepted" })).toBeChecked();
  await expect(view).toHaveCount(1);
  const registration = page.getByRole("combobox", { name: "Registration" });
  await tabTo(page, registration);
  await page.keyboard.press("ArrowDown");
  const option = (name: string) => page.getByRole("option", { name, selected: true });
  await expect(option("Registration: All")).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(option("Practice LMS")).toBeVisible();
  await expect(registration).toHaveAttribute("aria-activedescendant", (await option("Practice LMS").getAttribute("id"))!);
  await page.keyboard.press("Escape");
  await expect(page.getByRole("listbox")).toHaveCount(0);
  await expect(registration).toHaveValue("");
  await page.keyboard.press("ArrowUp");
  await expect(option("Registration: All")).toBeVisible();
  await page.keyboard.press("ArrowUp");
  await page.keyboard.press("Enter");
  await expect(registration).toHaveValue("Practice LMS");
  await expect(registration).toBeFocused();
  await press(page, view);
  await heading("The launch went through");
  const reference = await page.getByRole("textbox", { name: "Reference" }).inputValue();
  await press(page, page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link"));
  await heading("Launches");
  await type(page, page.getByRole("searchbox"), reference.toLowerCase());
  await page.keyboard.press("Enter");
  await heading("The launch went through");

  await press(page, nav("Audit"));
  await heading("Audit");
  await tabTo(page, page.getByLabel("Activity", { exact: true }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("rowheader")).toHaveText(["Registration added"]);

  await press(page, button("Help"));
  const report = page.getByRole("menuitem", { name: "Report a problem" });
  for (let presses = 0; presses < 8 && !(await report.evaluate((item) => item === document.activeElement)); presses++) {
    await page.keyboard.press("ArrowDown");
  }
  await expect(report).toBeFocused();
  await page.keyboard.press("Enter");
  await heading("Report a problem");
  await tabTo(page, page.getByLabel("What is it about?"));
  await page.keyboard.press("End");
  await expect(page.getByLabel("What is it about?")).toHaveValue("other");
  await type(page, page.getByLabel("In one sentence"), "Grades come late");
  await type(page, page.getByLabel("What happened, and what did you expect?"), "An hour late.");
  await press(page, button("Send report"));
  await heading("Your report was sent");
  await press(page, page.getByRole("link", { name: "Follow this report" }));
  await heading("Grades come late");

  await press(page, nav("Organization"));
  await heading("Organization");
  await press(page, button(/^Account of/));
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Sign out", exact: true })).toBeFocused();
  await page.keyboard.press("Enter");
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
});

test("menus by keyboard", async ({ page, portal }) => {
  await portal.signIn(people.student);
  await expect(portal.heading(/have permission/)).toBeVisible();
  const account = page.getByRole("button", { name: /^Account of/ });
  await press(page, account);
  await expect(page.getByRole("menuitem").first()).toBeFocused();
  await page.keyboard.press("End");
  await expect(page.getByRole("menuitem", { name: "Sign out", exact: true })).toBeFocused();
  await page.keyboard.press("Escape");
  await expect(account).toBeFocused();
});

test("Escape hides a tooltip until its button is left", async ({ page, portal, servers }) => {
  await register(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  const view = page.getByRole("link", { name: "View Practice LMS" });
  const shown = () => view.evaluate((element) => getComputedStyle(element, "::after").visibility);
  await view.hover();
  expect(await shown()).toBe("visible");
  await page.keyboard.press("Escape");
  expect(await shown()).toBe("hidden");
  await page.getByRole("searchbox", { name: "Search registrations" }).hover();
  await view.hover();
  expect(await shown(), "shown again").toBe("visible");
});
