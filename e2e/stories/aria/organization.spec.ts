// The organization and its audit trail, for screen readers.
import { expectAria } from "../../aria";
import { people } from "../../portal";
import { answerWith, FAILURE } from "../../problem";
import { expect, test } from "../../world";
import { FAILED, faults } from "./parts";

/** The question for an organization's consent. */
const question = `
        - paragraph
        - button "Give consent for the organization"`;

/** The consent of an organization, with what became of it, and the question unless it was given. */
const consent = (outcome = "", asked = question) => `
      - region "Let your people sign in":
        - /children: equal
        - heading "Let your people sign in" [level=2]
        - status${outcome}${asked}`;

/** The form, with what stands before its fields and in the place of its consent; `[invalid]` once something is missing. */
const form = (above = "", became = consent(), invalid = ["", ""] as [mark: string, fault: string]) => `
    - main:
      - /children: equal
      - heading "Register your organization" [level=1]
      - paragraph${above}
      - text: Organization name
      - textbox "Organization name"${invalid[0]}${invalid[1] && `
      - paragraph: ${invalid[1]}`}
      - paragraph: /^As people know it/
      - term: Tenant ID
      - definition: c0ffee00-0000-4000-8000-000000000001
      - term: Registered by
      - definition: Megan Bowen${became}
      - region "What the gateway keeps":
        - /children: equal
        - heading "What the gateway keeps" [level=2]
        - list:
          - /children: equal
          - listitem
          - listitem
          - listitem: /^No names/
      - checkbox "I’m allowed to register this organization."${invalid[0]}
      - text: I’m allowed to register this organization.${invalid[1] && `
      - paragraph: /^Confirm/`}
      - button "Register this organization"
      - link "Not now":
        - /url: /
  `;

test("an organization: its form, faults in it, its consent, and that it is registered; who did what", async ({ page, portal }) => {
  const main = page.getByRole("main");
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "Register your organization" }).click();
  await expectAria(main, form());

  await page.getByRole("button", { name: "Register this organization" }).click();
  const missing = faults([["Organization name: Enter a value", "organization-name"], ["Confirm that you’re allowed to register your organization", "allowed"]]);
  await expectAria(main, form(missing, consent(), [" [invalid]", "Enter a value"]));
  await expect(page.getByRole("alert")).toBeFocused();
  await expect(page.getByLabel("Organization name")).toHaveAccessibleDescription(/^Enter a value As people know it/);
  await expect(page.getByRole("checkbox")).toHaveAccessibleDescription(/^Confirm that you’re allowed/);

  const give = page.getByRole("button", { name: "Give consent for the organization" });
  await give.click();
  await page.getByRole("button", { name: "Cancel" }).click();
  const told = (strong: string, text: string) => `:
          - /children: equal
          - strong: ${strong}
          - text: ${text}`;
  await expectAria(main, form("", consent(told("Consent was not given.", "/access_denied \\(AADSTS65004\\)$/"))));
  await give.click();
  await page.getByRole("button", { name: "Accept for Contoso University" }).click();
  await expectAria(main, form("", consent(told("Consent is given.", "/^Everybody in your organization/"), "")));
  await portal.open("/tenant?admin_consent=True&tenant=c0ffee00-0000-4000-8000-000000000001&state=forged");
  await expectAria(main, form("", consent(told("That answer wasn’t for your organization.", "/Nothing was changed here/"))));

  await portal.confirmOrganization();
  await expectAria(
    main,
    `
    - main:
      - /children: equal
      - heading "Organization" [level=1]
      - paragraph
      - status:
        - /children: equal
        - strong: Contoso University is registered.
        - text: You can add registrations now.
        - button "Dismiss message"
      - term: Organization
      - definition: Contoso University
      - term: Tenant ID
      - definition:
        - button "Copy Tenant ID"
      - term: Status
      - definition: Registered
      - term: Registered on
      - definition:
        - time${consent()}
      - link "Go to registration portal":
        - /url: /registrations
  `,
  );

  await page.getByRole("link", { name: "Audit" }).click();
  const head = `
    - main:
      - /children: equal
      - heading "Audit" [level=1]
      - paragraph
      - group "Filters":
        - /children: equal
        - text: Activity
        - combobox "Activity"
        - button "Refresh"`;
  await expectAria(
    main,
    `${head}
      - table "Activities, newest first":
        - caption: Activities, newest first
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - columnheader "Activity"
            - columnheader "Item"
            - columnheader "By"
            - columnheader "Time"
        - rowgroup:
          - /children: equal
          - row:
            - /children: equal
            - rowheader "Organization registered"
            - cell "Organization"
            - cell "Megan Bowen"
            - cell:
              - time
      - text: 1 activity
      - status: 1 activity
  `,
  );
  await page.getByLabel("Activity", { exact: true }).selectOption({ label: "Activity: Registration deleted" });
  await expectAria(
    main,
    `${head}
      - heading "No activities match this filter" [level=2]
      - paragraph
      - button "Clear search and filters"
      - status: 0 activities
  `,
  );
  await answerWith(page, /audit-events$/, FAILURE);
  await page.reload();
  await expectAria(
    main,
    `${head}${FAILED}
      - status
  `,
  );
});
