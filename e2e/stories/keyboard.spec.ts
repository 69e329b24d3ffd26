// The administrator's whole story without a pointer.
import { arrive, choose, expectFocus, press, signIn, tabTo, type } from "../keyboard";
import { launchToken, register } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test("from signing in to deleting, by keyboard", async ({ page, portal, lms }) => {
  test.slow();
  const keys = await lms.keys();
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const link = (name: string) => page.getByRole("link", { name, exact: true });

  await portal.open();
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
  await page.keyboard.press("Tab");
  await expectFocus(link("Skip to main content"));
  await press(button("Go to registration portal"));
  await press(button(/^Megan Bowen/));
  // A page that the browser itself loads and announces.
  await expect(portal.heading(/have permission/)).toBeVisible();
  await press(link("Register your organization"));
  await arrive(portal, "Register your organization");
  await type(page.getByLabel("Organization name"), "Contoso University");
  await press(page.getByRole("checkbox"), "Space");
  await press(button("Register Contoso University"));
  await arrive(portal, "Organization");
  await press(link("Go to registration portal"));
  await arrive(portal, "Registrations");

  await press(link("Add new registration").first());
  await arrive(portal, /Which app/);
  await choose(page.getByRole("radio", { name: "Launch inspector" }));
  await press(button("Next"));
  await arrive(portal, /Name it/);
  await type(page.getByLabel("Registration name"), "Practice LMS");
  await choose(page.getByRole("radio", { name: "Moodle", exact: true }));
  await press(button("Next"));
  await arrive(portal, /Copy the gateway keys/);
  await press(button("Next"));
  await arrive(portal, /Enter the keys/);
  const field = (name: string) => page.getByRole("textbox", { name });
  await type(field("Issuer"), keys.issuer);
  await type(field("Client ID"), keys.clientId);
  await type(field("Keyset URL"), keys.keysetUrl);
  await type(field("Authentication URL"), keys.authenticationUrl);
  await type(field("Access token URL"), keys.accessTokenUrl);
  await type(field("Deployment ID"), keys.deploymentId);
  await press(button("Check the keys"));
  await arrive(portal, /Check and save/);
  await press(button("Save registration"));
  await expect(portal.status("Registration saved")).toBeVisible();

  await press(link("Back to registrations"));
  await arrive(portal, "Registrations");
  await press(link("View Practice LMS"));
  await expect(page.getByRole("dialog")).toContainText(keys.clientId);
  await page.keyboard.press("Escape");
  await expectFocus(link("View Practice LMS"), "the focus returns to where it was");
  await press(button("Delete Practice LMS"));
  await expectFocus(page.getByRole("alertdialog").getByRole("button", { name: "Cancel" }), "nothing is deleted by a second Enter");
  await page.keyboard.press("Escape");
  await expectFocus(button("Delete Practice LMS"));
  await page.keyboard.press("Enter");
  await press(page.getByRole("alertdialog").getByRole("button", { name: "Delete", exact: true }));
  await expect(portal.status("was deleted")).toBeVisible();
  await arrive(portal, "Registrations");
});

test("from a launch to what was checked, the audit trail, a report and signing out, by keyboard", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  const button = (name: string | RegExp) => page.getByRole("button", { name, exact: true });
  const nav = (name: string) => page.getByRole("navigation", { name: "Portal" }).getByRole("link", { name, exact: true });

  await signIn(portal, people.admin);
  await expect(portal.heading("Registrations")).toBeVisible();
  await press(nav("Launches"));
  await arrive(portal, "Launches");
  const view = page.getByRole("link", { name: /^View launch/ });
  await expect(view).toHaveCount(1);
  await choose(page.getByRole("radio", { name: "Refused" }));
  await expect(page.getByRole("heading", { name: "No launches match these filters" })).toBeVisible();
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("radio", { name: "Accepted" })).toBeChecked();
  await expect(view).toHaveCount(1);
  const registration = page.getByRole("combobox", { name: "Registration" });
  await tabTo(registration);
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
  await expectFocus(registration);
  await press(view);
  await arrive(portal, "The launch went through");
  const reference = await page.getByRole("textbox", { name: "Reference" }).inputValue();
  await press(page.getByRole("navigation", { name: "Breadcrumb" }).getByRole("link"));
  await arrive(portal, "Launches");
  await type(page.getByRole("searchbox"), reference.toLowerCase());
  await page.keyboard.press("Enter");
  await arrive(portal, "The launch went through");

  await press(nav("Audit"));
  await arrive(portal, "Audit");
  await tabTo(page.getByLabel("Activity", { exact: true }));
  await page.keyboard.press("ArrowDown");
  await expect(page.getByRole("rowheader")).toHaveText(["Registration added"]);

  await press(button("Help"));
  const report = page.getByRole("menuitem", { name: "Report a problem" });
  for (let presses = 0; presses < 8 && !(await report.evaluate((item) => item === document.activeElement)); presses++) {
    await page.keyboard.press("ArrowDown");
  }
  await expectFocus(report);
  await page.keyboard.press("Enter");
  await arrive(portal, "Report a problem");
  await tabTo(page.getByLabel("What is it about?"));
  await page.keyboard.press("End");
  await expect(page.getByLabel("What is it about?")).toHaveValue("other");
  await type(page.getByLabel("Summary"), "Grades come late");
  await type(page.getByLabel("What happened, and what did you expect?"), "An hour late.");
  await press(button("Send report"));
  await arrive(portal, "Your report was sent");
  await press(page.getByRole("link", { name: "Follow this report" }));
  await arrive(portal, "Grades come late");

  await press(nav("Organization"));
  await arrive(portal, "Organization");
  await press(button(/^Account of/));
  await expectFocus(page.getByRole("menuitem").first());
  await page.keyboard.press("End");
  await expectFocus(page.getByRole("menuitem", { name: "Sign out", exact: true }));
  await page.keyboard.press("Enter");
  await expect(portal.heading(/Connect your LMS/)).toBeVisible();
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
