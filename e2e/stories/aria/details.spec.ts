// The panel of a registration, and the question before it is deleted, for screen readers.
import { expectAria } from "../../aria";
import { checked, inTrouble, LONG_NAME, withWaiting } from "../../full";
import { launchToken } from "../../launch";
import { people } from "../../portal";
import { answerWith, changeAnswer, FAILURE, hold, problem } from "../../problem";
import { expect, test } from "../../world";
import { FAILED } from "./parts";

const COPIED = ["Issuer", "Client ID", "Keyset URL", "Authentication URL"];

/** Names and values; those that are copied have a button for it. */
const values = (copied: string[], rest: string) =>
  copied.map((name) => `
        - term: ${name}
        - definition:
          - button "Copy ${name}"`).join("") + rest;

/** The part under the deployments, for everybody. */
const REST = `
      - region "Recent launches":
        - /children: equal
        - heading "Recent launches" [level=3]
        - link "See all launches"
        - figure:
          - /children: equal
          - 'img /^Launches a day, .* to .*: 1 accepted, 0 refused\\.$/'
        - list:
          - /children: equal
          - listitem:
            - /children: equal
            - link /^\\w{4}-\\w{4}-\\w{4}$/
            - time
            - text: Accepted
      - region "LMS keys":
        - /children: equal
        - heading "LMS keys" [level=3]${values(COPIED, `
        - term: Access token URL
        - definition: None`)}
      - region "Gateway keys":
        - heading "Gateway keys" [level=3]${values(["Tool URL", "Public keyset", "Initiate login URL", "Redirection URI(s)"], `
        - term: LTI version
        - definition: LTI 1.3`)}
      - region "About":
        - /children: equal
        - heading "About" [level=3]
        - term: Created
        - definition: /, by /
        - term: Registration ID
        - definition:
          - button "Copy Registration ID"
        - term: Anonymous launches
        - definition: Refused
        - term: New deployments
        - definition: Need an administrator’s approval`;

/** The foot of the panel, for administrators only. */
const FOOT = `
      - link "Delete and add again"
      - button "Delete"`;

/** The announcer while the panel is open: beside it everything is inert. */
const ANNOUNCER = `
      - status`;

const ACCEPTED = `
      - region "Approved deployments":
        - /children: equal
        - heading "Approved deployments" [level=3]
        - list:
          - /children: equal
          - listitem:
            - /children: equal
            - strong: "1"
            - text: · since
            - time
            - button "Copy Deployment 1"
            - button "Remove deployment 1"
        - text: Enter a deployment ID
        - textbox "Enter a deployment ID"
        - button "Approve"
        - paragraph`;

test("everything about a registration, a check of it, and the question before it is deleted", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const details = page.getByRole("dialog");
  const head = `
    - dialog "Practice LMS":
      - /children: equal
      - heading "Practice LMS" [level=2]
      - paragraph: Launch inspector in Moodle
      - button "Close"`;
  await expectAria(
    details,
    `${head}
      - region "Health":
        - /children: equal
        - heading "Health" [level=3]
        - text: Healthy The keyset URL answers. · Since
        - time
        - button "Check now"
        - status:
          - /children: equal${ACCEPTED}${REST}${FOOT}${ANNOUNCER}
  `,
  );
  await expect(details.getByRole("textbox", { name: "Enter a deployment ID" })).toHaveAccessibleDescription(/As your LMS shows it/);

  const told = await answerWith(page, /\/check$/, checked("error", "warning", "info"), "POST");
  await details.getByRole("button", { name: "Check now" }).click();
  await expectAria(
    details.getByRole("region", { name: "Health" }),
    `
    - region "Health":
      - status:
        - /children: equal
        - list:
          - /children: equal
          - listitem: /^Error. The keyset URL answered with HTTP status 404\\. Compare/
          - listitem: /^Warning. The issuer ends in a slash\\. Most/
          - listitem: /^Note. The keyset was fetched .* Nothing needs/
  `,
  );
  await told();
  await details.getByRole("button", { name: "Check now" }).click();
  await expectAria(
    details.getByRole("region", { name: "Health" }),
    `
    - region "Health":
      - status:
        - paragraph: /^Checked just now/
        - list:
          - listitem: /^Note. The keyset was fetched/
  `,
  );

  await details.getByRole("button", { name: "Delete", exact: true }).click();
  const question = page.getByRole("alertdialog");
  const asked = `
    - alertdialog "Delete “Practice LMS”?":
      - /children: equal
      - heading "Delete “Practice LMS”?" [level=2]
      - paragraph: /^Launch inspector can no longer be opened from Moodle/
      - paragraph: It was launched once in the last 14 days.
      - paragraph:
        - text: /can’t undo this/
        - link "Delete and add again"`;
  await expectAria(
    question,
    `${asked}
      - button "Delete"
      - button "Cancel"
  `,
  );
  await expect(question).toHaveAccessibleDescription(/can no longer be opened from Moodle.*You can’t undo this/);
  await expect(question.getByRole("button", { name: "Cancel" }), "the harmless answer").toBeFocused();
  const mend = await answerWith(page, /registrations\/[^/]+$/, problem(503, "unavailable", "The database is away."), "DELETE");
  await question.getByRole("button", { name: "Delete", exact: true }).click();
  await expectAria(
    question,
    `${asked}${FAILED}
      - button "Delete"
      - button "Cancel"
  `,
  );
  await mend();
  await question.getByRole("button", { name: "Try again" }).click();
  await expectAria(
    page.getByRole("main"),
    `
    - main:
      - heading "Registrations" [level=1]
      - status:
        - /children: equal
        - strong: “Practice LMS” was deleted.
        - text: /Registration details not found/
        - button "Dismiss message"
      - heading "Connect your first LMS" [level=2]
  `,
  );
});

