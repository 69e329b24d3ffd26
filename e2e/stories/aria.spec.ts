// What a screen reader is given of the main pages: roles, names and order.
import { launchToken } from "../launch";
import { people } from "../portal";
import { expect, test } from "../world";

test("the landing page", async ({ page, portal }) => {
  await portal.open();
  await expect(page.locator("body")).toMatchAriaSnapshot(`
    - link "Skip to main content"
    - banner:
      - link "LMS Gateway"
      - button "Help"
      - button "Sign in"
    - main:
      - heading "Connect your LMS to your learning apps" [level=1]
      - button "Go to registration portal"
      - img /Five learning management systems/
      - region "What you can do":
        - heading "Connect in ten minutes" [level=2]
        - heading "Know that it works" [level=2]
        - heading "Find out why it failed" [level=2]
    - contentinfo:
      - link "REST API"
  `);
});

test("the list, the details and the question before a deletion", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await expect(page.getByRole("link", { name: "View Practice LMS" })).toBeVisible();
  await expect(page.getByRole("navigation", { name: "Portal" })).toMatchAriaSnapshot(`
    - navigation "Portal":
      - list:
        - listitem:
          - link "Registrations"
        - listitem:
          - link "Launches"
  `);
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - heading "Registrations" [level=1]
      - link "Add new registration"
      - button "Refresh"
      - searchbox "Search registrations"
      - group "Filters":
        - combobox "App"
        - combobox "LMS"
        - combobox "Health"
      - table "Registrations":
        - rowgroup:
          - row:
            - columnheader "Name":
              - button "Name"
            - columnheader "App"
            - columnheader "LMS"
            - columnheader "Last launch"
            - columnheader "Health"
            - columnheader "Actions"
        - rowgroup:
          - row:
            - rowheader /Practice LMS/
            - cell "Launch inspector"
            - cell "Moodle"
            - cell "Just now"
            - cell "Healthy"
            - cell:
              - link "View Practice LMS"
              - button "Delete Practice LMS"
      - status: 1 registration
  `);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await expect(page.getByRole("dialog").getByRole("heading", { name: "Gateway keys" })).toBeVisible();
  await expect(page.getByRole("dialog")).toMatchAriaSnapshot(`
    - dialog "Practice LMS":
      - heading "Practice LMS" [level=2]
      - button "Close"
      - region "Health":
        - heading "Health" [level=3]
        - button "Check now"
      - region "Accepted deployments":
        - heading "Accepted deployments" [level=3]
        - list:
          - listitem:
            - button "Remove deployment 1"
      - region "Recent launches":
        - heading "Recent launches" [level=3]
        - link "See all launches"
        - figure:
          - img /Launches a day/
        - list:
          - listitem
      - region "LMS keys":
        - term: Issuer
        - definition:
          - button "Copy Issuer"
        - term: Client ID
        - definition:
          - button "Copy Client ID"
      - region "Gateway keys"
      - region "About"
      - link "Delete and add again"
      - button "Delete"
  `);
  await page.getByRole("dialog").getByRole("button", { name: "Delete", exact: true }).click();
  await expect(page.getByRole("alertdialog")).toMatchAriaSnapshot(`
    - alertdialog "Delete “Practice LMS”?":
      - heading "Delete “Practice LMS”?" [level=2]
      - paragraph: /stops opening/
      - button "Delete"
      - button "Cancel"
  `);
});

test("a step of the wizard", async ({ page, portal }) => {
  await portal.signIn(people.admin);
  await portal.registerOrganization();
  await portal.startRegistration();
  await expect(page.getByRole("main")).toMatchAriaSnapshot(`
    - main:
      - navigation "Steps":
        - list:
          - listitem: App
          - listitem: Name and LMS
          - listitem: Gateway keys
          - listitem: LMS keys
          - listitem: Check and save
      - 'heading "Step 1 of 5: Which app do you want to add?" [level=1]'
      - group "App":
        - radio /Launch inspector/
      - button "Next"
      - button "Cancel"
  `);
});