test("a registration with deployments to decide on, a withdrawn app, one that isn’t there, and one that can’t be shown", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.admin);
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  const details = page.getByRole("dialog");
  const one = /registrations\/[^/]+$/;

  const mended = await changeAnswer(page, one, inTrouble);
  const decided = await changeAnswer(page, /deployments$/, withWaiting);
  await page.reload();
  const waits = "17:1f0c22d5b9a94d0f8c8a9d6f5b7e4a21c3d2e1f0";
  await expectAria(
    details,
    `
    - dialog "${LONG_NAME}":
      - /children: equal
      - heading "${LONG_NAME}" [level=2]
      - paragraph: Launch inspector in Moodle
      - button "Close"
      - region "Health":
        - /children: equal
        - heading "Health" [level=3]
        - text: "Failing The keyset URL can’t be reached: the connection was refused. · Since"
        - time: Nov 23, 2026
        - button "Check now"
        - status
      - region "Deployments pending approval":
        - /children: equal
        - heading "Deployments pending approval" [level=3]
        - list:
          - /children: equal
          - listitem:
            - /children: equal
            - strong: Deployment ${waits} is pending your approval
            - text: · since
            - time
            - button "Copy Deployment ${waits}"
            - button "Approve deployment ${waits}"
            - button "Reject deployment ${waits}"${ACCEPTED}
      - region "Rejected deployments":
        - /children: equal
        - heading "Rejected deployments" [level=3]
        - list:
          - /children: equal
          - listitem:
            - /children: equal
            - strong: "4"
            - text: · since
            - time
            - button "Copy Deployment 4"
            - button "Approve deployment 4"${REST}${FOOT}${ANNOUNCER}
  `,
  );
  await mended();
  await decided();

  const back = await changeAnswer<object>(page, one, (registration) => ({ ...registration, appWithdrawn: true }));
  await page.reload();
  await expectAria(
    details,
    `
    - dialog "Practice LMS":
      - /children: equal
      - heading "Practice LMS" [level=2]
      - paragraph
      - button "Close"
      - strong: App withdrawn
      - text: /removed the app/
      - region "Health":
        - text: /^App withdrawn The keyset URL answers/
        - button "Check now"${ACCEPTED}${REST}${FOOT}${ANNOUNCER}
  `,
  );
  await back();

  const release = await hold(page, one);
  await page.reload();
  await expectAria(
    details,
    `
    - dialog "Loading the registration":
      - /children: equal
      - heading "Loading the registration" [level=2]
      - button "Close"
      - status:
        - paragraph: Loading${ANNOUNCER}
  `,
  );
  await release();
  const works = await answerWith(page, one, FAILURE);
  await page.reload();
  await expectAria(
    details,
    `
    - dialog "This couldn’t be loaded":
      - /children: equal
      - heading "This couldn’t be loaded" [level=2]
      - button "Close"${FAILED}${ANNOUNCER}
  `,
  );
  await works();
  await portal.open("/registrations/0196f2c4-7a31-7c52-9d0e-000000000000");
  await expectAria(
    details,
    `
    - dialog "This registration doesn’t exist":
      - /children: equal
      - heading "This registration doesn’t exist" [level=2]
      - button "Close"
      - paragraph: It was deleted, or it belongs to another organization.${ANNOUNCER}
  `,
  );
});

test("educators read the same list and the same panel, nothing there changes anything, and what would is closed to them", async ({ page, portal, servers }) => {
  await launchToken(servers.gateway, servers.lms);
  await portal.signIn(people.educator);
  await expectAria(
    page.getByRole("main"),
    `
    - main:
      - /children: equal
      - heading "Registrations" [level=1]
      - paragraph
      - status
      - button "Refresh"
      - text: Search registrations
      - searchbox "Search registrations"
      - group "Filters"
      - table "Registrations":
        - rowgroup
        - rowgroup:
          - /children: equal
          - row /^Practice LMS/:
            - cell "View Practice LMS":
              - /children: equal
              - link "View Practice LMS"
      - text: 1 registration
      - status: 1 registration
  `,
  );
  await page.getByRole("link", { name: "View Practice LMS" }).click();
  await expectAria(
    page.getByRole("dialog"),
    `
    - dialog "Practice LMS":
      - /children: equal
      - heading "Practice LMS" [level=2]
      - paragraph: Launch inspector in Moodle
      - button "Close"
      - region "Health":
        - /children: equal
        - heading "Health" [level=3]
        - text: Healthy The keyset URL answers. · Since
        - time
        - status
      - region "Approved deployments":
        - /children: equal
        - heading "Approved deployments" [level=3]
        - list:
          - /children: equal
          - listitem:
            - /children: equal
            - strong: "1"
            - text: · since
            - time
            - button "Copy Deployment 1"${REST}${ANNOUNCER}
  `,
  );
  await expect(page.getByRole("dialog").getByRole("button", { name: /^(?!Close$|Copy )/ })).toHaveCount(0);

  await portal.open("/registrations/new");
  await expectAria(
    page.getByRole("main"),
    `
    - main:
      - /children: equal
      - heading "Your account doesn't have permission to access this page" [level=1]
      - paragraph: /^Only administrators of your organization add registrations/
      - strong: ${people.educator}
      - text: isaiah.langer@contoso.example
      - link "Go to registration portal":
        - /url: /registrations
      - button "Sign out & switch accounts"
  `,
  );
});
